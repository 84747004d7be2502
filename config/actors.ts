import type { Tenant } from "./estate";
import type { Subject } from "./schema";

/** Everybody who may act for a tenant, however little. */
export function actorsOf({ access }: Pick<Tenant, "access">): Subject[] {
  return [...access.admins, ...access.developers, ...access.viewers];
}
