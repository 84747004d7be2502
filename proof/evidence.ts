import type { Plan } from "../components/plan";
import type { TenantPlan } from "../components/tenant/plan";
import type { Result } from "./attacks/run";
import { type Claim, claimsOf } from "./claims";
import { grouped } from "./grouped";
import type { Stranger } from "./live/strangers";
import type { Derivation } from "./static";

/**
 * What a claim rests on, from nothing to what was seen. `refuted`: an attack got through, or something on the cluster
 * contradicts it. A report never prints a higher level than it has.
 */
export const LEVELS = ["refuted", "none", "declared", "derived", "enforced"] as const;
export type Level = (typeof LEVELS)[number];

export interface Evidence {
  readonly tenant: string;
  readonly claim: Claim;
  readonly sentence: string;
  readonly level: Level;
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly untestable: number;
  /** Why it is not more, or what contradicts it; empty for a claim that is enforced. */
  readonly reasons: readonly string[];
}

export interface Grounds {
  readonly plan: Plan;
  readonly results: readonly Result[];
  readonly derivations: readonly Derivation[];
  readonly strangers: readonly Stranger[];
}

/** Each claim of each tenant that was looked at, with the level of evidence it has. */
export function weigh(grounds: Grounds, tenants: readonly TenantPlan[] = grounds.plan.tenants): Evidence[] {
  const byTenant = grouped(grounds.results, ({ tenant }) => tenant);
  return tenants.flatMap((tenant) => claimsOf(tenant).map((claim) => evidenceFor(claim, tenant, grounds, byTenant)));
}

function evidenceFor(
  claim: Claim,
  plan: TenantPlan,
  grounds: Grounds,
  byTenant: ReadonlyMap<string, readonly Result[]>,
): Evidence {
  const { id } = plan.tenant;
  const attackers = claim.attackedBy === "itself" ? [id] : [...byTenant.keys()].filter((other) => other !== id);
  const threats = new Set(claim.threats);
  const results = attackers
    .flatMap((attacker) => byTenant.get(attacker) ?? [])
    .filter(({ threat }) => threats.has(threat));
  const count = (verdict: Result["verdict"]) => results.filter((result) => result.verdict === verdict).length;
  const counts = {
    passed: count("passed"),
    failed: count("failed"),
    inconclusive: count("inconclusive"),
    untestable: count("untestable"),
  };
  const against = grounds.strangers.filter(({ tenant, claims }) => tenant === id && claims.includes(claim.id));
  const derived = grounds.derivations.filter((derivation) => derivation.tenant === id && derivation.claim === claim.id);
  const level = levelOf(claim, counts, against.length, derived);
  return {
    tenant: id,
    claim,
    sentence: claim.sentence(plan),
    level,
    ...counts,
    reasons: level === "enforced" ? [] : reasonsFor(claim, results, against, derived),
  };
}

type Counts = Pick<Evidence, "passed" | "failed" | "inconclusive" | "untestable">;

function levelOf(claim: Claim, counts: Counts, against: number, derived: readonly Derivation[]): Level {
  if (counts.failed > 0 || against > 0) return "refuted";
  const holds = derived.length > 0 && derived.every((derivation) => derivation.holds);
  if (derived.length > 0 && !holds) return "none";
  const enforced = counts.passed > 0 && counts.inconclusive === 0;
  if (enforced && claim.atMost === undefined) return "enforced";
  // Whoever may rewrite the policies makes whatever is derived from them worthless.
  if (claim.atMost !== undefined && counts.inconclusive > 0) return "declared";
  return holds && claim.atMost !== "declared" ? (derived[0]?.level ?? "derived") : "declared";
}

function reasonsFor(
  { atMost }: Claim,
  results: readonly Result[],
  against: readonly Stranger[],
  derived: readonly Derivation[],
): string[] {
  const open = results.filter(({ verdict }) => verdict === "failed" || verdict === "inconclusive");
  const said = [
    ...against.map(({ finding }) => finding),
    ...open.map(({ attack, path, reason }) => `${attack} ${path}: ${reason}`),
    ...derived.filter(({ holds, level }) => !holds || level === "declared").map(({ finding }) => finding),
  ];
  if (said.length > 0) return said;
  if (atMost !== undefined) return ["an API server's answers cannot show more"];
  return [results.length === 0 ? "nothing was tried" : "nothing that was tried could be tested here"];
}
