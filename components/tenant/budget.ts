import type { LimitRange, ResourceQuota, ResourceQuotaSpec } from "kubernetes-types/core/v1";
import { OBJECT_COUNTS } from "../../config/counts";
import type { Tenant } from "../../config/estate";
import { amount, formatBytes, formatCount, isHugePages } from "../../config/quantity";
import { deviceShares, type Shares } from "../../config/shares";
import type { Manifest } from "../manifest";

/**
 * Least amounts of one container. A limit of 0 passes every maximum, costs no quota, and means "no limit" to the
 * kubelet: without a floor one pod takes the whole node.
 */
const FLOOR: Amounts = { cpu: amount("1m"), memory: amount("1Mi"), ephemeralStorage: amount("1Mi") };

/** Finished pods stay as objects until they are collected, so objects may outnumber running pods. */
const PODS_KEPT = 3n;

/** Classes that outrank every workload; a tenant with them would push out the platform's own pods. */
const SYSTEM_PRIORITIES = ["system-node-critical", "system-cluster-critical"];

/** What the namespace may use in all. Requests and limits get the same ceiling: nothing is promised twice. */
export function budgetQuota(tenant: Tenant, namespace: string, share: Shares): ResourceQuota & Manifest {
  return quota("bulkhead-budget", namespace, { hard: hardLimits(tenant, namespace, share) });
}

function hardLimits(tenant: Tenant, namespace: string, share: Shares): Record<string, string> {
  const pods = tenant.state === "leaving" || isEmpty(share) ? 0n : share.pods;
  const cpu = formatCount(share.cpu);
  const memory = formatBytes(share.memory);
  const ephemeral = formatBytes(share.ephemeralStorage);
  return {
    "requests.cpu": cpu,
    "limits.cpu": cpu,
    "requests.memory": memory,
    "limits.memory": memory,
    "requests.ephemeral-storage": ephemeral,
    "limits.ephemeral-storage": ephemeral,
    "requests.storage": formatBytes(share.storage),
    pods: formatCount(pods),
    "count/pods": formatCount(pods * PODS_KEPT),
    "services.loadbalancers": formatCount(share.loadBalancers),
    "services.nodeports": "0",
    ...deviceCounts(tenant, namespace),
    ...objectCounts(tenant),
  };
}

/** Of nothing there is no share small enough for a pod: it would be a pod without that limit. */
function isEmpty({ cpu, memory, ephemeralStorage }: Shares): boolean {
  return [cpu, memory, ephemeralStorage].includes(0n);
}

/** Only what the budget names has a number here: that nothing else is asked for, a guard sees to. */
function deviceCounts(tenant: Tenant, namespace: string): Record<string, string> {
  const devices = [...(deviceShares(tenant).get(namespace) ?? [])];
  return Object.fromEntries(devices.map(([device, share]) => [deviceQuotaKey(device), formatCount(share)]));
}

/** What a device's quota is called: claims count devices by their class, pods everything else by its own name. */
export function deviceQuotaKey(device: string): string {
  const isAskedOfPods = device.includes("/") || isHugePages(device);
  return isAskedOfPods ? `requests.${device}` : `${device}.deviceclass.resource.k8s.io/devices`;
}

/** A tenant that is frozen or leaving may not add an object; a frozen one's workloads still replace pods they lose. */
function objectCounts({ budget, state }: Tenant): Record<string, string> {
  const chosen = Object.entries(budget.objects).map(([kind, most]) => [quotaKey(kind), most] as const);
  const counts = Object.entries({ ...OBJECT_COUNTS, ...Object.fromEntries(chosen) });
  const open = (kind: string) => state === "active" || (state === "frozen" && kind === "count/pods");
  return Object.fromEntries(counts.map(([kind, most]) => [kind, open(kind) ? String(most) : "0"]));
}

function quotaKey(kind: string): string {
  return Object.hasOwn(OBJECT_COUNTS, kind) || kind.startsWith("count/") ? kind : `count/${kind}`;
}

/** No pod of the tenant may outrank the platform's. A quota of its own, because a quota's scopes are all required at once. */
export function priorityQuota(namespace: string): ResourceQuota & Manifest {
  return quota("bulkhead-priority", namespace, {
    hard: { pods: "0" },
    scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: SYSTEM_PRIORITIES }] },
  });
}

/** Anti-affinity towards other namespaces would keep *their* pods off a node, since the scheduler honours it both ways. */
export function affinityQuota(namespace: string): ResourceQuota & Manifest {
  return quota("bulkhead-affinity", namespace, {
    hard: { pods: "0" },
    scopeSelector: { matchExpressions: [{ scopeName: "CrossNamespacePodAffinity", operator: "Exists" }] },
  });
}

function quota(name: string, namespace: string, spec: ResourceQuotaSpec): ResourceQuota & Manifest {
  return { apiVersion: "v1", kind: "ResourceQuota", metadata: { name, namespace }, spec };
}

/** Defaults that make a pod without requests legal under the quota, and a floor and a ceiling for one container. */
export function containerLimits(tenant: Tenant, namespace: string, share: Shares): LimitRange & Manifest {
  const { container } = tenant.limits;
  const most = { cpu: share.cpu, memory: share.memory, ephemeralStorage: share.ephemeralStorage };
  const min = each(FLOOR, most, lesser);
  const max = within({ ...most, ...amounts(container.max) }, min, most);
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "bulkhead-limits", namespace },
    spec: {
      limits: [
        {
          type: "Container",
          default: resourceList(within(amounts(container.default), min, max)),
          defaultRequest: resourceList(within(amounts(container.defaultRequest), min, max)),
          min: resourceList(min),
          max: resourceList(max),
        },
        { type: "Pod", max: resourceList(most) },
      ],
    },
  };
}

type Amounts = Record<"cpu" | "memory" | "ephemeralStorage", bigint>;

function amounts<T extends Record<string, string | undefined>>(written: T): { [K in keyof T]: bigint } {
  const entries = Object.entries(written).flatMap(([resource, text]) =>
    text === undefined ? [] : [[resource, amount(text)]],
  );
  return Object.fromEntries(entries) as { [K in keyof T]: bigint };
}

const lesser = (one: bigint, other: bigint) => (one < other ? one : other);
const greater = (one: bigint, other: bigint) => (one > other ? one : other);

function within(wanted: Amounts, min: Amounts, max: Amounts): Amounts {
  return each(each(wanted, min, greater), max, lesser);
}

function each(one: Amounts, other: Amounts, choose: (a: bigint, b: bigint) => bigint): Amounts {
  return {
    cpu: choose(one.cpu, other.cpu),
    memory: choose(one.memory, other.memory),
    ephemeralStorage: choose(one.ephemeralStorage, other.ephemeralStorage),
  };
}

function resourceList({ cpu, memory, ephemeralStorage }: Amounts): Record<string, string> {
  return { cpu: formatCount(cpu), memory: formatBytes(memory), "ephemeral-storage": formatBytes(ephemeralStorage) };
}
