import type { Tenant } from "./estate";
import type { ExistingPool, Platform, Runtime } from "./schema";

export interface NamedPool extends ExistingPool {
  readonly name: string;
}

/** Declared pools on which a tenant's pods may run; none where the platform does not say what pools it has. */
export function poolsOf(platform: Platform, tenant: Pick<Tenant, "id" | "isolation">): readonly NamedPool[] {
  return poolsByOwner(platform).get(tenant.isolation.nodes === "dedicated" ? tenant.id : undefined) ?? [];
}

/** Asked for once a tenant, and a platform may have a pool for each of thousands. */
const INDEXES = new WeakMap<Platform, ReadonlyMap<string | undefined, readonly NamedPool[]>>();

function poolsByOwner(platform: Platform): ReadonlyMap<string | undefined, readonly NamedPool[]> {
  const known = INDEXES.get(platform);
  if (known) return known;
  const index = new Map<string | undefined, NamedPool[]>();
  for (const [name, pool] of Object.entries(platform.pools ?? {})) {
    const owned = index.get(pool.tenant) ?? [];
    index.set(pool.tenant, owned);
    owned.push({ name, ...pool });
  }
  INDEXES.set(platform, index);
  return index;
}

/** containerd's own name for the runtime every node has. */
const NATIVE_HANDLER = "runc";

/** What the nodes' container runtime calls a runtime; undefined when the platform does not offer it. */
export function runtimeHandler(platform: Platform, runtime: Runtime): string | undefined {
  return platform.capabilities.runtimes[runtime] ?? (runtime === "native" ? NATIVE_HANDLER : undefined);
}
