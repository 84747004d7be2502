import type { Node } from "kubernetes-types/core/v1";
import type { Estate } from "../../config/estate";

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
  const taint = { key: "bulkhead.dev/tenant", value: tenant };
  return {
    ...node(`${tenant}-0`, { ...labels, "bulkhead.dev/tenant": tenant }),
    spec: {
      taints: [
        { ...taint, effect: "NoSchedule" },
        { ...taint, effect: "NoExecute" },
      ],
    },
  };
}

const SANDBOXES = { "bulkhead.dev/runtime-gvisor": "true", "bulkhead.dev/runtime-kata": "true" };
