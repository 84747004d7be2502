"""Asks moto, a double of AWS that others wrote, for what the stand-in was asked for.

Reads a list of accounts from the standard input, each a list of steps, {"make": thing} or {"end": thing}, with things
as the stand-in keeps them. Prints what came of each step: "done", "not asked" for a kind that is not compared, or the
code of the refusal.
"""

import json
import os
import sys

os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "MOTO_ACCOUNT_ID": "111122223333"}

import boto3  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402
from moto import mock_aws  # noqa: E402

# By kind: the service, the call that makes one, its inputs where the API spells them as the provider does (or what
# makes them of the provider's), where the answer has the id, and the call that ends it.
KINDS = {
    "Vpc": ("ec2", "create_vpc", "cidrBlock", "Vpc.VpcId", "delete_vpc"),
    "Subnet": ("ec2", "create_subnet", "vpcId cidrBlock availabilityZone", "Subnet.SubnetId", "delete_subnet"),
    "InternetGateway": ("ec2", "create_internet_gateway", "", "InternetGateway.InternetGatewayId", None),
    "RouteTable": ("ec2", "create_route_table", "vpcId", "RouteTable.RouteTableId", "delete_route_table"),
    "Route": ("ec2", "create_route", "routeTableId destinationCidrBlock gatewayId natGatewayId", None, None),
    "RouteTableAssociation": ("ec2", "associate_route_table", "routeTableId subnetId", "AssociationId", None),
    "Eip": ("ec2", "allocate_address", "domain", "AllocationId", None),
    "NatGateway": ("ec2", "create_nat_gateway", "subnetId allocationId", "NatGateway.NatGatewayId", None),
    "SecurityGroup": ("ec2", "create_security_group", lambda it: {"GroupName": it["name"], **spelled(it, "description vpcId")}, "GroupId", "delete_security_group"),
    "SecurityGroupIngressRule": ("ec2", "authorize_security_group_ingress", lambda it: permission(it), None, None),
    "SecurityGroupEgressRule": ("ec2", "authorize_security_group_egress", lambda it: permission(it), None, None),
    "VpcEndpoint": ("ec2", "create_vpc_endpoint", "vpcId serviceName vpcEndpointType subnetIds routeTableIds securityGroupIds", "VpcEndpoint.VpcEndpointId", None),
    "LaunchTemplate": ("ec2", "create_launch_template", lambda it: template(it), "LaunchTemplate.LaunchTemplateId", None),
    "Role": ("iam", "create_role", lambda it: {"RoleName": it["name"], "AssumeRolePolicyDocument": it["assumeRolePolicy"]}, "Role.RoleName", "delete_role"),
    "RolePolicy": ("iam", "put_role_policy", lambda it: {"RoleName": it["role"], **document(it)}, None, None),
    "Policy": ("iam", "create_policy", lambda it: document(it), "Policy.Arn", "delete_policy"),
    "RolePolicyAttachment": ("iam", "attach_role_policy", lambda it: {"RoleName": it["role"], "PolicyArn": it["policyArn"]}, None, None),
    "Key": ("kms", "create_key", "description policy", "KeyMetadata.KeyId", None),
    "Alias": ("kms", "create_alias", lambda it: {"AliasName": it["name"], "TargetKeyId": it["targetKeyId"]}, None, None),
}
CLIENTS = {service: boto3.client(service, region_name="eu-central-1") for service in ("ec2", "iam", "kms")}


def spelled(inputs, fields):
    """Inputs as the API spells them, all the way down: cidrBlock is CidrBlock."""

    def pascal(value):
        if isinstance(value, list):
            return [pascal(item) for item in value]
        if isinstance(value, dict):
            return {name[0].upper() + name[1:]: pascal(item) for name, item in value.items()}
        return value

    return pascal({field: inputs[field] for field in fields.split() if field in inputs})


def permission(inputs):
    """A rule of a security group: the provider's has one source, the API's has lists of them."""
    if "cidrIpv4" in inputs:
        source = {"IpRanges": [{"CidrIp": inputs["cidrIpv4"]}]}
    else:
        source = {"UserIdGroupPairs": [{"GroupId": inputs["referencedSecurityGroupId"]}]}
    rule = {**spelled(inputs, "ipProtocol fromPort toPort"), **source}
    return {"GroupId": inputs["securityGroupId"], "IpPermissions": [rule]}


def template(inputs):
    # Disks and tags are spelled otherwise by the provider: texts for booleans, a map for a list.
    data = spelled(inputs, "metadataOptions userData")
    return {"LaunchTemplateName": inputs["name"], "LaunchTemplateData": data}


def document(inputs):
    return {"PolicyName": inputs["name"], "PolicyDocument": inputs["policy"]}


class Account:
    """An empty account, in which things get ids of its own."""

    def __init__(self):
        self.ids = {}

    def outcome(self, step):
        [(work, thing)] = step.items()
        kind = KINDS.get(thing["token"].split(":")[-1])
        if kind is None:
            return "not asked"
        try:
            self.make(kind, thing) if work == "make" else self.end(kind, thing)
        except ClientError as error:
            return error.response["Error"]["Code"]
        return "done"

    def make(self, kind, thing):
        service, call, fields, path, _ = kind
        inputs = self.renamed(thing["inputs"])
        answer = getattr(CLIENTS[service], call)(**(fields(inputs) if callable(fields) else spelled(inputs, fields)))
        for key in path.split(".") if path else []:
            answer = answer[key]
        if path:
            self.ids[thing["id"]] = answer
        self.follow(kind, inputs, answer)

    def follow(self, kind, inputs, made):
        """What the provider does beside the call that makes the thing."""
        if kind is KINDS["InternetGateway"]:
            CLIENTS["ec2"].attach_internet_gateway(InternetGatewayId=made, VpcId=inputs["vpcId"])
        if kind is KINDS["Vpc"] and inputs.get("enableDnsHostnames"):
            CLIENTS["ec2"].modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": True})

    def end(self, kind, thing):
        service, _, _, path, call = kind
        key = {"Policy.Arn": "PolicyArn"}.get(path, path.split(".")[-1])
        getattr(CLIENTS[service], call)(**{key: self.ids[thing["id"]]})

    def renamed(self, inputs):
        """The stand-in's ids in this account's words; those in ARNs too."""
        text = json.dumps(inputs)
        for ours, theirs in self.ids.items():
            text = text.replace(ours, theirs)
        return json.loads(text)


outcomes = []
for steps in json.load(sys.stdin):
    # AWS's own policies take a second to load, and few ask for one.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = str("iam::aws:policy" in json.dumps(steps)).lower()
    with mock_aws():
        account = Account()
        outcomes.append([account.outcome(step) for step in steps])
json.dump(outcomes, sys.stdout)
