/**
 * The one place that spells Bulkhead's labels, taints and object names. Other programs may rely on every
 * string here: changing one is a breaking change of the cluster, not of the code.
 */

/** Label on namespaces, nodes and pools, and key of the pools' taints. Its value is the tenant's id. */
export const TENANT_LABEL = "bulkhead.dev/tenant";

/**
 * Label besides, of nodes that Karpenter makes: below this domain no kubelet may set or change a label, its own node's
 * included (NodeRestriction), so a node that was broken into cannot pass for another tenant's. EKS takes no such label
 * for a managed group.
 */
export const TENANT_ANCHOR = "bulkhead.dev.node-restriction.kubernetes.io/tenant";

/** Marks what Bulkhead made, so that a reader of the cluster knows not to edit it by hand. */
export const MANAGED_LABEL = "app.kubernetes.io/managed-by";
export const MANAGED_VALUE = "bulkhead";

/** Label on a tenant's namespaces: `enforce`, or `warn` for a staged roll-out. Bindings of the guardrails select on it. */
export const MODE_LABEL = "bulkhead.dev/guardrails";

/** Begins the user name of an audit's own requests, which nobody can log in under (docs/decisions/0038). */
export const AUDITOR_PREFIX = "bulkhead:audit:";

/** Annotation on the shared roles: project and stack that made them, and with them everything that a cluster has once. */
export const STACK_ANNOTATION = "bulkhead.dev/stack";

/** Kubernetes group of the administrators of a cluster that Bulkhead makes: the guardrails take them for the platform. */
export const PLATFORM_GROUP = "bulkhead:platform";

/** Label on every object of the guardrails, with the guard as its value: selects what the break-glass removes. */
export const GUARDRAIL_LABEL = "bulkhead.dev/guardrail";

/**
 * What the guardrails read about a tenant from its namespaces. Lists are joined by commas; an empty text is an empty
 * list, a missing annotation means that the tenant is not restricted in this.
 */
export const ANNOTATIONS = {
  /** RuntimeClass every pod of the namespace has to name. */
  runtimeClass: "bulkhead.dev/runtime-class",
  /** Registry prefixes, each with its slash at the end. */
  images: "bulkhead.dev/images",
  /** DNS names the tenant owns with everything below them. Missing: none, so that an unlabelled namespace owns none. */
  hosts: "bulkhead.dev/hosts",
  storageClasses: "bulkhead.dev/storage-classes",
  /** Labels, as key=value, of the nodes that pods run on: what the tenant's RuntimeClass selects. Missing: shared nodes. */
  nodeSelector: "bulkhead.dev/node-selector",
  /** Devices that pods may ask for, by name; how many says the quota. Missing: none. */
  devices: "bulkhead.dev/devices",
  ingressClasses: "bulkhead.dev/ingress-classes",
  /** Audiences that tokens may be made for besides the API server. Missing: none. */
  audiences: "bulkhead.dev/audiences",
  /** `required`: every pod runs in a user namespace of its own. Missing: as the pod says. */
  userNamespaces: "bulkhead.dev/user-namespaces",
  /** active, frozen or leaving. */
  state: "bulkhead.dev/state",
  contact: "bulkhead.dev/contact",
} as const;

/** Set by the API server on every namespace; nobody can wear another namespace's. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

/** Both effects: NoSchedule keeps the scheduler away, NoExecute also stops a pod that names the node itself. */
export const TAINT_EFFECTS = ["NoSchedule", "NoExecute"] as const;

/** Oldest Kubernetes 1.x that Bulkhead runs on: the first with stable ValidatingAdmissionPolicy. */
export const OLDEST_MINOR = 30;

/** Longest tenant id: leaves room for a namespace's own part within the 63 characters of a DNS label. */
export const TENANT_ID_LIMIT = 40;

/** Longest name of a namespace: it is a DNS label (RFC 1123). */
export const NAMESPACE_LIMIT = 63;

/**
 * Full name of a tenant's namespace. Injective over a valid estate: no id is another id plus a dash
 * (config/crosschecks/naming.ts), so the first part can always be told from the second.
 */
export function namespaceName(tenantId: string, part?: string): string {
  return part === undefined ? tenantId : `${tenantId}-${part}`;
}

/** Whether a namespace, by its name, is one that the tenant has or had. */
export function couldBeNamespaceOf(tenantId: string, namespace: string): boolean {
  return namespace === tenantId || namespace.startsWith(`${tenantId}-`);
}

/** RuntimeClass of a tenant that needs its own nodes or a sandbox. */
export function runtimeClassName(tenantId: string): string {
  return `bulkhead-${tenantId}`;
}

/** Label, with the value "true", of nodes on which a sandbox runtime is installed. */
export function runtimeLabel(runtime: string): string {
  return `bulkhead.dev/runtime-${runtime}`;
}

/** Shared ClusterRole of an access profile, bound inside tenant namespaces only. */
export function profileRoleName(profile: string): string {
  return `bulkhead:tenant-${profile}`;
}

/** Makes a tenant's administrators those of a cluster that is theirs alone. The policy pack knows it by this name. */
export const OWNER_BINDING = "bulkhead:cluster-owner";

/** Nodes of the cluster itself; no tenant is called so (config/crosschecks/naming.ts). */
export const SYSTEM_POOL = "system";

/** Nodes of every tenant with isolation.nodes: shared; no tenant with nodes of its own is called so. */
export const SHARED_POOL = "shared";

/** Keeps everybody but the cluster's own add-ons off the system pool: the key that CoreDNS tolerates on every cloud. */
export const SYSTEM_TAINT = "CriticalAddonsOnly";

/** Tag with the cluster's name on everything that is made for it, and by which rights are bound to it. */
export const CLUSTER_TAG = "bulkhead.dev/cluster";

/** Tag with the pool's name on everything that a cloud makes for it; the tenant's tag is called as its label. */
export const POOL_TAG = "bulkhead.dev/pool";
