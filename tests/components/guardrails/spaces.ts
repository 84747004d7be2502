import type { Manifest } from "../../../components/manifest";
import type { Space } from "./trial";

/** Tenants of the trials: as their namespaces would be planned, with every fact that a rule reads. */
const TENANTS: Readonly<Record<Exclude<Space, "nobody">, { id: string; annotations: Record<string, string> }>> = {
  dedicated: {
    id: "acme",
    annotations: {
      "bulkhead.dev/state": "active",
      "bulkhead.dev/runtime-class": "bulkhead-acme",
      "bulkhead.dev/node-selector": "bulkhead.dev/tenant=acme",
      "bulkhead.dev/images": "registry.example.com/acme/,registry.example.com:5000/acme/",
      "bulkhead.dev/hosts": "acme.example.com,acme.example.org",
      "bulkhead.dev/storage-classes": "standard,fast",
      "bulkhead.dev/ingress-classes": "public",
      "bulkhead.dev/audiences": "vault",
      "bulkhead.dev/devices": "example.com/platform,gpu",
    },
  },
  shared: {
    id: "globex",
    annotations: {
      "bulkhead.dev/state": "active",
      "bulkhead.dev/hosts": "",
      "bulkhead.dev/devices": "example.com/platform",
    },
  },
  frozen: { id: "initech", annotations: { "bulkhead.dev/state": "frozen" } },
  leaving: { id: "hooli", annotations: { "bulkhead.dev/state": "leaving" } },
  unbounded: {
    id: "acme",
    annotations: {
      "bulkhead.dev/runtime-class": "bulkhead-acme",
      "bulkhead.dev/node-selector": "bulkhead.dev/tenant=acme",
    },
  },
  confined: { id: "globex", annotations: { "bulkhead.dev/user-namespaces": "required" } },
  administered: { id: "acme", annotations: { "bulkhead.dev/devices": "gpu" } },
  hollow: {
    id: "umbrella",
    annotations: {
      "bulkhead.dev/state": "active",
      "bulkhead.dev/runtime-class": "bulkhead-hollow",
      "bulkhead.dev/node-selector": "bulkhead.dev/tenant=umbrella",
    },
  },
};

/** Holds every verb on everything within the trials' namespaces, so that admission is all that stops it. */
export const WILDCARD_USER = "wildcard@example.com";

/** Label by which the guards of a trial's namespace lack one rule. */
export const WITHOUT_LABEL = "trials.example.com/without";

export function namespaceOf(space: Space, rule: string, guards: "all" | "without"): string {
  const owner = space === "nobody" ? "nobody" : TENANTS[space].id;
  return `${owner}-${rule}${guards === "without" ? "-x" : ""}`;
}

/** The rule that the guards of a trial's namespace lack; "none" where they lack none. */
export function ruleMissingIn(namespace: string): string {
  return /^[a-z]+-(.+)-x$/.exec(namespace)?.[1] ?? "none";
}

/** Everything a trial's namespace needs to be one: an owner, bounds, and somebody who may do anything in it. */
export function spaceManifests(space: Space, rule: string, guards: "all" | "without"): Manifest[] {
  const name = namespaceOf(space, rule, guards);
  const tenant = space === "nobody" ? undefined : TENANTS[space];
  const labels = {
    ...(tenant ? { "bulkhead.dev/tenant": tenant.id, "pod-security.kubernetes.io/enforce": "restricted" } : {}),
    ...(guards === "without" ? { [WITHOUT_LABEL]: rule } : {}),
    ...(space === "administered" ? { "resource.kubernetes.io/admin-access": "true" } : {}),
  };
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels, ...(tenant ? { annotations: tenant.annotations } : {}) },
    },
    ...(space === "unbounded" ? [] : [limitRange(name)]),
    wildcardBinding(name),
  ];
}

function limitRange(namespace: string): Manifest {
  const bounds = { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" };
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "bulkhead-limits", namespace },
    spec: { limits: [{ type: "Container", default: bounds, defaultRequest: bounds }] },
  } as Manifest;
}

export function wildcardBinding(namespace: string): Manifest {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: "RoleBinding",
    metadata: { name: "wildcard", namespace },
    roleRef: { apiGroup, kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ apiGroup, kind: "User", name: WILDCARD_USER }],
  } as Manifest;
}

const taint = (value: string) =>
  ["NoSchedule", "NoExecute"].map((effect) => ({ key: "bulkhead.dev/tenant", operator: "Equal", value, effect }));

function runtimeClass(name: string, scheduling: object): Manifest {
  return {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name },
    handler: "runc",
    scheduling,
  } as Manifest;
}

/** What all namespaces of the trials share. */
export const CLUSTER_MANIFESTS: readonly Manifest[] = [
  ...["acme", "globex"].map((id) =>
    runtimeClass(`bulkhead-${id}`, { nodeSelector: { "bulkhead.dev/tenant": id }, tolerations: taint(id) }),
  ),
  // A class of the platform that was made without placement.
  runtimeClass("bulkhead-hollow", {}),
  priorityClass("important", 1000),
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "clusterwide" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "clusterwide@example.com" }],
  } as Manifest,
];

function priorityClass(name: string, value: number): Manifest {
  return { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value } as Manifest;
}
