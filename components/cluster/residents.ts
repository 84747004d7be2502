import type { Namespace } from "kubernetes-types/core/v1";
import type { Estate } from "../../config/estate";
import { ANNOTATIONS, TENANT_LABEL } from "../../config/names";
import type { Problem } from "../../config/problems";
import { CANARY_NAMESPACE } from "../guardrails/canary";

/** A tenant as the last deployment left it on the cluster. */
export interface Resident {
  readonly id: string;
  readonly namespaces: readonly string[];
  /** Whether all its namespaces are closed to new workloads for good. */
  readonly state: "leaving" | "staying";
}

/** Tenants that have namespaces on the cluster, sorted by id. */
export function residentsOf(namespaces: readonly Namespace[]): Resident[] {
  const byTenant = new Map<string, Namespace[]>();
  for (const namespace of namespaces) {
    const id = namespace.metadata?.labels?.[TENANT_LABEL];
    if (id === undefined || namespace.metadata?.name === CANARY_NAMESPACE) continue;
    byTenant.set(id, [...(byTenant.get(id) ?? []), namespace]);
  }
  return [...byTenant].map(([id, own]) => resident(id, own)).sort((one, other) => (one.id < other.id ? -1 : 1));
}

function resident(id: string, own: readonly Namespace[]): Resident {
  const leaves = own.every(({ metadata }) => metadata?.annotations?.[ANNOTATIONS.state] === "leaving");
  const namespaces = own.map(({ metadata }) => metadata?.name ?? "").sort();
  return { id, namespaces, state: leaves ? "leaving" : "staying" };
}

/**
 * A tenant that is taken out of the file takes everything in its namespaces with it. That a line got lost must not be
 * enough: it has been leaving before, or is named as one to remove.
 */
export function removalProblems({ tenants, apart, guardrails }: Estate, residents: readonly Resident[]): Problem[] {
  const known = new Set([...tenants.map(({ id }) => id), ...guardrails.removals]);
  return residents
    .filter(({ id, state }) => state === "staying" && !known.has(id))
    .map(({ id, namespaces }) => {
      const lost = `everything in ${namespaces.join(" and ")} would be deleted`;
      const moves = apart.some(({ tenant }) => tenant.id === id);
      return {
        path: ["tenants", id, ...(moves ? ["isolation", "cluster"] : [])],
        rule: moves ? movingRule(lost, id) : removalRule(lost, id),
      };
    });
}

function removalRule(lost: string, id: string): string {
  return `is not in the estate any more, and ${lost}; write it back with state: leaving and deploy (npx bulkhead offboard ${id} goes through all steps), or name it in guardrails.removals`;
}

/** Nothing is carried from one cluster to another: it ends here and begins there. */
function movingRule(lost: string, id: string): string {
  return `moves ${id} to a cluster of its own, and ${lost} here; write shared and state: leaving, deploy, and then dedicated, or name it in guardrails.removals`;
}
