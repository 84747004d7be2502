import { CLUSTER_TAG, POOL_TAG } from "../../config/names";
import { type Account, policy, type Statement } from "../cluster/eks/roles.plan";

/** EKS's own, on the autoscaling groups and machines that it makes for node groups. */
const EKS_TAG = "eks:cluster-name";

/**
 * What no tenant's pod may do in the account, whatever its policies allow: a denial outweighs them all. Not to write rights
 * or clusters; not to become another role of the account, people's and the deployer's among them; and nothing at all to
 * what clusters are made of: roles, keys, networks, logs, and by two more tags the machines and disks, which the
 * provider's tags do not reach.
 */
export function tenantDenials({ partition, account }: Pick<Account, "partition" | "account">): string {
  return policy([
    deny(["iam:*", "eks:*", "eks-auth:*", "organizations:*", "account:*"]),
    { ...deny(["sts:AssumeRole"]), Resource: `arn:${partition}:iam::${account}:role/*` },
    ...[CLUSTER_TAG, POOL_TAG, EKS_TAG].map((tag) => ({
      ...deny(["*"]),
      // "Null" is IAM's word for "has no such tag".
      Condition: { Null: { [`aws:ResourceTag/${tag}`]: "false" } },
    })),
  ]);
}

function deny(actions: readonly string[]): Statement {
  return { Effect: "Deny", Action: actions, Resource: "*" };
}
