import type { Plan } from "../../components/plan";
import { clusterArn, ownRange } from "../../config/platform";

/** What follows for a claim about a cluster of a tenant's own. */
export interface OwnClusterFinding {
  readonly claim: string;
  readonly problems: readonly string[];
  /** What was found where there is no problem. */
  readonly holds: string;
}

/**
 * What the plan of a tenant's own stack shares with the cluster that it was given by; nothing of a plan that does not say
 * where it comes from. Keys and roles can be named nowhere in a stack file: each is made by the stack that uses it.
 */
export function ownClusterFindings({ estate, identities }: Pick<Plan, "estate" | "identities">): OwnClusterFinding[] {
  const { platform, parent, tenants } = estate;
  if (platform.kind !== "eks" || parent === undefined) return [];
  const own = clusterArn(platform);
  const { given } = platform.network;
  const others = tenants.filter(({ id }) => id !== parent.tenant).map(({ id }) => `${id} is on the cluster too`);
  const twin = own === parent.cluster ? [`it is the cluster of stack ${parent.stack}`] : [];
  const strangers = identities.flatMap(({ namespace, account, trust }) =>
    trustedClusters(trust)
      .filter((cluster) => cluster !== own)
      .map((cluster) => `the role of ${namespace}/${account} trusts ${cluster || "every cluster"}`),
  );
  return [
    { claim: "plane", problems: [...twin, ...others], holds: `${own} has no other tenant` },
    {
      claim: "vpc",
      problems: [...twin, ...(given ? [`it lies in ${given.vpc}, which this stack did not make`] : [])],
      holds: `its VPC (${ownRange(platform.network)}) is made by its stack, and so is every route in it; none leads to another VPC`,
    },
    { claim: "keys", problems: twin, holds: "every key is made by its stack, for its cluster and its pools" },
    {
      claim: "pool",
      problems: [...twin, ...strangers],
      holds: `every role is made by its stack; those of workloads trust sessions of ${own} only`,
    },
  ];
}

interface Trust {
  readonly Statement: readonly {
    readonly Condition?: { readonly StringEquals?: Readonly<Record<string, string>> };
  }[];
}

/** Cluster that each statement of a role's trust asks for; empty where it asks for none. */
function trustedClusters(trust: string): string[] {
  const { Statement } = JSON.parse(trust) as Trust;
  return Statement.map(({ Condition }) => Condition?.StringEquals?.["aws:RequestTag/eks-cluster-arn"] ?? "");
}
