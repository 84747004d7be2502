import type { Tenant } from "./estate";
import type { ExistingPool, Platform, Runtime } from "./schema";

export interface NamedPool extends ExistingPool {
  readonly name: string;
}

/** Declared pools on which a tenant's pods may run; none where the platform does not say what pools it has. */
export function poolsOf(platform: Platform, tenant: Pick<Tenant, "id" | "isolation">): NamedPool[] {
  const owner = tenant.isolation.nodes === "dedicated" ? tenant.id : undefined;
  return Object.entries(platform.pools ?? {})
    .filter(([, pool]) => pool.tenant === owner)
    .map(([name, pool]) => ({ name, ...pool }));
}

/** containerd's own name for the runtime every node has. */
const NATIVE_HANDLER = "runc";

/** What the nodes' container runtime calls a runtime; undefined when the platform does not offer it. */
export function runtimeHandler(platform: Platform, runtime: Runtime): string | undefined {
  return platform.capabilities.runtimes[runtime] ?? (runtime === "native" ? NATIVE_HANDLER : undefined);
}
