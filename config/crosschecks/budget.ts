import type { Tenant } from "../estate";
import { poolsOf } from "../platform";
import type { Problem } from "../problems";
import { amount, formatBytes, formatCount } from "../quantity";
import type { Platform, Share } from "../schema";
import { RESOURCES, type Resource, shares } from "../shares";
import type { Draft } from "./index";

type Offer = Partial<Record<Resource, bigint>>;

/** Promises that can be kept: shares within the budget, limits within the share, budgets within the nodes there are. */
export function budgetProblems({ platform, tenants }: Draft): Problem[] {
  return [
    ...tenants.flatMap(splitProblems),
    ...tenants.flatMap(limitProblems),
    ...(platform ? tenants.flatMap((tenant) => poolProblems(tenant, platform)) : []),
    ...(platform ? sharedProblems(tenants, platform) : []),
  ];
}

function splitProblems({ id, namespaces, budget }: Tenant): Problem[] {
  const path = ["tenants", id, "budget", "split"];
  const parts = namespaces.map(({ part }) => part);
  const unknown = Object.keys(budget.split).filter((part) => !parts.includes(part));
  const strangers = unknown.map((part) => ({
    path: [...path, part],
    rule: `is not a namespace of the tenant (${parts.join(", ")})`,
  }));
  const overdrawn = RESOURCES.flatMap((resource) => {
    const given = Object.values(budget.split).map((share) => thousandths(share, resource));
    const sum = given.reduce<bigint>((total, part) => total + (part ?? 0n), 0n);
    if (sum <= amount(String(budget[resource]))) return [];
    return [
      { path, rule: `gives away ${format(resource, sum)} of ${resource}, more than the budget's ${budget[resource]}` },
    ];
  });
  return [...strangers, ...overdrawn];
}

const LIMITED = ["cpu", "memory", "ephemeralStorage"] as const;

function limitProblems(tenant: Tenant): Problem[] {
  const { container } = tenant.limits;
  const path = ["tenants", tenant.id, "limits", "container"];
  const divided = shares(tenant);
  return LIMITED.flatMap((resource) => {
    const limit = container.default[resource];
    const request = container.defaultRequest[resource];
    const max = container.max[resource];
    const problems: Problem[] = [];
    if (amount(request) > amount(limit)) {
      problems.push({
        path: [...path, "defaultRequest", resource],
        value: request,
        rule: `is more than the default limit (${limit})`,
      });
    }
    if (max !== undefined && amount(limit) > amount(max)) {
      problems.push({
        path: [...path, "default", resource],
        value: limit,
        rule: `is more than the largest limit (${max})`,
      });
    }
    for (const [namespace, share] of divided) {
      const most = share[resource];
      // A share of nothing is a choice (no pods there); a share too small for one pod is an oversight.
      if (most === 0n || amount(limit) <= most) continue;
      problems.push({
        path: [...path, "default", resource],
        value: limit,
        rule: `is more than all of namespace "${namespace}" may use (${format(resource, most)}), so a pod without limits could never start; lower it or raise budget.${resource}`,
      });
    }
    return problems;
  });
}

/** A tenant's own nodes have to hold its budget; what they cannot hold would stay Pending for ever. */
function poolProblems(tenant: Tenant, platform: Platform): Problem[] {
  const pools = poolsOf(platform, tenant);
  if (tenant.isolation.nodes === "shared" || pools.length === 0) return [];
  const offer = sumOfPools(pools);
  const names = pools.map(({ name }) => name).join(", ");
  return RESOURCES.flatMap((resource) => {
    const most = offer[resource];
    const wanted = amount(String(tenant.budget[resource]));
    if (most === undefined || wanted <= most) return [];
    const rule = `is more than the tenant's nodes have (${format(resource, most)} in pool ${names}); lower it or enlarge the pool`;
    return [{ path: ["tenants", tenant.id, "budget", resource], value: tenant.budget[resource], rule }];
  });
}

function sharedProblems(tenants: readonly Tenant[], platform: Platform): Problem[] {
  const sharing = tenants.filter(({ isolation }) => isolation.nodes === "shared");
  const offer = sharedOffer(platform);
  return RESOURCES.flatMap((resource) => {
    const most = offer[resource];
    const promised = sharing.reduce((sum, { budget }) => sum + amount(String(budget[resource])), 0n);
    if (most === undefined || promised * 1000n <= most * BigInt(Math.round(platform.overcommit * 1000))) return [];
    const who = `${sharing.length} tenants on shared nodes`;
    const rule = `${who} are promised ${format(resource, promised)} of ${resource}, the platform has ${format(resource, most)} (overcommit ${platform.overcommit}); lower budgets, add nodes or raise platform.overcommit`;
    return [{ path: ["platform", "overcommit"], rule }];
  });
}

function sharedOffer(platform: Platform): Offer {
  const stated = platform.capabilities.capacity;
  if (stated)
    return Object.fromEntries(Object.entries(stated).map(([resource, value]) => [resource, amount(String(value))]));
  const shared = Object.values(platform.pools ?? {}).filter(({ tenant }) => tenant === undefined);
  return shared.length === 0 ? {} : sumOfPools(shared);
}

function sumOfPools(pools: readonly { nodes: number; capacity: Share }[]): Offer {
  const offer: Offer = {};
  for (const { nodes, capacity } of pools) {
    for (const resource of RESOURCES) {
      const one = thousandths(capacity, resource);
      if (one !== undefined) offer[resource] = (offer[resource] ?? 0n) + one * BigInt(nodes);
    }
  }
  return offer;
}

function thousandths(share: Share, resource: Resource): bigint | undefined {
  const value = share[resource];
  return value === undefined ? undefined : amount(String(value));
}

function format(resource: Resource, thousandths: bigint): string {
  return resource === "cpu" || resource === "pods" || resource === "loadBalancers"
    ? formatCount(thousandths)
    : formatBytes(thousandths);
}
