import type { Tenant } from "../estate";
import { declaredPools, offersRuntime, poolsOf, userNamespacesFault } from "../platform";
import type { Problem } from "../problems";
import type { Platform } from "../schema";
import { type Draft, strangerRule } from "./index";

/** What a tenant chose has to be what the platform can give, and no field may say what the choice makes meaningless. */
export function isolationProblems(draft: Draft): Problem[] {
  const { platform, tenants } = draft;
  return [
    ...tenants.flatMap(meaninglessFields),
    ...(platform?.kind === "existing" ? tenants.flatMap(imageProblems) : []),
    ...tenants.flatMap((tenant) => userNamespaceProblems(tenant, platform?.version)),
    ...(platform ? tenants.flatMap((tenant) => unavailable(tenant, platform)) : []),
    ...(platform ? poolProblems(platform, draft) : []),
  ];
}

function meaninglessFields({ id, isolation, pool }: Tenant): Problem[] {
  if (!pool || isolation.nodes === "dedicated") return [];
  const rule = "has no meaning with isolation.nodes: shared; remove it or write isolation.nodes: dedicated";
  return [{ path: ["tenants", id, "pool"], rule }];
}

/** The other fields of its nodes' shape may stay: the same tenant file serves a stack whose nodes are made by Bulkhead. */
function imageProblems({ id, pool }: Tenant): Problem[] {
  if (pool?.image === undefined) return [];
  const rule = "has no meaning on an existing cluster, whose nodes have the image they have; remove it";
  return [{ path: ["tenants", id, "pool", "image"], value: pool.image, rule }];
}

/**
 * Tried on a real node: gVisor does not start in a user namespace ("error setting namespace of type user"), and Kata has
 * a kernel of its own in its place.
 */
function userNamespaceProblems({ id, isolation }: Tenant, version: string | undefined): Problem[] {
  const { runtime, userNamespaces } = isolation;
  if (userNamespaces === "optional") return [];
  const at = { path: ["tenants", id, "isolation", "userNamespaces"], value: userNamespaces };
  const old = version === undefined ? undefined : userNamespacesFault(version);
  return [
    ...(runtime === "native" ? [] : [{ ...at, rule: sandboxed(runtime) }]),
    ...(old === undefined ? [] : [{ ...at, rule: old }]),
  ];
}

function sandboxed(runtime: string): string {
  return `does not go with isolation.runtime: ${runtime}, which starts no pod in a user namespace; remove it, the sandbox keeps root of a pod away from the node`;
}

function unavailable({ id, isolation }: Tenant, platform: Platform): Problem[] {
  const at = (axis: string) => ["tenants", id, "isolation", axis];
  const problems: Problem[] = [];
  if (isolation.cluster === "dedicated" && platform.kind === "existing") {
    const rule = `is not to be had on a platform of kind "existing", which is one cluster; the nearest choice is isolation: { nodes: dedicated }`;
    problems.push({ path: at("cluster"), value: "dedicated", rule });
  }
  const { runtime } = isolation;
  if (platform.kind === "existing" && !offersRuntime(platform, runtime)) {
    const offered = Object.keys({ native: "", ...platform.capabilities.runtimes }).join(", ");
    const rule = `is not offered by the platform (${offered}); set platform.capabilities.runtimes.${runtime} to the nodes' handler, or choose one of those`;
    problems.push({ path: at("runtime"), value: runtime, rule });
  }
  return problems;
}

function poolProblems(platform: Platform, draft: Draft): Problem[] {
  const pools = declaredPools(platform);
  if (!pools) return [];
  const tenants = new Map(draft.tenants.map((tenant) => [tenant.id, tenant]));
  return [
    ...Object.entries(pools).flatMap(([name, { min = 0, nodes }]): Problem[] => {
      const rule = `is more than nodes (${nodes}), which is how many the pool has at most`;
      return min <= nodes ? [] : [{ path: ["platform", "pools", name, "min"], value: min, rule }];
    }),
    ...Object.entries(pools).flatMap(([name, { tenant }]) =>
      tenant === undefined ? [] : ownerProblems(name, tenant, tenants.get(tenant), draft),
    ),
    ...Object.entries(pools).flatMap(([name, { runtimes }]) =>
      runtimes.flatMap((runtime, index): Problem[] => {
        if (offersRuntime(platform, runtime)) return [];
        const rule = `has no handler; set platform.capabilities.runtimes.${runtime} to the name that the nodes' container runtime gives it`;
        return [{ path: ["platform", "pools", name, "runtimes", index], value: runtime, rule }];
      }),
    ),
    ...draft.tenants.flatMap((tenant) => homeless(tenant, platform)),
  ];
}

function ownerProblems(name: string, owner: string, tenant: Tenant | undefined, draft: Draft): Problem[] {
  const path = ["platform", "pools", name, "tenant"];
  const stranger = strangerRule(owner, draft);
  if (stranger !== undefined) return [{ path, value: owner, rule: stranger }];
  if (tenant?.isolation.nodes !== "shared") return [];
  const rule = `runs on shared nodes, so the pool would stand empty; write tenants.${owner}.isolation.nodes: dedicated`;
  return [{ path, value: owner, rule }];
}

function homeless(tenant: Tenant, platform: Platform): Problem[] {
  const { id, isolation } = tenant;
  const pools = poolsOf(platform, tenant);
  if (pools.length === 0) {
    const wanted =
      isolation.nodes === "dedicated"
        ? `platform.pools.${id}: { tenant: ${id} }`
        : "a pool without a tenant to platform.pools";
    const rule = `has no node pool; add ${wanted}`;
    return [{ path: ["tenants", id, "isolation", "nodes"], value: isolation.nodes, rule }];
  }
  if (pools.some((pool) => pool.runtimes.includes(isolation.runtime))) return [];
  const rule = `is on none of the tenant's pools (${pools.map(({ name }) => name).join(", ")}); add it to the runtimes of one of them`;
  return [{ path: ["tenants", id, "isolation", "runtime"], value: isolation.runtime, rule }];
}
