/*
 * What a release has to have for what it is used for here, since when it has it, and how far it may be from the cluster's
 * minor. Only what cannot work is refused: a release that came after this table is taken. From the projects' histories
 * (kubernetes-sigs/karpenter, aws/karpenter-provider-aws, aws/amazon-vpc-cni-k8s) and what they say of versions.
 */

/** Newest minor the guards were proven on; assumed where no cluster can be asked. */
export const NEWEST_MINOR = "1.36";

/** Minors that may come out while this release is in use: two years of three each. One beyond is a slip. */
const MINORS_AHEAD = 6;

/** The number of a minor in Kubernetes 1: 36 of 1.36, and of v1.36.0. */
export function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

/** Whether nobody can have this minor yet. */
export function isUnheardOf(minor: string): boolean {
  return minorOf(minor) > minorOf(NEWEST_MINOR) + MINORS_AHEAD;
}

/** Minors by which a program may be older and newer than the API server that it talks to. */
export interface Skew {
  readonly older: number;
  readonly newer: number;
}

/** kubernetes.io, "Version Skew Policy": never newer than the API server, and three minors older at most. */
export const KUBE_PROXY: Skew = { older: 3, newer: 0 };

/**
 * Its releases are made for one minor and tested with no other (kubernetes/autoscaler, README, "Releases"). One beside it
 * is what a cluster has while it is upgraded.
 */
export const AUTOSCALER: Skew = { older: 1, newer: 1 };

/** A thing that a program can do, and the first release that does. */
export interface Feature {
  readonly since: string;
  readonly what: string;
}

export const KARPENTER = {
  /** karpenter#2526; before, `limits.nodes` bound pools of a fixed size only. The v1 API is older, 1.0.0. */
  nodeLimits: { since: "1.12.0", what: "a bound on a pool's nodes" },
  /** karpenter-provider-aws#9043. */
  nestedVirtualization: { since: "1.13.0", what: "nested virtualization" },
} as const satisfies Record<string, Feature>;

export const VPC_CNI = {
  /** aws/amazon-vpc-cni-k8s, release notes of 1.15.5; its role is given by no other way here. */
  podIdentity: { since: "1.15.5", what: "a role by EKS Pod Identity" },
  /** aws/amazon-vpc-cni-k8s, release notes of 1.17.1. */
  strict: { since: "1.17.1", what: "networkPolicy: strict" },
} as const satisfies Record<string, Feature>;

/** First release for a Kubernetes minor, where that is later than what every pool needs. */
const FOR_KUBERNETES: Readonly<Record<string, string>> = { "1.36": "1.13.0" };

/** What each pool needs of Karpenter on a cluster of that minor. */
export function karpenterNeeds(minor: string): Feature[] {
  const since = FOR_KUBERNETES[minor];
  return [KARPENTER.nodeLimits, ...(since === undefined ? [] : [{ since, what: `Kubernetes ${minor}` }])];
}

/** Why a release, as 1.14.1, is too old for a feature; undefined where it has it. */
export function ageFault(release: string, { since, what }: Feature): string | undefined {
  return isSince(release, since) ? undefined : `is older than ${since}, the first release with ${what}; raise it`;
}

/** Whether a release is another or a later one. */
export function isSince(release: string, first: string): boolean {
  const [one, other] = [release, first].map((text) => text.split(".").map(Number)) as [number[], number[]];
  const index = one.findIndex((part, position) => part !== other[position]);
  return index === -1 || (one[index] ?? 0) > (other[index] ?? 0);
}
