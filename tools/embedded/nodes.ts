import type { Resident } from "../../components/cluster/residents";
import type { Estate } from "../../config/estate";
import { runtimeLabel, TAINT_EFFECTS, TENANT_LABEL } from "../../config/names";
import type { ExistingPool } from "../../config/schema";
import type { SimulatedNode } from "../controlplane";

/** Nodes for a tenant whose pool nobody described: enough to show placement on more than one. */
const NODES = 2;

const CAPACITY: ExistingPool["capacity"] = { cpu: "8", memory: "32Gi", ephemeralStorage: "100Gi", pods: 110 };

/** The nodes that the platform's pools declare; where it declares none, a shared pool and one for each tenant that wants its own. */
export function nodesOf({ platform, tenants }: Estate): SimulatedNode[] {
  // A cluster that is made has the nodes of its pools, and they are made with it.
  if (platform.kind !== "existing") return [];
  const pools = platform.pools ?? undeclared(tenants);
  return Object.entries(pools).flatMap(([name, pool]) =>
    Array.from({ length: pool.nodes }, (_, index) => node(`${name}-${index + 1}`, pool)),
  );
}

/**
 * Which registered nodes may go: those that the estate does not name. A tenant that was taken out of it keeps its own for
 * as long as it is on the cluster, since only the deployment decides whether it goes.
 * @param residents Tenants that are on the cluster.
 */
export function outdated(estate: Estate, residents: readonly Pick<Resident, "id">[]) {
  const named = new Set(nodesOf(estate).map(({ name }) => name));
  const removed = residents.filter(({ id }) => !estate.tenants.some((tenant) => tenant.id === id));
  const departing = new Set(removed.map(({ id }) => id));
  return ({ name, labels }: Pick<SimulatedNode, "name" | "labels">) =>
    !named.has(name) && !departing.has(labels?.[TENANT_LABEL] ?? "");
}

function undeclared(tenants: Estate["tenants"]): Record<string, ExistingPool> {
  const dedicated = tenants.filter(({ isolation }) => isolation.nodes === "dedicated");
  const shared = tenants.filter(({ isolation }) => isolation.nodes === "shared");
  const runtimes = [...new Set(shared.map(({ isolation }) => isolation.runtime))];
  return {
    shared: { nodes: NODES, capacity: CAPACITY, runtimes },
    ...Object.fromEntries(
      dedicated.map(({ id, isolation, pool }) => [
        id,
        { tenant: id, nodes: Math.min(pool?.max ?? NODES, NODES), capacity: CAPACITY, runtimes: [isolation.runtime] },
      ]),
    ),
  };
}

function node(name: string, { tenant, capacity, runtimes }: ExistingPool): SimulatedNode {
  const sandboxes = runtimes.filter((runtime) => runtime !== "native");
  return {
    name,
    labels: {
      ...(tenant === undefined ? {} : { [TENANT_LABEL]: tenant }),
      ...Object.fromEntries(sandboxes.map((runtime) => [runtimeLabel(runtime), "true"])),
    },
    taints: tenant === undefined ? [] : TAINT_EFFECTS.map((effect) => ({ key: TENANT_LABEL, value: tenant, effect })),
    capacity: {
      cpu: capacity.cpu,
      memory: capacity.memory,
      "ephemeral-storage": capacity.ephemeralStorage,
      pods: String(capacity.pods),
    },
  };
}
