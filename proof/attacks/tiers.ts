import { threatOf } from "./attack";

/**
 * What has to run for an attack to be decided. A: an API server and its store. B: the controllers and the scheduler
 * too, because a guard is of their making, as the counts of a quota, or because it is their work that is looked at.
 * C: nodes with a kubelet, a network plugin and a runtime. D: a cloud's own identities. S: nothing, only what was planned.
 */
export const TIERS = ["A", "B", "C", "D", "S"] as const;
export type Tier = (typeof TIERS)[number];

/** Threats that an API server alone does not decide. */
const BEYOND_A: Readonly<Record<Exclude<Tier, "A">, readonly string[]>> = {
  B: ["T11", "T13", "T23", "T97", "T107", "T110", "T113", "T114", "T123", "X-FR-1", "X-LV-1", "X-QT-1"],
  C: ["T50", "T82", "T94", "T96", "T109"],
  D: ["T131", "T133", "T134", "T135"],
  S: ["T24", "T74", "T79", "T80", "T81", "T102", "T120", "T129", "T130", "X-NP-2", "X-EX-1"],
};

const BY_THREAT = new Map(
  Object.entries(BEYOND_A).flatMap(([tier, threats]) => threats.map((threat) => [threat, tier as Tier] as const)),
);

export function tierOf(attack: { readonly id: string }): Tier {
  return BY_THREAT.get(threatOf(attack)) ?? "A";
}
