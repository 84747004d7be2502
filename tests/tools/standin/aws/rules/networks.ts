import { principalArn, type Rules } from "./rules";

export const networks: Rules = {
  sound: {
    Vpc: { cidrBlock: "10.0.0.0/16" },
    Subnet: { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24" },
    NatGateway: { subnetId: "subnet-1", allocationId: "eipalloc-1" },
    Route: { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-1" },
    SecurityGroup: { vpcId: "vpc-1", description: "nodes of acme" },
    SecurityGroupIngressRule: {
      securityGroupId: "sg-1",
      cidrIpv4: "10.0.0.0/16",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    },
    VpcEndpoint: { vpcId: "vpc-1", serviceName: "com.amazonaws.eu-central-1.ec2", vpcEndpointType: "Interface" },
    FlowLog: {
      vpcId: "vpc-1",
      iamRoleArn: principalArn,
      logDestination: "arn:aws:logs:eu-central-1:111122223333:log-group:x",
    },
  },
  cases: {
    Vpc: [
      {
        title: "a range larger than /16",
        inputs: { cidrBlock: "10.0.0.0/8" },
        property: "cidrBlock",
        reason: "InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid.",
      },
    ],
    Subnet: [
      {
        title: "a range smaller than /28",
        inputs: { cidrBlock: "10.0.0.0/29" },
        property: "cidrBlock",
        reason: "InvalidSubnet.Range: The CIDR '10.0.0.0/29' is invalid.",
      },
    ],
    NatGateway: [
      {
        title: "a public one without an address",
        inputs: { allocationId: null },
        property: "allocationId",
        reason: "MissingParameter: a public NAT gateway requires an allocation ID",
      },
    ],
    Route: [
      { title: "two targets", inputs: { natGatewayId: "nat-1" }, property: "natGatewayId", reason: "Only one of" },
      {
        title: "no destination",
        inputs: { destinationCidrBlock: null },
        property: "destinationCidrBlock",
        reason: "one has to be",
      },
    ],
    SecurityGroup: [
      {
        title: "a name that looks like an id",
        inputs: { name: "sg-mine" },
        property: "name",
        reason: 'invalid value for name (cannot begin with "sg-")',
      },
      {
        title: "a description with signs that EC2 does not take",
        inputs: { description: "the tenant's" },
        property: "description",
        reason: "InvalidParameterValue: invalid characters in, or length of, the group description",
      },
    ],
    SecurityGroupIngressRule: [
      {
        title: "two sources",
        inputs: { referencedSecurityGroupId: "sg-2" },
        property: "referencedSecurityGroupId",
        reason:
          "Exactly one of these attributes must be configured: cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId",
      },
      {
        title: "ports for all protocols",
        inputs: { ipProtocol: "-1" },
        property: "fromPort",
        reason: "InvalidParameterValue: You may not specify all protocols and specific ports",
      },
      {
        title: "TCP without ports",
        inputs: { toPort: null },
        property: "fromPort",
        reason: "InvalidParameterValue: TCP and UDP rules need fromPort and toPort",
      },
      {
        title: "a port range that goes down",
        inputs: { fromPort: 444 },
        property: "fromPort",
        reason: "InvalidParameterValue: Invalid TCP/UDP port range 444-443",
      },
    ],
    VpcEndpoint: [
      {
        title: "subnets of a gateway endpoint",
        inputs: { vpcEndpointType: "Gateway", subnetIds: ["subnet-1"] },
        property: "subnetIds",
        reason: "InvalidParameter: Gateway endpoints take neither subnets nor security groups",
      },
      {
        title: "route tables of an interface endpoint",
        inputs: { routeTableIds: ["rtb-1"] },
        property: "routeTableIds",
        reason: "InvalidParameter: Route table IDs are only supported for Gateway type VPC Endpoint.",
      },
    ],
    FlowLog: [
      {
        title: "CloudWatch without a role",
        inputs: { iamRoleArn: null },
        property: "iamRoleArn",
        reason: "InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
      },
    ],
  },
};
