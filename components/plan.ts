import type { Estate } from "../config/estate";
import type { Manifest } from "./manifest";
import { profileRoles } from "./tenant/access";
import { planTenant, type TenantPlan } from "./tenant/plan";

/** What the program is going to construct, and what the proofs hold the cluster against. */
export interface Plan {
  readonly estate: Estate;
  /** Kubernetes minor the plan is written for, as 1.36. */
  readonly minor: string;
  /** Roles of the access profiles: their number does not grow with tenants. */
  readonly roles: readonly Manifest[];
  readonly tenants: readonly TenantPlan[];
}

/** Newest minor the guards were proven on; assumed where no cluster can be asked. */
export const NEWEST_MINOR = "1.36";

export function planEstate(estate: Estate, minor = estate.platform.version ?? NEWEST_MINOR): Plan {
  return {
    estate,
    minor,
    roles: profileRoles(),
    tenants: estate.tenants.map((tenant) => planTenant(tenant, estate, minor)),
  };
}
