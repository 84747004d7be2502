import type { Estate } from "../../config/estate";
import { SHARED_POOL } from "../../config/names";
import { amount } from "../../config/quantity";
import { type PoolPlan, planPools } from "./plan";

/** Tenants whose claims may wait for a node for ever, and the pool that would have to make it. */
export interface Stranding {
  readonly pool: Pick<PoolPlan, "name" | "owner" | "min" | "zones">;
  readonly tenants: readonly string[];
}

/**
 * A disk of EBS stays in its zone, and its pod with it. cluster-autoscaler imagines the next node of a group in one zone of
 * it only (cloudprovider/aws, getAsgTemplate takes the first), so that it makes none for a disk in another; a group that
 * keeps a node in each zone has one there already. Karpenter asks for the zone of the disk.
 */
export function strandings(estate: Estate): Stranding[] {
  const claimants = estate.tenants.filter(({ budget }) => amount(budget.storage) > 0n);
  return planPools(estate)
    .filter(({ scaling, min, zones }) => scaling === "managed" && zones.length > 1 && min < zones.length)
    .map(({ name, owner, min, zones }) => {
      const here = claimants.filter(({ id, isolation }) =>
        isolation.nodes === "dedicated" ? id === owner : name === SHARED_POOL,
      );
      return { pool: { name, owner, min, zones }, tenants: here.map(({ id }) => id) };
    })
    .filter(({ tenants }) => tenants.length > 0);
}
