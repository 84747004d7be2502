import type { Tenant } from "./estate";
import { type EksPlatform, type PoolSpec, tenantPool } from "./schema";

/** Availability zones of the network, in the order in which they are written. */
export function zonesOf({ network }: EksPlatform): string[] {
  return network.zones ?? Object.keys(network.given?.subnets ?? {});
}

/** The nodes that a tenant with isolation.nodes: dedicated asks for; the platform's machines where it names none. */
export function poolOf({ pool = tenantPool.parse({}) }: Pick<Tenant, "pool">, { machines }: EksPlatform): PoolSpec {
  return pool.machines.length > 0 ? pool : { ...pool, machines };
}
