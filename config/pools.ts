import type { Tenant } from "./estate";
import { type EksPlatform, type Image, type PoolSpec, type Scaling, tenantPool } from "./schema";

/** Availability zones of the network, in the order in which they are written. */
export function zonesOf({ network }: EksPlatform): string[] {
  return network.zones ?? Object.keys(network.given?.subnets ?? {});
}

/** The nodes that a tenant with isolation.nodes: dedicated asks for; the platform's machines and image where it names none. */
export function poolOf(
  { pool = tenantPool.parse({}) }: Pick<Tenant, "pool">,
  { machines, image }: EksPlatform,
): PoolSpec & { readonly image: Image } {
  return { ...pool, machines: pool.machines.length > 0 ? pool.machines : machines, image: pool.image ?? image };
}

/** Who makes and ends the nodes of a tenant's own pool. The shared pool is the platform's, and so is its scaling. */
export function scalingOf({ pool }: Pick<Tenant, "pool">, { scaling }: EksPlatform): Scaling {
  return pool?.scaling ?? scaling;
}
