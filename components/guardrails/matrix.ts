import type { Guard } from "./rule";
import type { Operation, Target } from "./targets";

/** One resource or subresource of the API, and who watches over it. */
export interface Row {
  readonly group: string;
  readonly resource: string;
  readonly watch: readonly Watch[];
}

export interface Watch {
  readonly guard: string;
  readonly versions: readonly string[];
  readonly operations: readonly Operation[];
  readonly rules: readonly string[];
}

/** A guard, or a mutation, which has no rules. */
export type Watcher = Pick<Guard, "name" | "on" | "reach"> & { readonly rules?: Guard["rules"] };

/** The one table of what is guarded: every policy's match rules are read from it, and it is held against a live server. */
export function matrix(guards: readonly Watcher[]): Row[] {
  const rows = new Map<string, { group: string; resource: string; watch: Watch[] }>();
  for (const { name, on, rules = [] } of guards) {
    for (const { group, resource, versions, operations } of on) {
      const key = `${group}/${resource}`;
      const row = rows.get(key) ?? { group, resource, watch: [] };
      row.watch.push({ guard: name, versions, operations, rules: rules.map(({ id }) => id) });
      rows.set(key, row);
    }
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

export interface ResourceRule {
  apiGroups: string[];
  apiVersions: string[];
  operations: string[];
  resources: string[];
  scope: "Cluster" | "Namespaced";
}

export interface MatchConstraints {
  matchPolicy: "Equivalent";
  resourceRules: ResourceRule[];
}

/**
 * What a guard's policy matches. Equivalent: a request in another version of the same kind is converted, not missed.
 * The scope keeps wildcards off everything that has no namespace, nodes and the policies themselves included.
 */
export function matchConstraints(guard: Watcher, table: readonly Row[]): MatchConstraints {
  const bundles = new Map<string, ResourceRule>();
  for (const { group, resource, watch } of table) {
    for (const { versions, operations } of watch.filter((entry) => entry.guard === guard.name)) {
      const key = [group, ...versions, ...operations].join(" ");
      const bundle: ResourceRule = bundles.get(key) ?? {
        apiGroups: [group],
        apiVersions: [...versions],
        operations: [...operations],
        resources: [],
        scope: guard.reach === "cluster" ? "Cluster" : "Namespaced",
      };
      bundle.resources.push(resource);
      bundles.set(key, bundle);
    }
  }
  return { matchPolicy: "Equivalent", resourceRules: [...bundles.values()] };
}

/** Whether a target is that of a resource alone, and not of everything there is. */
export function isSpecific({ resource }: Pick<Target, "resource">): boolean {
  return !resource.includes("*");
}
