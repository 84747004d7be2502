import type { Tenant } from "../estate";
import { capabilitiesOf, declaredPools, type NamedPool, poolsOf } from "../platform";
import type { Problem } from "../problems";
import { amount } from "../quantity";
import type { Platform, Runtime } from "../schema";
import { RESOURCES, type Resource } from "../shares";
import { format } from "./budget";
import type { Draft } from "./index";

type Offer = Partial<Record<Resource, bigint>>;

/** Promises that can be kept by the nodes there are: what they cannot hold would stay Pending for ever. */
export function capacityProblems({ platform, tenants }: Draft): Problem[] {
  if (!platform) return [];
  return [
    ...tenants.flatMap((tenant) => ownNodesProblems(tenant, platform)),
    ...sharedNodesProblems(
      tenants.filter(({ isolation }) => isolation.nodes === "shared"),
      platform,
    ),
  ];
}

function ownNodesProblems(tenant: Tenant, platform: Platform): Problem[] {
  const pools = poolsOf(platform, tenant).filter(({ runtimes }) => runtimes.includes(tenant.isolation.runtime));
  if (tenant.isolation.nodes === "shared" || pools.length === 0) return [];
  const path = ["tenants", tenant.id];
  const nodes = pools.reduce((sum, pool) => sum + pool.nodes, 0);
  const { min = 0, max = nodes } = tenant.pool ?? {};
  const names = pools.map(({ name }) => name).join(", ");
  const tooMany =
    min > nodes
      ? [
          {
            path: [...path, "pool", "min"],
            value: min,
            rule: `is more than the nodes there are (${nodes} in pool ${names})`,
          },
        ]
      : [];
  const offer = offerOf(pools, max);
  const overdrawn = RESOURCES.flatMap((resource): Problem[] => {
    const most = offer[resource];
    if (most === undefined || promise([tenant], resource) <= most) return [];
    const bound = max < nodes ? `, at most ${max} nodes of it` : "";
    const rule = `is more than the tenant's nodes have (${format(resource, most)} in pool ${names}${bound}); lower it or enlarge the pool`;
    return [{ path: [...path, "budget", resource], value: tenant.budget[resource], rule }];
  });
  return [...tooMany, ...overdrawn];
}

/** All tenants against all nodes, and those of a runtime against the nodes that have it. */
function sharedNodesProblems(tenants: readonly Tenant[], platform: Platform): Problem[] {
  const pools = Object.entries(declaredPools(platform) ?? {})
    .map(([name, pool]) => ({ name, ...pool }))
    .filter(({ tenant }) => tenant === undefined);
  const runtimes = [...new Set(tenants.map(({ isolation }) => isolation.runtime))];
  const all = { ...(pools.length > 0 ? offerOf(pools) : {}), ...statedOffer(platform) };
  return [
    ...overpromised(tenants, all, "on shared nodes", platform),
    ...(runtimes.length < 2 ? [] : runtimes.flatMap((runtime) => runtimeProblems(tenants, runtime, pools, platform))),
  ];
}

function runtimeProblems(
  tenants: readonly Tenant[],
  runtime: Runtime,
  pools: readonly NamedPool[],
  platform: Platform,
): Problem[] {
  const fitting = pools.filter(({ runtimes }) => runtimes.includes(runtime));
  if (fitting.length === 0 || fitting.length === pools.length) return [];
  const wanting = tenants.filter(({ isolation }) => isolation.runtime === runtime);
  return overpromised(wanting, offerOf(fitting), `on shared nodes with ${runtime}`, platform);
}

function overpromised(tenants: readonly Tenant[], offer: Offer, where: string, { overcommit }: Platform): Problem[] {
  return RESOURCES.flatMap((resource): Problem[] => {
    const most = offer[resource];
    const promised = promise(tenants, resource);
    if (most === undefined || promised * 1000n <= most * BigInt(Math.round(overcommit * 1000))) return [];
    const who = tenants.length === 1 ? "the budgets of 1 tenant" : `the budgets of ${tenants.length} tenants`;
    const rule = `is too little: ${who} ${where} promise ${format(resource, promised)} of ${resource}, and there is ${format(resource, most)}; lower budgets, add nodes or raise it`;
    return [{ path: ["platform", "overcommit"], value: overcommit, rule }];
  });
}

function promise(tenants: readonly Tenant[], resource: Resource): bigint {
  return tenants.reduce((sum, { budget }) => sum + amount(String(budget[resource])), 0n);
}

function statedOffer(platform: Platform): Offer {
  const stated = Object.entries(capabilitiesOf(platform).capacity ?? {});
  return Object.fromEntries(stated.map(([resource, value]) => [resource, amount(String(value))]));
}

/** What so many nodes of the pools have, the largest first. */
function offerOf(pools: readonly NamedPool[], mostNodes = Number.POSITIVE_INFINITY): Offer {
  const offer: Offer = {};
  for (const resource of ["cpu", "memory", "ephemeralStorage", "pods"] as const) {
    const sizes = pools.map(({ nodes, capacity }) => ({ nodes, each: amount(String(capacity[resource])) }));
    sizes.sort((one, other) => Number(other.each - one.each));
    let left = mostNodes;
    let sum = 0n;
    for (const { nodes, each } of sizes) {
      const used = Math.min(nodes, left);
      sum += each * BigInt(used);
      left -= used;
    }
    offer[resource] = sum;
  }
  return offer;
}
