import type { Tenant } from "./estate";
import { amount } from "./quantity";

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
    const said = new Map(
      namespaces.flatMap(({ name, part }) => {
        const own = budget.split[part]?.[resource];
        return own === undefined ? [] : [[name, amount(String(own))] as const];
      }),
    );
    const given = [...said.values()].reduce((sum, part) => sum + part, 0n);
    const rest = amount(String(budget[resource])) - given;
    const silent = namespaces.filter(({ name }) => !said.has(name));
    const even = divide(rest > 0n ? rest : 0n, silent.length, resource === "cpu" ? 1n : 1000n);
    for (const [index, { name }] of silent.entries()) said.set(name, even[index] ?? 0n);
    for (const [name, part] of said) {
      const share = divided.get(name);
      if (share) share[resource] = part;
    }
  }
  return divided;
}

function divide(total: bigint, ways: number, unit: bigint): bigint[] {
  if (ways === 0) return [];
  const units = total / unit;
  const each = units / BigInt(ways);
  const left = units % BigInt(ways);
  return Array.from({ length: ways }, (_, index) => (each + (BigInt(index) < left ? 1n : 0n)) * unit);
}
