import type { Node, Pod } from "kubernetes-types/core/v1";
import type { Moment } from "./history";

export const POOL = "karpenter.sh/nodepool";
export const TENANT = "bulkhead.dev/tenant";

/** A tenant's pod that was bound, and the node that it was bound to. */
export interface Home {
  readonly pod: string;
  readonly tenant: string;
  readonly node: string;
}

/** Every binding that ever was, of pods in tenants' namespaces. */
export function homes(pods: readonly Moment<Pod>[], tenantOf: (namespace: string) => string | undefined): Home[] {
  const seen = new Map<string, Home>();
  for (const { object } of pods) {
    const { namespace = "", name = "", uid = "" } = object.metadata ?? {};
    const tenant = tenantOf(namespace);
    const node = object.spec?.nodeName;
    if (tenant !== undefined && node) seen.set(uid, { pod: `${namespace}/${name}`, tenant, node });
  }
  return [...seen.values()];
}

/** Nodes that carried pods of more than one tenant, ever. */
export function sharedNodes(all: readonly Home[]): string[] {
  const owners = new Map<string, Set<string>>();
  for (const { node, tenant } of all) owners.set(node, (owners.get(node) ?? new Set()).add(tenant));
  return [...owners]
    .filter(([, tenants]) => tenants.size > 1)
    .map(([node, tenants]) => `${node}: ${[...tenants].join(", ")}`);
}

/** The nodes that Karpenter made, with the pool of each and when it came. */
export function made(nodes: readonly Moment<Node>[]): { node: string; pool: string; revision: number }[] {
  return nodes.flatMap(({ type, object, revision }) => {
    const pool = object.metadata?.labels?.[POOL];
    return type === "ADDED" && pool !== undefined ? [{ node: object.metadata?.name ?? "", pool, revision }] : [];
  });
}

/** Whether a tenant had a pod that was waiting for a node at some moment. */
export function waited(pods: readonly Moment<Pod>[], namespaces: readonly string[], revision: number): boolean {
  const latest = new Map<string, Moment<Pod>>();
  for (const moment of pods) {
    if (moment.revision > revision) break;
    latest.set(moment.object.metadata?.uid ?? "", moment);
  }
  return [...latest.values()].some(
    ({ type, object }) =>
      type !== "DELETED" && namespaces.includes(object.metadata?.namespace ?? "") && !object.spec?.nodeName,
  );
}
