import type { Guardrails } from "../../config/schema";
import { ofTenant, texts } from "./facts";

/** Who may do, and what may be named, besides what the rules allow by themselves. Everything is matched exactly. */
export type Exemptions = Guardrails["exemptions"];

export const NO_EXEMPTIONS: Exemptions = {
  platformIdentities: { users: [], groups: [] },
  schedulers: [],
  schedulerNames: [],
  statusWriters: [],
  metadataDomains: [],
  priorityClasses: [],
  inlineDrivers: [],
  tolerations: [],
  signers: [],
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

/** Everybody who acts for the platform, by exact name. */
export function platformIdentities({ platformIdentities: named }: Exemptions): Exemptions["platformIdentities"] {
  return { users: [...PLATFORM.users, ...named.users], groups: [...PLATFORM.groups, ...named.groups] };
}

/** CEL: the request comes from the platform. */
export function byPlatform(exemptions: Exemptions): string {
  const { users, groups } = platformIdentities(exemptions);
  return `${by(users)} || ${inGroups(groups)}`;
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
