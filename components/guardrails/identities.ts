import { ofTenant, texts } from "./facts";

/** Who may do, and what may be named, besides what the rules allow by themselves. Everything is matched exactly. */
export interface Exemptions {
  /**
   * Users and groups that act for the platform: they write what is locked to tenants. system:masters and the API
   * server itself always do. Whoever deploys the estate has to be among them, or the next deployment is refused.
   */
  readonly platformIdentities: { readonly users: readonly string[]; readonly groups: readonly string[] };
  /** User names of schedulers, besides system:kube-scheduler, that may bind pods to nodes. */
  readonly schedulers: readonly string[];
  /** Values of a pod's schedulerName besides default-scheduler. */
  readonly schedulerNames: readonly string[];
  /** Users, besides the control plane's own, that write the status of tenants' objects: controllers of a cloud. */
  readonly statusWriters: readonly string[];
  /** Domains whose labels and annotations tenants may set, as sidecar.istio.io. */
  readonly metadataDomains: readonly string[];
  /** Priority classes that tenants may use although they rank above zero, as a cluster's global default. */
  readonly priorityClasses: readonly string[];
  /** CSI drivers that pods may use without a claim. */
  readonly inlineDrivers: readonly string[];
  /** Keys of taints that every tenant may tolerate, as kubernetes.io/arch. */
  readonly tolerations: readonly string[];
  /** Finalizers that tenants may set. */
  readonly finalizers: readonly string[];
  /** API groups of custom resources that may own tenants' objects. */
  readonly ownerGroups: readonly string[];
}

export const NO_EXEMPTIONS: Exemptions = {
  platformIdentities: { users: [], groups: [] },
  schedulers: [],
  schedulerNames: [],
  statusWriters: [],
  metadataDomains: [],
  priorityClasses: [],
  inlineDrivers: [],
  tolerations: [],
  finalizers: [],
  ownerGroups: [],
};

/** The API server makes the system namespaces and counts quotas as system:apiserver. */
const PLATFORM = { users: ["system:apiserver"], groups: ["system:masters"] };

/** A cluster whose controllers share one identity runs all of them as the last. */
export function controllers(...names: readonly string[]): string[] {
  return [...names.map((name) => `system:serviceaccount:kube-system:${name}`), "system:kube-controller-manager"];
}

/** Identities of control planes that are no service accounts; EKS and GKE name theirs so. */
const CONTROL_PLANE = [
  "system:kube-controller-manager",
  "system:kube-scheduler",
  "system:cloud-controller-manager",
  "system:addon-manager",
  "system:gcp-controller-manager",
  "system:l7-lb-controller",
  "eks:cloud-controller-manager",
  "eks:pod-garbage-collector",
  "eks:vpc-resource-controller",
];

/** CEL: the request comes from one of these users. */
export function by(users: readonly string[]): string {
  return `request.userInfo.username in ${texts(users)}`;
}

const inGroups = (groups: readonly string[]) =>
  `request.userInfo.?groups.orValue([]).exists(group, group in ${texts(groups)})`;

/** CEL: the request comes from the platform. */
export function byPlatform({ platformIdentities }: Exemptions): string {
  const users = by([...PLATFORM.users, ...platformIdentities.users]);
  return `${users} || ${inGroups([...PLATFORM.groups, ...platformIdentities.groups])}`;
}

/** CEL: the request comes from a node's kubelet. */
export const byNode = inGroups(["system:nodes"]);

/** Condition of the guards that judge who asks: what the platform does itself is right. */
export function notByPlatform(exemptions: Exemptions): Record<string, string> {
  return { "not-by-the-platform": `!(${byPlatform(exemptions)})` };
}

/**
 * Variable of guards that hold a tenant back and leave controllers alone: the request comes from neither a person nor
 * one of the tenant's own accounts. An account of another namespace has rights here only if the platform gave them;
 * tenants cannot (rbac-subjects).
 */
export function outsider(exemptions: Exemptions): Record<string, string> {
  const user = "request.userInfo.username";
  return {
    account: `${user}.startsWith("system:serviceaccount:") ? ${user}.split(":")[2] : ""`,
    outsider: [
      byPlatform(exemptions),
      byNode,
      by([...CONTROL_PLANE, ...exemptions.statusWriters]),
      `variables.account != "" && variables.account != request.namespace && !${ofTenant("variables.account")}`,
    ]
      .map((way) => `(${way})`)
      .join(" || "),
  };
}
