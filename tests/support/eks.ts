import type { StackValues } from "./estate";

/** As little as a stack has to say of a cluster on EKS. */
export const EKS = {
  kind: "eks",
  name: "staging",
  region: "eu-central-1",
  version: "1.36",
  admins: ["arn:aws:iam::111122223333:role/platform"],
  network: { zones: ["eu-central-1a", "eu-central-1b"] },
  autoscaler: { image: "registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.0" },
  addons: {
    "eks-pod-identity-agent": "v1.3.10-eksbuild.2",
    "vpc-cni": "v1.21.1-eksbuild.1",
    "kube-proxy": "v1.36.0-eksbuild.2",
    coredns: "v1.13.1-eksbuild.1",
    "aws-ebs-csi-driver": "v1.54.0-eksbuild.1",
  },
};

/** What it says besides of the minor before. */
export const MINOR_BEFORE = { version: "1.35", addons: { ...EKS.addons, "kube-proxy": "v1.35.0-eksbuild.1" } };

/** What it says besides of a VPC that leads nowhere but to AWS. */
export const CUT_OFF = {
  network: { ...EKS.network, nat: "none" },
  autoscaler: { image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/cluster-autoscaler:v1.36.0" },
};

/** What such a stack says besides when Karpenter makes nodes. */
export const KARPENTER = { version: "1.14.1", images: { al2023: "v20260812" } };

/** What AWS adds to what it is asked for, by type. */
export const ADDED_BY_AWS = {
  "aws:eks/cluster:Cluster": {
    endpoint: "https://api.staging.example.com",
    certificateAuthority: { data: "Y2VydGlmaWNhdGU=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  },
  "aws:eks/nodeGroup:NodeGroup": { nodeGroupName: "pool", resources: [{ autoscalingGroups: [{ name: "eks-pool" }] }] },
};

/** Such a stack with these tenants, and with more said of the platform. */
export function onEks(tenants: Readonly<Record<string, unknown>>, platform: object = {}): StackValues {
  return { platform: { ...EKS, ...platform }, tenants };
}

/** Where a pool stands, every id of it told apart. */
export const POOL_HOST = {
  clusterName: "staging",
  partition: "aws",
  vpcId: "vpc-1",
  subnets: new Map([
    ["eu-central-1a", "subnet-a"],
    ["eu-central-1b", "subnet-b"],
  ]),
  clusterSecurityGroupId: "sg-cluster",
  systemSecurityGroupId: "sg-system",
  diskKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/acme",
  permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
  nodeRolePath: "/bulkhead/staging/",
  tags: { team: "platform" },
};
