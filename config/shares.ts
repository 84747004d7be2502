import type { Tenant } from "./estate";
import { amount, leastOf } from "./quantity";
import type { Budget } from "./schema";

/** What a budget counts. */
export const RESOURCES = ["cpu", "memory", "ephemeralStorage", "storage", "pods", "loadBalancers"] as const;
export type Resource = (typeof RESOURCES)[number];

/** Thousandths of each resource. */
export type Shares = Record<Resource, bigint>;

/**
 * A tenant's budget divided over its namespaces, by full name. Static on purpose: every budget that is shared at
 * run time has a race in it. What is not said explicitly is divided evenly, whole units only (a pod, a byte, a
 * thousandth of a CPU), and the first namespaces take what is left over, so the shares add up to the budget exactly.
 */
export function shares({ namespaces, budget }: Pick<Tenant, "namespaces" | "budget">): Map<string, Shares> {
  const divided = new Map(namespaces.map(({ name }) => [name, {} as Shares]));
  for (const resource of RESOURCES) {
    for (const [name, share] of sharesOf(resource, namespaces, budget)) {
      const whole = divided.get(name);
      if (whole) whole[resource] = share;
    }
  }
  return divided;
}

function sharesOf(resource: Resource, namespaces: Tenant["namespaces"], budget: Budget): Map<string, bigint> {
  const said = (part: string) => budget.split[part]?.[resource];
  return portions(namespaces, budget[resource], said, resource === "cpu" ? 1n : 1000n);
}

/**
 * Thousandths of each device of a budget, by the namespace's full name: divided as everything else, whole ones only.
 * Of huge pages that is whole pages: the API server takes no part of one.
 */
export function deviceShares({
  namespaces,
  budget,
}: Pick<Tenant, "namespaces" | "budget">): ReadonlyMap<string, ReadonlyMap<string, bigint>> {
  const divided = new Map(namespaces.map(({ name }) => [name, new Map<string, bigint>()]));
  for (const [device, whole] of Object.entries(budget.devices)) {
    const shares = portions(namespaces, whole, (part) => budget.split[part]?.devices?.[device], leastOf(device));
    for (const [name, share] of shares) divided.get(name)?.set(device, share);
  }
  return divided;
}

function portions(
  namespaces: Tenant["namespaces"],
  whole: string | number,
  saidOf: (part: string) => string | number | undefined,
  unit: bigint,
): Map<string, bigint> {
  const said = new Map<string, bigint>();
  for (const { name, part } of namespaces) {
    const own = saidOf(part);
    if (own !== undefined) said.set(name, amount(String(own)));
  }
  const given = [...said.values()].reduce((sum, share) => sum + share, 0n);
  const rest = amount(String(whole)) - given;
  const silent = namespaces.filter(({ name }) => !said.has(name));
  const even = divide(rest > 0n ? rest : 0n, silent.length, unit);
  for (const [index, { name }] of silent.entries()) said.set(name, even[index] ?? 0n);
  return said;
}

/** In whole units as far as there are any: 0.1Gi is no whole number of bytes, and the first takes that fraction too. */
function divide(total: bigint, ways: number, unit: bigint): bigint[] {
  if (ways === 0) return [];
  const each = total / unit / BigInt(ways);
  const left = (total / unit) % BigInt(ways);
  const shares = Array.from({ length: ways }, (_, index) => (each + (BigInt(index) < left ? 1n : 0n)) * unit);
  return shares.map((share, index) => (index === 0 ? share + (total % unit) : share));
}
