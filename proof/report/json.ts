import { BEYOND } from "../attacks/beyond";
import type { Result } from "../attacks/run";
import { tally, tallyByTier } from "../attacks/tally";
import { tierOf } from "../attacks/tiers";
import { residuals } from "../claims";
import { grouped } from "../grouped";
import type { Proof } from "../prove";
import { reachability } from "../static/network";
import { exemptionsOf } from "./exemptions";
import { isSwept } from "./swept";

/** The proof for programs. Fields are added, never renamed; `complete: false` marks a proof that ended early. */
export function proofJson(proof: Proof): object {
  const { at, server, kubernetes, seconds, broken, left, plan, evidence, results, strangers } = proof;
  const shown = new Set(evidence.map(({ tenant }) => tenant));
  return {
    version: 1,
    at,
    server,
    kubernetes,
    seconds,
    complete: broken === undefined,
    ...(broken === undefined ? {} : { broken }),
    left,
    attacks: { tried: results.length, ...tally(results), tiers: tallyByTier(results) },
    tenants: plan.tenants
      .filter(({ tenant }) => shown.has(tenant.id))
      .map((tenant) => ({
        id: tenant.tenant.id,
        namespaces: tenant.tenant.namespaces.map(({ name }) => name),
        isolation: tenant.tenant.isolation,
        state: tenant.tenant.state,
        guardrails: tenant.mode,
        claims: evidence
          .filter((it) => it.tenant === tenant.tenant.id)
          .map(({ claim, tenant: _, ...rest }) => ({ id: claim.id, threats: claim.threats, ...rest })),
        stillShared: residuals(tenant),
      })),
    apart: plan.apart.map(({ tenant, stack, cluster }) => ({ id: tenant.id, stack, cluster })),
    results: results.filter((result) => !isSwept(result)).map(withoutNothing),
    swept: sweptCounts(results),
    strangers,
    reachable: reachability(plan).open,
    exemptions: exemptionsOf(plan),
    notTestable: BEYOND.map((threat) => ({ ...threat, tier: tierOf(threat) })),
  };
}

/** What was refused of thousands of kinds and verbs is a number; what was not stands among the results. */
function sweptCounts(results: readonly Result[]): object[] {
  const groups = grouped(results.filter(isSwept), ({ tenant, namespace, threat }) =>
    [tenant, namespace, threat].join(" "),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first
      ? [{ tenant: first.tenant, namespace: first.namespace, threat: first.threat, passed: group.length }]
      : [];
  });
}

function withoutNothing({ alias, ...result }: Result): object {
  return alias === undefined ? result : { ...result, alias };
}
