import { isMap, type Property, type PropertyMap } from "../../plugin/properties";
import { list, number, text, texts } from "../kind";
import type { Cloud, Thing } from "../store";
import { attachedPolicies } from "./identity";
import { trustedServices } from "./policy-document";
import { egressRule, ingressRule } from "./security-groups";
import { CLUSTER, KEY, POLICY, ROLE, ROLE_POLICY, ROUTE_TABLE, SUBNET, VPC_ENDPOINT } from "./tokens";

/**
 * Why machines of a node group would start and never join, or not start at all. EKS takes such a group, waits for a
 * quarter of an hour and more, and then says NodeCreationFailure; here it is said at once.
 */
export function joinFaults(group: Thing, template: PropertyMap | undefined, cloud: Cloud): string[] {
  if ((number(group.inputs, "scalingConfig", "desiredSize") ?? 0) === 0) return [];
  return [
    ...roleFaults(group, cloud),
    ...texts(group.inputs, "subnetIds").flatMap((id) => wayOutFaults(id, cloud)),
    ...trafficFaults(group, template, cloud),
    ...diskFaults(template, cloud),
  ];
}

/** What a node may do, by the names of its policies and the actions that its own ones list. */
interface Rights {
  readonly policies: readonly string[];
  readonly actions: string;
}

function rightsOf(role: string, cloud: Cloud): Rights {
  const arns = attachedPolicies({ cloud }, role);
  const inline = cloud.all(ROLE_POLICY).filter(({ inputs }) => inputs.role === role);
  const own = cloud.all(POLICY).filter(({ id }) => arns.includes(id));
  return {
    policies: arns.map((arn) => arn.slice(arn.lastIndexOf("/") + 1)),
    actions: [...inline, ...own].map(({ inputs }) => textOf(inputs.policy)).join(" "),
  };
}

/**
 * AWS's usual policy lets a node find out what it is; the minimal one, made for Auto Mode, does not: nodeadm asks EC2
 * for the machine's private name. Amazon EKS user guide, "Amazon EKS node IAM role"; awslabs/amazon-eks-ami, nodeadm.
 */
function mayJoin({ policies, actions }: Rights): boolean {
  if (policies.includes("AmazonEKSWorkerNodePolicy")) return true;
  return (
    policies.includes("AmazonEKSWorkerNodeMinimalPolicy") && /ec2:(DescribeInstances|Describe\*|\*)"/.test(actions)
  );
}

/** The network plugin's own image is pulled by the node. */
function mayPull({ policies, actions }: Rights): boolean {
  return (
    policies.some((name) => name.startsWith("AmazonEC2ContainerRegistry")) || actions.includes("ecr:BatchGetImage")
  );
}

function roleFaults({ inputs }: Thing, cloud: Cloud): string[] {
  const role = cloud.all(ROLE).find(({ state }) => state.arn === inputs.nodeRoleArn);
  const rights = rightsOf(role?.id ?? "", cloud);
  const words = "Instances failed to join the kubernetes cluster";
  const faults: [boolean, string][] = [
    [trustedServices(role?.state.assumeRolePolicy).includes("ec2.amazonaws.com"), "does not trust ec2.amazonaws.com"],
    [
      mayJoin(rights),
      "has neither AmazonEKSWorkerNodePolicy nor AmazonEKSWorkerNodeMinimalPolicy with ec2:DescribeInstances",
    ],
    [mayPull(rights), "may not pull images from Amazon ECR"],
  ];
  return faults.filter(([well]) => !well).map(([, fault]) => `${words}: role ${role?.id} ${fault}`);
}

/** Amazon EKS user guide, "Deploy private clusters with limited internet access": what nodes call on their way up. */
const NEEDED = ["ec2", "ecr.api", "ecr.dkr", "s3", "sts"];

/** Machines of a subnet reach AWS by a route to a gateway, or by endpoints of all services that they need. */
function wayOutFaults(subnetId: string, cloud: Cloud): string[] {
  const subnet = cloud.get(SUBNET, subnetId);
  const vpcId = text(subnet?.inputs, "vpcId");
  const association = cloud
    .all("aws:ec2/routeTableAssociation:RouteTableAssociation")
    .find(({ inputs }) => inputs.subnetId === subnetId);
  const main = cloud.all(ROUTE_TABLE).find(({ inputs, owner }) => inputs.vpcId === vpcId && owner === vpcId);
  const table = text(association?.inputs, "routeTableId") ?? main?.id ?? "";
  if (leadsOut(table, subnet?.inputs.mapPublicIpOnLaunch === true, cloud)) return [];
  const served = cloud
    .all(VPC_ENDPOINT)
    .filter(({ inputs }) => inputs.vpcId === vpcId)
    .filter(({ inputs }) => inputs.vpcEndpointType !== "Gateway" || texts(inputs, "routeTableIds").includes(table))
    .map(({ inputs, region }) => text(inputs, "serviceName")?.replace(`com.amazonaws.${region}.`, ""));
  const unreached = NEEDED.filter((service) => !served.includes(service));
  if (unreached.length === 0) return [];
  const words = `no route to a gateway and no endpoint of ${unreached.join(", ")}`;
  return [`Instances failed to join the kubernetes cluster: subnet ${subnetId} has ${words}`];
}

function leadsOut(table: string, hasPublicAddresses: boolean, cloud: Cloud): boolean {
  const own = cloud.all("aws:ec2/route:Route").filter(({ inputs }) => inputs.routeTableId === table);
  const inline = list(cloud.get(ROUTE_TABLE, table)?.inputs, "routes").filter(isMap);
  return [...own.map(({ inputs }) => inputs), ...inline].some((route) => {
    const everywhere = route.destinationCidrBlock === "0.0.0.0/0" || route.cidrBlock === "0.0.0.0/0";
    return everywhere && (route.gatewayId === undefined || hasPublicAddresses);
  });
}

/**
 * Nodes with security groups of their own do not carry the cluster's, so the way to the API server and back has to be
 * opened. Amazon EKS user guide, "View Amazon EKS security group requirements for clusters".
 */
function trafficFaults({ inputs }: Thing, template: PropertyMap | undefined, cloud: Cloud): string[] {
  const own = texts(template, "vpcSecurityGroupIds");
  const cluster =
    text(cloud.get(CLUSTER, text(inputs, "clusterName") ?? "")?.state, "vpcConfig", "clusterSecurityGroupId") ?? "";
  if (own.length === 0 || own.includes(cluster)) return [];
  const needed: [string, boolean][] = [
    ["out to the API server (443)", own.some((id) => opens(egressRule.token, id, cluster, 443, cloud))],
    ["in to the API server (443)", own.some((id) => opens(ingressRule.token, cluster, id, 443, cloud))],
    ["in to the kubelet (10250)", own.some((id) => opens(ingressRule.token, id, cluster, 10250, cloud))],
  ];
  const closed = needed.filter(([, open]) => !open).map(([way]) => way);
  if (closed.length === 0) return [];
  const words = `security groups ${own.join(", ")} replace the cluster's, ${cluster}, and nothing lets nodes ${closed.join(", ")}`;
  return [`Instances failed to join the kubernetes cluster: ${words}`];
}

/** Whether a rule of `group` lets the other group through at a port, by its name or by any address. */
function opens(token: string, group: string, other: string, port: number, cloud: Cloud): boolean {
  return cloud.all(token).some(({ inputs }) => {
    const peer = inputs.referencedSecurityGroupId === other || inputs.cidrIpv4 !== undefined;
    return inputs.securityGroupId === group && peer && covers(inputs, port);
  });
}

function covers({ ipProtocol, fromPort, toPort }: PropertyMap, port: number): boolean {
  if (ipProtocol === "-1") return true;
  return ipProtocol === "tcp" && (number(fromPort) ?? 0) <= port && port <= (number(toPort) ?? 0);
}

/** EC2 Auto Scaling user guide, "Required AWS KMS key policy for use with encrypted volumes". */
function diskFaults(template: PropertyMap | undefined, cloud: Cloud): string[] {
  const keys = list(template, "blockDeviceMappings").flatMap((mapping) => text(mapping, "ebs", "kmsKeyId") ?? []);
  return keys.flatMap((arn) => {
    const policy = cloud.all(KEY).find(({ id, state }) => id === arn || state.arn === arn)?.inputs.policy;
    const usable = /AWSServiceRoleForAutoScaling/.test(textOf(policy)) && /kms:(CreateGrant|\*)/.test(textOf(policy));
    if (usable) return [];
    return [`Instances failed to start: Client.InvalidKMSKey.InvalidState: autoscaling may not use key ${arn}`];
  });
}

function textOf(policy: Property | undefined): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy ?? "");
}
