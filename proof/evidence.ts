import type { Plan } from "../components/plan";
import type { TenantPlan } from "../components/tenant/plan";
import type { Result } from "./attacks/run";
import { type Tally, tally } from "./attacks/tally";
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
  /** Whose attacks were not all tried; a claim that rests on these is not enforced, whatever was stopped. */
  readonly untried: (attacker: string) => boolean;
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
  const tried = triedFor(claim, id, grounds, byTenant);
  const against = grounds.strangers.filter(({ tenant, claims }) => tenant === id && claims.includes(claim.id));
  const derived = grounds.derivations.filter((derivation) => derivation.tenant === id && derivation.claim === claim.id);
  const counts = tally(tried.results);
  const level = levelOf(claim, counts, tried.gaps, against, derived);
  const reasons = level === "enforced" ? [] : reasonsFor(claim, tried, against, derived);
  return { tenant: id, claim, sentence: claim.sentence(plan), level, ...counts, reasons };
}

interface Tried {
  readonly results: readonly Result[];
  /** Why these are not all the grounds that the claim needs; empty when they are. */
  readonly gaps: readonly string[];
}

function triedFor(
  { attackedBy, threats }: Claim,
  id: string,
  { plan, untried }: Grounds,
  byTenant: ReadonlyMap<string, readonly Result[]>,
): Tried {
  const isAttacker = (tenant: string) => (tenant === id) === (attackedBy === "itself");
  const all = [...byTenant].filter(([tenant]) => isAttacker(tenant)).flatMap(([, results]) => results);
  const results = all.filter(({ threat }) => threats.includes(threat));
  const staged = new Set(results.filter((result) => result.staged).map(({ tenant }) => tenant));
  const warned = plan.tenants.flatMap(({ tenant, mode }) => (mode === "warn" ? [tenant.id] : []));
  const onlyWarned = [...staged].filter((tenant) => warned.includes(tenant));
  const partial = plan.tenants.some(({ tenant }) => isAttacker(tenant.id) && untried(tenant.id));
  return {
    results,
    gaps: [
      ...(onlyWarned.length > 0 ? [`guardrails only warn for ${onlyWarned.join(", ")}`] : []),
      ...(staged.size > onlyWarned.length ? ["the guards of namespaces themselves only warn (guardrails.mode)"] : []),
      ...(partial ? ["not all of its attacks were tried"] : []),
    ],
  };
}

function levelOf(
  { atMost }: Claim,
  { passed, failed, inconclusive }: Tally,
  gaps: readonly string[],
  against: readonly Stranger[],
  derived: readonly Derivation[],
): Level {
  if (failed > 0 || against.length > 0) return "refuted";
  const contradicted = derived.some(({ holds }) => !holds);
  if (contradicted) return "none";
  if (atMost === undefined && passed > 0 && inconclusive === 0 && gaps.length === 0) return "enforced";
  // Whoever may rewrite the policies makes whatever is derived from them worthless.
  if (atMost !== undefined && inconclusive > 0) return "declared";
  return derived[0]?.level ?? "declared";
}

function reasonsFor(
  { atMost }: Claim,
  { results, gaps }: Tried,
  against: readonly Stranger[],
  derived: readonly Derivation[],
): string[] {
  const open = results.filter(({ verdict }) => verdict === "failed" || verdict === "inconclusive");
  const said = [
    ...against.map(({ finding }) => finding),
    ...open.map(({ attack, path, reason }) => `${attack} ${path}: ${reason}`),
    ...derived.filter(({ holds, level }) => !holds || level === "declared").map(({ finding }) => finding),
    ...gaps,
  ];
  if (said.length > 0) return said;
  if (atMost !== undefined) return ["an API server's answers cannot show more"];
  return [results.length === 0 ? "nothing was tried" : "nothing that was tried could be tested here"];
}
