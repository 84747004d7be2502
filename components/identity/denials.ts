import { CLUSTER_TAG, POOL_TAG } from "../../config/names";
import { type Account, policy, type Statement } from "../cluster/eks/roles.plan";

/**
 * What others tag by themselves, out of reach of the provider's tags: EKS the autoscaling groups and machines of node
 * groups, and its own security group; the EBS driver the disks of claims; the VPC plugin its network interfaces.
 */
const TAGS_OF_OTHERS = [
  "eks:cluster-name",
  "aws:eks:cluster-name",
  "ebs.csi.aws.com/cluster",
  "cluster.k8s.amazonaws.com/name",
] as const;

/**
 * What no tenant's pod may do in the account, whatever its policies allow: a denial outweighs them all. Not to write rights
 * or clusters; not to become another role of the account, people's and the deployer's among them; and nothing at all to
 * what clusters are made of: roles, keys, networks, logs, machines and disks. Subnets that are given
 * (network.given) count where they carry one of these tags.
 */
export function tenantDenials({ partition, account }: Pick<Account, "partition" | "account">): string {
  return policy([
    deny(["iam:*", "eks:*", "eks-auth:*", "organizations:*", "account:*"]),
    { ...deny(["sts:AssumeRole"]), Resource: `arn:${partition}:iam::${account}:role/*` },
    ...[CLUSTER_TAG, POOL_TAG, ...TAGS_OF_OTHERS].map((tag) => ({
      ...deny(["*"]),
      // "Null" is IAM's word for "has no such tag".
      Condition: { Null: { [`aws:ResourceTag/${tag}`]: "false" } },
    })),
  ]);
}

function deny(actions: readonly string[]): Statement {
  return { Effect: "Deny", Action: actions, Resource: "*" };
}
