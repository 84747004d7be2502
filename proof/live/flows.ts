import type { Namespace } from "kubernetes-types/core/v1";
import type { IPBlock, NetworkPolicy, NetworkPolicyPort } from "kubernetes-types/networking/v1";
import type { Plan } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";
import { contains, overlaps } from "../../config/cidr";
import { NAMESPACE_NAME_LABEL } from "../../config/names";
import { grouped } from "../grouped";
import { type PoliciesOf, plannedPolicies, portsOf, reachability } from "../static/network";
import { beyond, openPorts, type Ports, portsText } from "../static/policy";

/** What is looked through: every policy, and every namespace there is, whoever's it is. */
export interface LiveFlows {
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly namespaces: readonly Namespace[];
}

/**
 * What the live policies of each tenant open beyond what the estate declares, as sentences: to tenants and to places
 * that matter, to every other namespace of the cluster, and to ranges of addresses. Policies add up, so a stranger's one
 * undoes all others.
 */
export function undeclaredFlows(
  plan: Plan,
  { networkPolicies, namespaces }: LiveFlows,
): (tenant: TenantPlan) => string[] {
  const live = grouped(networkPolicies, ({ metadata }) => metadata?.namespace ?? "");
  const policiesOf: PoliciesOf = (namespace) => live.get(namespace) ?? [];
  const flows = reachability(plan, policiesOf);
  const planned = plannedPolicies(plan);
  const owned = new Set(plan.tenants.flatMap(({ tenant }) => tenant.namespaces.map(({ name }) => name)));
  const others = namespaces.filter(({ metadata }) => !owned.has(metadata?.name ?? ""));
  return (tenant) => [
    ...flows.problemsOf(tenant),
    ...tenant.tenant.namespaces.flatMap(({ name }) => [
      ...others.flatMap((other) => withNamespace(tenant, name, other, policiesOf(name))),
      ...DIRECTIONS.flatMap((direction) => withAddresses(name, direction, policiesOf(name), planned(name))),
    ]),
  ];
}

const DIRECTIONS = ["Ingress", "Egress"] as const;
type Direction = (typeof DIRECTIONS)[number];

/** Of kube-system only DNS is declared, by its pods; the plan's own places say what else of it is open. */
const SYSTEM = "kube-system";

function withNamespace(
  { tenant }: TenantPlan,
  own: string,
  { metadata }: Namespace,
  policies: readonly NetworkPolicy[],
): string[] {
  const namespace = metadata?.name ?? "";
  const end = { namespace, labels: { [NAMESPACE_NAME_LABEL]: namespace, ...metadata?.labels } };
  const open = (direction: Direction, declared: Ports) => beyond(openPorts(policies, direction, end), declared);
  const named = (peers: TenantPlan["tenant"]["network"]["ingress"]) =>
    portsOf(peers.filter((peer) => peer.namespace === namespace));
  const coming = open("Ingress", named(tenant.network.ingress));
  const going = namespace === SYSTEM ? [] : open("Egress", named(tenant.network.egress));
  return [...sentence(namespace, own, coming), ...sentence(own, namespace, going)];
}

interface Block extends IPBlock {
  readonly ports: Ports;
  readonly policy: string;
}

function withAddresses(
  own: string,
  direction: Direction,
  live: readonly NetworkPolicy[],
  planned: readonly NetworkPolicy[],
): string[] {
  const declared = blocksOf(planned, direction);
  return blocksOf(live, direction).flatMap((block) => {
    const open = beyond(
      block.ports,
      declared.filter((it) => covers(it, block)).flatMap(({ ports }) => ports),
    );
    const ends: [string, string] = direction === "Ingress" ? [block.cidr, own] : [own, block.cidr];
    return sentence(...ends, open, ` by ${block.policy}`);
  });
}

function blocksOf(policies: readonly NetworkPolicy[], direction: Direction): Block[] {
  return policies.flatMap(({ metadata, spec }) => {
    const blocks = (peers: readonly { readonly ipBlock?: IPBlock }[] = [], ports?: readonly NetworkPolicyPort[]) =>
      peers.flatMap(({ ipBlock }) =>
        ipBlock ? [{ ...ipBlock, ports: portsText(ports), policy: metadata?.name ?? "" }] : [],
      );
    return direction === "Ingress"
      ? (spec?.ingress ?? []).flatMap(({ from, ports }) => blocks(from, ports))
      : (spec?.egress ?? []).flatMap(({ to, ports }) => blocks(to, ports));
  });
}

/** Whether everything in a block is in another: also what the other leaves out, this one has to leave out. */
function covers(outer: IPBlock, { cidr, except = [] }: IPBlock): boolean {
  const closed = (outer.except ?? []).filter((range) => overlaps(range, cidr));
  return contains(outer.cidr, cidr) && closed.every((range) => except.some((gap) => contains(gap, range)));
}

function sentence(from: string, to: string, open: Ports, by = ""): string[] {
  if (open.length === 0) return [];
  const over = open.includes("any") ? "" : ` over ${open.join(", ")}`;
  return [`${from} may connect to ${to}${over}${by}, which is not declared`];
}
