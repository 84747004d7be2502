import type { Declared } from "../project";

export const REGION = "eu-central-1";

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

/** A VPC with two subnets, and the roles of a cluster and its nodes. */
export const network: readonly Declared[] = [
  { type: "ec2/vpc:Vpc", name: "net", args: { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true } },
  {
    type: "ec2/subnet:Subnet",
    name: "a",
    args: { vpcId: "@net.id", cidrBlock: "10.0.0.0/20", availabilityZone: "eu-central-1a" },
  },
  {
    type: "ec2/subnet:Subnet",
    name: "b",
    args: { vpcId: "@net.id", cidrBlock: "10.0.16.0/20", availabilityZone: "eu-central-1b" },
  },
];

export const roles: readonly Declared[] = [
  { type: "iam/role:Role", name: "plane", args: { assumeRolePolicy: trust("eks.amazonaws.com") } },
  { type: "iam/role:Role", name: "node", args: { assumeRolePolicy: trust("ec2.amazonaws.com") } },
  {
    type: "iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "join",
    args: { role: "@node.name", policyArn: managed("AmazonEKSWorkerNodePolicy") },
  },
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
  after: ["join"],
});

export const estate = [...network, ...roles, cluster()];
