import type { Tenant } from "../estate";
import { didYouMean, type Problem } from "../problems";
import { amount, formatBytes, formatCount } from "../quantity";
import { RESOURCES, type Resource, shares } from "../shares";
import type { Draft } from "./index";

/** Promises that can be kept inside a tenant: shares that are the budget, and limits that fit into the shares. */
export function budgetProblems({ tenants }: Draft): Problem[] {
  return [
    ...tenants.flatMap(splitProblems),
    ...tenants.flatMap(deviceProblems),
    ...tenants.flatMap(roundProblems),
    ...tenants.flatMap(limitProblems),
  ];
}

function splitProblems({ id, namespaces, budget }: Tenant): Problem[] {
  const path = ["tenants", id, "budget", "split"];
  const parts = new Set(namespaces.map(({ part }) => part));
  const strangers = Object.keys(budget.split).filter((part) => !parts.has(part));
  return [
    ...strangers.map((part) => ({
      path: [...path, part],
      rule: `is not a namespace of the tenant${didYouMean(part, [...parts])} (${[...parts].join(", ")})`,
    })),
    ...RESOURCES.flatMap((resource): Problem[] => {
      const given = Object.values(budget.split).flatMap((share) => share[resource] ?? []);
      const sum = given.reduce<bigint>((total, part) => total + amount(String(part)), 0n);
      const rule = splitFault(resource, sum, budget[resource], given.length >= parts.size && strangers.length === 0);
      return rule === undefined ? [] : [{ path, rule }];
    }),
  ];
}

function deviceProblems({ id, namespaces, budget }: Tenant): Problem[] {
  const path = ["tenants", id, "budget", "split"];
  const known = Object.keys(budget.devices);
  const strangers = Object.entries(budget.split).flatMap(([part, { devices = {} }]) =>
    Object.keys(devices)
      .filter((device) => !known.includes(device))
      .map((device) => ({
        path: [...path, part, "devices", device],
        rule: `is not among budget.devices${didYouMean(device, known)} (${known.join(", ") || "which is empty"})`,
      })),
  );
  const sums = Object.entries(budget.devices).flatMap(([device, whole]): Problem[] => {
    const given = Object.values(budget.split).flatMap(({ devices = {} }) => devices[device] ?? []);
    const sum = given.reduce((total, part) => total + amount(part), 0n);
    const left = amount(whole) - sum;
    if (left === 0n || (left > 0n && given.length < namespaces.length)) return [];
    const rule =
      left < 0n
        ? `gives out ${formatCount(sum)} of ${device}, more than the budget's ${whole}`
        : `gives out ${formatCount(sum)} of ${device} and leaves ${formatCount(left)} to nobody; give it to a namespace, or set budget.devices["${device}"] to ${formatCount(sum)}`;
    return [{ path, rule }];
  });
  return [...strangers, ...sums];
}

function splitFault(resource: Resource, sum: bigint, budget: string | number, isComplete: boolean): string | undefined {
  const whole = amount(String(budget));
  const given = `gives out ${format(resource, sum)} of ${resource}`;
  if (sum > whole) return `${given}, more than the budget's ${budget}`;
  if (!isComplete || sum === whole) return undefined;
  return `${given} and leaves ${format(resource, whole - sum)} to nobody; give it to a namespace, or set budget.${resource} to ${format(resource, sum)}`;
}

/** What every pod takes some of: a namespace that gets none of it by arithmetic runs nothing, and nobody meant that. */
const NEEDED = ["cpu", "memory", "ephemeralStorage", "pods"] as const;

function roundProblems(tenant: Tenant): Problem[] {
  const { id, namespaces, budget } = tenant;
  const divided = shares(tenant);
  return NEEDED.flatMap((resource): Problem[] => {
    const silent = namespaces.filter(({ part }) => budget.split[part]?.[resource] === undefined);
    const share = ({ name }: (typeof silent)[number]) => divided.get(name)?.[resource] ?? 0n;
    const left = silent.find((namespace) => share(namespace) === 0n);
    if (!left || !silent.some((namespace) => share(namespace) > 0n)) return [];
    const rule = `does not go round: "${left.name}" would get nothing; raise it, or say in budget.split who gets what`;
    return [{ path: ["tenants", id, "budget", resource], value: budget[resource], rule }];
  });
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
    const problems = [...noLimit([...path, "default", resource], limit), ...noLimit([...path, "max", resource], max)];
    if (amount(request) > amount(limit)) {
      const rule = `is more than the default limit (${limit})`;
      problems.push({ path: [...path, "defaultRequest", resource], value: request, rule });
    }
    if (max !== undefined && amount(limit) > amount(max)) {
      const rule = `is more than the largest limit (${max})`;
      problems.push({ path: [...path, "default", resource], value: limit, rule });
    }
    for (const [namespace, share] of divided) {
      const most = share[resource];
      // A share of nothing is a choice (no pods there); a share too small for one pod is an oversight.
      if (most === 0n || amount(limit) <= most) continue;
      const rule = `is more than all of namespace "${namespace}" may use (${format(resource, most)}), so a pod without limits could never start; lower it or raise budget.${resource}`;
      problems.push({ path: [...path, "default", resource], value: limit, rule });
    }
    return problems;
  });
}

/** To the kernel a limit of nothing is no limit. */
function noLimit(path: Problem["path"], value: string | undefined): Problem[] {
  if (value === undefined || amount(value) > 0n) return [];
  return [{ path, value, rule: "would be no limit at all; write more than 0" }];
}

/** An amount as one would write it. */
export function format(resource: Resource, thousandths: bigint): string {
  return resource === "cpu" || resource === "pods" || resource === "loadBalancers"
    ? formatCount(thousandths)
    : formatBytes(thousandths);
}
