import type { Declared } from "../project";
import { managed, trust } from "./documents";

export const REGION = "eu-central-1";

const subnet = (name: string, cidrBlock: string): readonly Declared[] => [
  {
    type: "ec2/subnet:Subnet",
    name,
    args: { vpcId: "@net.id", cidrBlock, availabilityZone: `${REGION}${name}`, mapPublicIpOnLaunch: true },
  },
  {
    type: "ec2/routeTableAssociation:RouteTableAssociation",
    name: `${name}-out`,
    args: { subnetId: `@${name}.id`, routeTableId: "@table.id" },
  },
];

/** A VPC with two subnets, and a way out of both. */
const network: readonly Declared[] = [
  { type: "ec2/vpc:Vpc", name: "net", args: { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true } },
  { type: "ec2/internetGateway:InternetGateway", name: "gateway", args: { vpcId: "@net.id" } },
  { type: "ec2/routeTable:RouteTable", name: "table", args: { vpcId: "@net.id" } },
  {
    type: "ec2/route:Route",
    name: "out",
    args: { routeTableId: "@table.id", destinationCidrBlock: "0.0.0.0/0", gatewayId: "@gateway.id" },
  },
  ...subnet("a", "10.0.0.0/20"),
  ...subnet("b", "10.0.16.0/20"),
];

/** The roles of a cluster and of its nodes. */
const roles: readonly Declared[] = [
  { type: "iam/role:Role", name: "plane", args: { assumeRolePolicy: trust("eks.amazonaws.com") } },
  { type: "iam/role:Role", name: "node", args: { assumeRolePolicy: trust("ec2.amazonaws.com") } },
  ...["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"].map((policy) => ({
    type: "iam/rolePolicyAttachment:RolePolicyAttachment",
    name: policy,
    args: { role: "@node.name", policyArn: managed(policy) },
  })),
];

export const cluster = (fields: object = {}): Declared => ({
  type: "eks/cluster:Cluster",
  name: "main",
  args: {
    name: "main",
    version: "1.36",
    roleArn: "@plane.arn",
    vpcConfig: { subnetIds: ["@a.id", "@b.id"] },
    accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
    bootstrapSelfManagedAddons: false,
    ...fields,
  },
});

export const group = (name: string, size: number, fields: object = {}): Declared => ({
  type: "eks/nodeGroup:NodeGroup",
  name,
  args: {
    clusterName: "@main.name",
    nodeRoleArn: "@node.arn",
    subnetIds: ["@a.id", "@b.id"],
    instanceTypes: ["m7i.large"],
    scalingConfig: { minSize: 0, desiredSize: size, maxSize: 3 },
    ...fields,
  },
  after: ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "out", "a-out", "b-out"],
});

/** Lets the deployer in, as one of a group. */
export const entry: Declared = {
  type: "eks/accessEntry:AccessEntry",
  name: "entry",
  args: {
    clusterName: "@main.name",
    principalArn: "arn:aws:iam::111122223333:role/platform",
    kubernetesGroups: ["bulkhead:platform"],
  },
};

export const administrator: Declared = {
  type: "eks/accessPolicyAssociation:AccessPolicyAssociation",
  name: "administrator",
  args: {
    clusterName: "@main.name",
    principalArn: "@entry.principalArn",
    policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    accessScope: { type: "cluster" },
  },
};

/** Everything but the cluster. */
export const ground = [...network, ...roles];
