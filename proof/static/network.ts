import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { Plan } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";
import { contains } from "../../config/cidr";
import { NAMESPACE_NAME_LABEL, TENANT_LABEL } from "../../config/names";
import { capabilitiesOf } from "../../config/platform";
import type { Peer } from "../../config/schema";
import { beyond, common, type End, openPorts, type Ports } from "./policy";

/** Who may connect to whom, over which ports. */
export interface Reach {
  readonly from: string;
  readonly to: string;
  readonly ports: Ports;
}

export interface Reachability {
  /** Every pair that is open at all: tenant to tenant by namespaces, and tenant to places outside. */
  readonly open: readonly Reach[];
  /** What is open although the estate declares nothing of the kind. */
  readonly problemsOf: (tenant: TenantPlan) => readonly string[];
}

/** Policies of each namespace, as they were planned or as they are on a cluster. */
export type PoliciesOf = (namespace: string) => readonly NetworkPolicy[];

interface Place {
  readonly name: string;
  readonly end: End;
  readonly declared: (tenant: TenantPlan) => Ports;
}

const DNS: Ports = ["TCP/53", "UDP/53"];
const NOTHING: Ports = [];
const NOBODY = () => NOTHING;

/** All pairs, from the planned policies; or from other ones, to see what those open. */
export function reachability(plan: Plan, policiesOf: PoliciesOf = plannedPolicies(plan)): Reachability {
  const places = placesOf(plan);
  const reach = (tenant: TenantPlan) => [
    ...plan.tenants.flatMap((other) => pairs(tenant, other, policiesOf)),
    ...outside(tenant, places, policiesOf),
  ];
  return {
    open: plan.tenants.flatMap(reach).filter(({ ports }) => ports.length > 0),
    problemsOf: (tenant) => [
      ...plan.tenants.flatMap((other) => [
        ...undeclared(tenant, other, policiesOf),
        ...(other === tenant ? [] : undeclared(other, tenant, policiesOf)),
      ]),
      ...outside(tenant, places, policiesOf).flatMap(({ from, to, ports }) => {
        const declared = places.find(({ name }) => name === to)?.declared(tenant) ?? NOTHING;
        return sentence({ from, to, ports: beyond(ports, declared) });
      }),
    ],
  };
}

export function plannedPolicies(plan: Plan): PoliciesOf {
  const spaces = plan.tenants.flatMap(({ spaces }) => spaces);
  const policies = new Map(
    spaces.map(({ namespace, guards }) => [
      namespace.metadata.name,
      guards.filter(({ kind }) => kind === "NetworkPolicy") as NetworkPolicy[],
    ]),
  );
  return (namespace) => policies.get(namespace) ?? [];
}

function pairs(from: TenantPlan, to: TenantPlan, policiesOf: PoliciesOf): Reach[] {
  return from.tenant.namespaces.flatMap((source) =>
    to.tenant.namespaces.map((target) => ({
      from: source.name,
      to: target.name,
      ports: common(
        openPorts(policiesOf(source.name), "Egress", podsOf(target.name, to)),
        openPorts(policiesOf(target.name), "Ingress", podsOf(source.name, from)),
      ),
    })),
  );
}

function podsOf(namespace: string, { tenant }: TenantPlan): End {
  return { namespace, labels: { [NAMESPACE_NAME_LABEL]: namespace, [TENANT_LABEL]: tenant.id } };
}

function undeclared(from: TenantPlan, to: TenantPlan, policiesOf: PoliciesOf): string[] {
  const declared = from === to ? (["any"] as const) : declaredBetween(from, to);
  return pairs(from, to, policiesOf).flatMap((reach) => sentence({ ...reach, ports: beyond(reach.ports, declared) }));
}

/** A flow has to be declared by both: who goes out, and who lets in. */
function declaredBetween(from: TenantPlan, to: TenantPlan): Ports {
  const out = from.tenant.network.egress.filter(({ tenant }) => tenant === to.tenant.id);
  const into = to.tenant.network.ingress.filter(({ tenant }) => tenant === from.tenant.id);
  return common(portsOf(out), portsOf(into));
}

/** What declared peers open. */
export function portsOf(peers: readonly Peer[]): Ports {
  return peers.flatMap(({ ports }) => (ports === undefined ? ["any"] : ports.map((port) => `TCP/${port}`)));
}

function sentence({ from, to, ports }: Reach): string[] {
  return ports.length === 0 ? [] : [`${from} may connect to ${to} over ${ports.join(", ")}, which is not declared`];
}

function outside(tenant: TenantPlan, places: readonly Place[], policiesOf: PoliciesOf): Reach[] {
  return tenant.tenant.namespaces.flatMap(({ name }) =>
    places.map((place) => ({ from: name, to: place.name, ports: openPorts(policiesOf(name), "Egress", place.end) })),
  );
}

/** Places that matter whoever the tenants are. Of each range one address stands for all. */
function placesOf({ estate }: Plan): Place[] {
  const { dnsLabels, nodeCidrs, podCidrs, serviceCidrs } = capabilitiesOf(estate.platform);
  const system = { namespace: "kube-system", labels: { [NAMESPACE_NAME_LABEL]: "kube-system" } };
  return [
    { name: "DNS", end: { ...system, podLabels: dnsLabels }, declared: () => DNS },
    { name: "the control plane's pods", end: { ...system, podLabels: {} }, declared: toNamespace("kube-system") },
    { name: "cloud metadata", end: { address: "169.254.169.254" }, declared: NOBODY },
    { name: "cloud metadata over IPv6", end: { address: "fd00:ec2::254" }, declared: NOBODY },
    ...range("nodes", nodeCidrs),
    ...range("the API server and services", serviceCidrs),
    ...range("addresses of pods", podCidrs),
    { name: "the internet", end: { address: "1.1.1.1" }, declared: toAddress("1.1.1.1/32") },
  ];
}

function range(name: string, cidrs: readonly string[]): Place[] {
  return cidrs.map((cidr) => ({
    name: cidrs.length === 1 ? name : `${name} (${cidr})`,
    end: { address: cidr.split("/")[0] ?? cidr },
    declared: NOBODY,
  }));
}

const toNamespace =
  (name: string) =>
  ({ tenant }: TenantPlan) =>
    portsOf(tenant.network.egress.filter(({ namespace }) => namespace === name));

const toAddress =
  (address: string) =>
  ({ tenant }: TenantPlan) =>
    portsOf(tenant.network.egress.filter(({ cidr }) => cidr !== undefined && contains(cidr, address)));
