import type { Node } from "kubernetes-types/core/v1";
import type { Estate } from "../../config/estate";
import type { SimulatedNode } from "../../tools/controlplane";

/**
 * Nodes on which an estate fits: two for all, one for each tenant that has its own, each with every sandbox. Labels
 * and taints are spelt out, because they are a contract with whoever makes nodes.
 */
export function nodesFor(estate: Estate): Node[] {
  const owners = estate.tenants.filter(({ isolation }) => isolation.nodes === "dedicated").map(({ id }) => id);
  return [node("shared-0"), node("shared-1"), ...owners.map((id) => tenantNode(id))];
}

export function node(name: string, labels: Record<string, string> = SANDBOXES): Node {
  return { metadata: { name, labels }, spec: {}, status: {} };
}

export function tenantNode(tenant: string, labels: Record<string, string> = SANDBOXES): Node {
  return { ...node(`${tenant}-0`, { ...labels, "bulkhead.dev/tenant": tenant }), spec: { taints: taintsOf(tenant) } };
}

/** A node of a tenant's own to be registered on a real API server. */
export function ownNode(tenant: string, name: string, capacity: SimulatedNode["capacity"]): SimulatedNode {
  return { name, capacity, labels: { "bulkhead.dev/tenant": tenant }, taints: taintsOf(tenant) };
}

function taintsOf(tenant: string) {
  const taint = { key: "bulkhead.dev/tenant", value: tenant };
  return [
    { ...taint, effect: "NoSchedule" as const },
    { ...taint, effect: "NoExecute" as const },
  ];
}

const SANDBOXES = { "bulkhead.dev/runtime-gvisor": "true", "bulkhead.dev/runtime-kata": "true" };
