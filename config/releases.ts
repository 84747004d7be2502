/*
 * What a release of Karpenter has to have for what it is used for here, and since when it has it. From the two
 * projects' histories (kubernetes-sigs/karpenter, aws/karpenter-provider-aws) and their compatibility matrix.
 */

/** A thing that Karpenter can do, and the first release that does. */
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

/** First release for a Kubernetes minor, where that is later than what every pool needs. */
const FOR_KUBERNETES: Readonly<Record<string, string>> = { "1.36": "1.13.0" };

/** What each pool needs of Karpenter on a cluster of that minor. */
export function karpenterNeeds(minor: string): Feature[] {
  const since = FOR_KUBERNETES[minor];
  return [KARPENTER.nodeLimits, ...(since === undefined ? [] : [{ since, what: `Kubernetes ${minor}` }])];
}

/** Whether a release, as 1.14.1, is another or a later one. */
export function isSince(release: string, first: string): boolean {
  const [one, other] = [release, first].map((text) => text.split(".").map(Number)) as [number[], number[]];
  const index = one.findIndex((part, position) => part !== other[position]);
  return index === -1 || (one[index] ?? 0) > (other[index] ?? 0);
}
