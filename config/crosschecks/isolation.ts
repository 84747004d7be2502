import type { Tenant } from "../estate";
import { poolsOf, runtimeHandler } from "../platform";
import { didYouMean, type Problem } from "../problems";
import type { Platform } from "../schema";
import type { Draft } from "./index";

/** What a tenant chose has to be what the platform can give, and no field may say what the choice makes meaningless. */
export function isolationProblems({ platform, tenants, ids }: Draft): Problem[] {
  return [
    ...tenants.flatMap(meaninglessFields),
    ...(platform ? tenants.flatMap((tenant) => unavailable(tenant, platform)) : []),
    ...(platform ? poolProblems(platform, tenants, ids) : []),
  ];
}

function meaninglessFields({ id, isolation, pool }: Tenant): Problem[] {
  if (!pool) return [];
  const path = ["tenants", id, "pool"];
  const problems: Problem[] = [];
  if (isolation.nodes === "shared") {
    problems.push({
      path,
      rule: "has no meaning with isolation.nodes: shared; remove it or write isolation: { nodes: dedicated }",
    });
  }
  if (pool.min > pool.max)
    problems.push({ path: [...path, "min"], value: pool.min, rule: `is more than max (${pool.max})` });
  return problems;
}

function unavailable({ id, isolation, namespaces }: Tenant, platform: Platform): Problem[] {
  const at = (axis: string) => ["tenants", id, "isolation", axis];
  const problems: Problem[] = [];
  if (isolation.cluster === "dedicated") {
    const rule = `is not to be had on a platform of kind "${platform.kind}", which is one cluster; the nearest choice is isolation: { nodes: dedicated }`;
    problems.push({ path: at("cluster"), value: "dedicated", rule });
  }
  const { runtime } = isolation;
  if (runtime !== "native" && runtimeHandler(platform, runtime) === undefined) {
    const offered = Object.keys({ native: "", ...platform.capabilities.runtimes }).join(", ");
    const rule = `is not offered by the platform (${offered}); set platform.capabilities.runtimes.${runtime} to the nodes' handler, or choose one of those`;
    problems.push({ path: at("runtime"), value: runtime, rule });
  }
  const duplicate = namespaces.find(
    ({ name }, index) => namespaces.findIndex((other) => other.name === name) !== index,
  );
  if (duplicate)
    problems.push({ path: ["tenants", id, "namespaces"], value: duplicate.part, rule: "is listed twice; remove one" });
  return problems;
}

function poolProblems(platform: Platform, tenants: readonly Tenant[], ids: ReadonlySet<string>): Problem[] {
  if (!platform.pools) return [];
  const strays = Object.entries(platform.pools).flatMap(([name, { tenant }]) =>
    ownerProblems(name, tenant, tenants, ids),
  );
  return [...strays, ...tenants.flatMap((tenant) => homeless(tenant, platform))];
}

function ownerProblems(
  name: string,
  owner: string | undefined,
  tenants: readonly Tenant[],
  ids: ReadonlySet<string>,
): Problem[] {
  if (owner === undefined) return [];
  const path = ["platform", "pools", name, "tenant"];
  if (!ids.has(owner))
    return [{ path, value: owner, rule: `is not a tenant of this estate${didYouMean(owner, [...ids])}` }];
  const tenant = tenants.find(({ id }) => id === owner);
  if (tenant?.isolation.nodes !== "shared") return [];
  return [
    {
      path,
      value: owner,
      rule: `runs on shared nodes, so the pool would stand empty; write tenants.${owner}.isolation.nodes: dedicated`,
    },
  ];
}

function homeless(tenant: Tenant, platform: Platform): Problem[] {
  const { id, isolation } = tenant;
  const pools = poolsOf(platform, tenant);
  if (pools.length === 0) {
    const wanted =
      isolation.nodes === "dedicated"
        ? `platform.pools.${id}: { tenant: ${id} }`
        : "a pool without a tenant to platform.pools";
    return [
      { path: ["tenants", id, "isolation", "nodes"], value: isolation.nodes, rule: `has no node pool; add ${wanted}` },
    ];
  }
  if (pools.some((pool) => pool.runtimes.includes(isolation.runtime))) return [];
  const rule = `is on none of the tenant's pools (${pools.map(({ name }) => name).join(", ")}); add it to the runtimes of one of them`;
  return [{ path: ["tenants", id, "isolation", "runtime"], value: isolation.runtime, rule }];
}
