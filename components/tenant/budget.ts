import type { LimitRange, ResourceQuota, ResourceQuotaSpec } from "kubernetes-types/core/v1";
import type { Tenant } from "../../config/estate";
import { amount, formatBytes, formatCount } from "../../config/quantity";
import type { Shares } from "../../config/shares";
import type { Manifest } from "../manifest";

/**
 * Most objects of each kind a tenant may write, in each namespace: every writable kind is counted, or one tenant
 * fills etcd for all. At 1 MiB for the largest object these add up to well under half of etcd's suggested 8 GiB.
 */
export const OBJECT_COUNTS: Readonly<Record<string, number>> = {
  configmaps: 100,
  secrets: 100,
  services: 30,
  persistentvolumeclaims: 30,
  "count/serviceaccounts": 30,
  "count/deployments.apps": 50,
  "count/statefulsets.apps": 30,
  "count/daemonsets.apps": 10,
  "count/replicasets.apps": 300,
  "count/jobs.batch": 100,
  "count/cronjobs.batch": 30,
  "count/horizontalpodautoscalers.autoscaling": 50,
  "count/poddisruptionbudgets.policy": 30,
  "count/ingresses.networking.k8s.io": 30,
  "count/leases.coordination.k8s.io": 50,
};

/** Finished pods stay as objects until they are collected, so objects may outnumber running pods. */
const PODS_KEPT = 3n;

/** Classes that outrank every workload; a tenant with them would push out the platform's own pods. */
const SYSTEM_PRIORITIES = ["system-node-critical", "system-cluster-critical"];

/** What the namespace may use in all. Requests and limits get the same ceiling: nothing is promised twice. */
export function budgetQuota(tenant: Tenant, namespace: string, share: Shares): ResourceQuota & Manifest {
  return quota("bulkhead-budget", namespace, { hard: hardLimits(tenant, share) });
}

function hardLimits(tenant: Tenant, share: Shares): Record<string, string> {
  const pods = tenant.state === "leaving" ? 0n : share.pods;
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
    ...objectCounts(tenant),
  };
}

/** A tenant that is frozen or leaving may not add an object of any kind; what is there stays. */
function objectCounts({ budget, state }: Tenant): Record<string, string> {
  const chosen = Object.entries(budget.objects).map(([kind, most]) => [quotaKey(kind), most] as const);
  const counts = Object.entries({ ...OBJECT_COUNTS, ...Object.fromEntries(chosen) });
  return Object.fromEntries(counts.map(([kind, most]) => [kind, state === "active" ? String(most) : "0"]));
}

function quotaKey(kind: string): string {
  return kind in OBJECT_COUNTS ? kind : `count/${kind}`;
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

/** Defaults that make a pod without requests legal under the quota, and a ceiling for one container. */
export function containerLimits(tenant: Tenant, namespace: string, share: Shares): LimitRange & Manifest {
  const { container } = tenant.limits;
  const most = { cpu: share.cpu, memory: share.memory, ephemeralStorage: share.ephemeralStorage };
  const max = bounded({ ...most, ...amounts(container.max) }, most);
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "bulkhead-limits", namespace },
    spec: {
      limits: [
        {
          type: "Container",
          default: resourceList(bounded(amounts(container.default), max)),
          defaultRequest: resourceList(bounded(amounts(container.defaultRequest), max)),
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

function bounded(wanted: Amounts, most: Amounts): Amounts {
  const least = (one: bigint, other: bigint) => (one < other ? one : other);
  return {
    cpu: least(wanted.cpu, most.cpu),
    memory: least(wanted.memory, most.memory),
    ephemeralStorage: least(wanted.ephemeralStorage, most.ephemeralStorage),
  };
}

function resourceList({ cpu, memory, ephemeralStorage }: Amounts): Record<string, string> {
  return { cpu: formatCount(cpu), memory: formatBytes(memory), "ephemeral-storage": formatBytes(ephemeralStorage) };
}
