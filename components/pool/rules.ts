import { SYSTEM_POOL } from "../../config/names";
import { joined } from "../naming";
import type { PoolPlan } from "./plan";

/**
 * The group that every node of Karpenter's carries beside its pool's own; nobody's id has a dot in it. What lets all
 * pools in names this one group: AWS takes 60 rules a group, and of such pools there may be more than that.
 */
export const KARPENTER_NODES = "karpenter.nodes";

/** The control plane's end of a rule, and no pool's name either; every other end is a pool by its name. */
export const CONTROL_PLANE = "control.plane";

/** What two ends say to each other. */
export interface Traffic {
  readonly protocol: "tcp" | "udp" | "-1";
  /** Undefined: every port. */
  readonly port: number | undefined;
}

/** One rule of one security group. Groups are stateful, so answers need none. */
export interface SecurityRule extends Traffic {
  /** End whose group has the rule. */
  readonly on: string;
  readonly direction: "ingress" | "egress";
  /** The other end: a pool's name, the control plane, or addresses. */
  readonly peer: { readonly end: string } | { readonly cidr: string };
  readonly why: string;
}

export const ANYTHING: Traffic = { protocol: "-1", port: undefined };
export const tcp = (port: number): Traffic => ({ protocol: "tcp", port });

const KUBELET = tcp(10250);
const HTTPS = tcp(443);
const DNS: readonly Traffic[] = [
  { protocol: "udp", port: 53 },
  { protocol: "tcp", port: 53 },
];
/** Where charts let their webhooks and aggregated APIs listen. Tenants may have neither. */
const WEBHOOKS = [4443, 6443, 8443, 9443].map(tcp);

/**
 * All the rules that a pool brings, those on other ends' groups among them. EKS leaves its own group off nodes whose
 * launch template names one, and Karpenter adds none, so nothing is reachable but what stands here.
 */
export function rulesOf({ scaling, ...pool }: Pick<PoolPlan, "name" | "owner" | "scaling">): SecurityRule[] {
  const rules = rulesAround(pool);
  return scaling === "managed" ? rules : rules.filter(({ on }) => on === pool.name);
}

/** What other ends' groups say of all of Karpenter's pools at once. */
export function karpenterRules(): SecurityRule[] {
  return rulesAround({ name: KARPENTER_NODES, owner: undefined }).filter(({ on }) => on !== KARPENTER_NODES);
}

function rulesAround({ name, owner }: Pick<PoolPlan, "name" | "owner">): SecurityRule[] {
  const here = { on: name };
  const controlPlane = { peer: { end: CONTROL_PLANE } };
  const webhooks = owner === undefined ? WEBHOOKS : [];
  return [
    { ...here, direction: "ingress", ...controlPlane, ...KUBELET, why: "the API server asks kubelets: logs, exec" },
    ...[HTTPS, ...webhooks].map((traffic) => ({
      ...here,
      direction: "ingress" as const,
      ...controlPlane,
      ...traffic,
      why: "the API server asks webhooks and aggregated APIs",
    })),
    { ...here, direction: "ingress", peer: { end: name }, ...ANYTHING, why: "nodes and pods of the pool" },
    { ...here, direction: "egress", peer: { end: name }, ...ANYTHING, why: "nodes and pods of the pool" },
    { ...here, direction: "egress", ...controlPlane, ...HTTPS, why: "the API server" },
    { ...here, direction: "egress", peer: { cidr: "0.0.0.0/0" }, ...HTTPS, why: "registries and AWS" },
    { on: CONTROL_PLANE, direction: "ingress", peer: { end: name }, ...HTTPS, why: `the API server, for pool ${name}` },
    ...(name === SYSTEM_POOL ? [] : betweenSystemAnd(name)),
  ];
}

function betweenSystemAnd(pool: string): SecurityRule[] {
  return [
    ...DNS.flatMap((traffic) => allowed(pool, SYSTEM_POOL, traffic, "DNS")),
    ...allowed(SYSTEM_POOL, pool, KUBELET, "metrics of nodes and pods"),
  ];
}

/** Both halves of what one end may say to another: either alone opens nothing. */
export function allowed(from: string, to: string, traffic: Traffic, why: string): SecurityRule[] {
  return [
    { on: from, direction: "egress", peer: { end: to }, ...traffic, why: `${why}: to ${to}` },
    { on: to, direction: "ingress", peer: { end: from }, ...traffic, why: `${why}: from ${from}` },
  ];
}

/** Names a rule by all that it says, so that no two are alike: EC2 refuses a second one that is. */
export function ruleName({ on, direction, peer, protocol, port }: SecurityRule): string {
  const other = "end" in peer ? peer.end : peer.cidr;
  const traffic = protocol === "-1" ? "all" : `${protocol}-${port ?? "all"}`;
  return joined(on, direction, other, traffic);
}
