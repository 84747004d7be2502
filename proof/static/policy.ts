import type { LabelSelector } from "kubernetes-types/meta/v1";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "kubernetes-types/networking/v1";
import { contains } from "../../config/cidr";

/** One end of a connection: the pods of a namespace, or an address that is no pod's. */
export type End =
  | {
      readonly namespace: string;
      /** Labels of the namespace; those of its pods are unknown, and so may be any. */
      readonly labels: Readonly<Record<string, string>>;
      /** Labels that its pods are known to have, as those of DNS. Unset: any. */
      readonly podLabels?: Readonly<Record<string, string>>;
    }
  | { readonly address: string };

/** `any`, or each as `TCP/443`, `TCP/8000-8999`. Empty: none. */
export type Ports = readonly string[];

type Direction = "Ingress" | "Egress";

/**
 * Over which ports some pod that these policies stand over may connect to the other end (Egress), or be connected to
 * from it (Ingress). Whatever depends on labels of pods that are not known is taken for granted, so the answer is never
 * too small.
 */
export function openPorts(policies: readonly NetworkPolicy[], direction: Direction, other: End): Ports {
  const facing = policies.filter(({ spec }) => directionsOf(spec).includes(direction));
  const isolated = facing.some(({ spec }) => isEmpty(spec?.podSelector));
  if (!isolated) return ["any"];
  const rules = facing.flatMap(({ spec }) =>
    direction === "Ingress"
      ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })),
  );
  const open = rules
    .filter(
      ({ peers }) => peers === undefined || peers.length === 0 || peers.some((peer) => matches(peer, other, policies)),
    )
    .flatMap(({ ports }) => portsText(ports));
  return union(open);
}

/** Ports over which both ends agree. */
export function common(one: Ports, other: Ports): Ports {
  if (one.includes("any")) return other;
  return other.includes("any") ? one : one.filter((port) => other.some((candidate) => meet(port, candidate)));
}

/** Whether two spellings may mean the same port. A name may be any number. */
function meet(one: string, other: string): boolean {
  const [protocol, range = ""] = one.split("/");
  const [otherProtocol, otherRange = ""] = other.split("/");
  if (protocol !== otherProtocol) return false;
  const [from, to] = bounds(range);
  const [otherFrom, otherTo] = bounds(otherRange);
  return from <= otherTo && otherFrom <= to;
}

function bounds(range: string): [number, number] {
  const [first = "", last = first] = range.split("-");
  return /^\d+$/.test(first) ? [Number(first), Number(last)] : [0, 65_535];
}

/** Ports of the first that the second does not have. */
export function beyond(open: Ports, declared: Ports): Ports {
  return declared.includes("any") ? [] : open.filter((port) => !declared.includes(port));
}

function union(ports: Ports): Ports {
  return ports.includes("any") ? ["any"] : [...new Set(ports)].sort();
}

/** A policy that does not say so stands over ingress, and over egress if it has a rule for it. */
function directionsOf(spec: NetworkPolicy["spec"]): readonly string[] {
  return spec?.policyTypes ?? (spec?.egress ? ["Ingress", "Egress"] : ["Ingress"]);
}

/** Ports of a rule, in the spelling of `Ports`. */
export function portsText(ports: readonly NetworkPolicyPort[] | undefined): string[] {
  if (ports === undefined || ports.length === 0) return ["any"];
  return ports.map(({ protocol = "TCP", port, endPort }) => {
    const last = endPort === undefined ? "" : `-${endPort}`;
    return `${protocol}/${port ?? "any"}${last}`;
  });
}

function matches(peer: NetworkPolicyPeer, end: End, policies: readonly NetworkPolicy[]): boolean {
  if (peer.ipBlock) {
    const { cidr, except = [] } = peer.ipBlock;
    // Whether a pod's address lies in a block is a matter of the block: clusters number pods as they like.
    return "address" in end && within(cidr, end.address) && !except.some((range) => within(range, end.address));
  }
  if ("address" in end) return false;
  const here = policies[0]?.metadata?.namespace === end.namespace;
  const right = peer.namespaceSelector === undefined ? here : selects(peer.namespaceSelector, end.labels);
  if (!right || peer.podSelector === undefined || end.podLabels === undefined) return right;
  return selects(peer.podSelector, end.podLabels);
}

function within(range: string, address: string): boolean {
  return contains(range, `${address}/${address.includes(":") ? 128 : 32}`);
}

function isEmpty(selector: LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
}

export function selects(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
) {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => holds(labels[key], operator, values))
  );
}

function holds(value: string | undefined, operator: string, values: readonly string[]): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      // An operator that is not known yet might select anything.
      return true;
  }
}
