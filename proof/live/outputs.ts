import type { ValidatingAdmissionPolicyBinding } from "kubernetes-types/admissionregistration/v1";
import type { LimitRange, Namespace, ResourceQuota } from "kubernetes-types/core/v1";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "kubernetes-types/networking/v1";
import type { RuntimeClass } from "kubernetes-types/node/v1";
import type { ClusterApi } from "../../components/cluster/api";
import type { EstateOutputs, TenantOutputs } from "../../components/outputs";
import type { Estate, Tenant } from "../../config/estate";
import { ANNOTATIONS, MODE_LABEL, NAMESPACE_NAME_LABEL } from "../../config/names";
import { amount, formatBytes, formatCount } from "../../config/quantity";
import { guardrails, platform, tenant as tenantSchema } from "../../config/schema";
import { grouped } from "../grouped";

/** What stands on the cluster about its tenants, by namespace. */
interface Found {
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly quotas: ReadonlyMap<string, ResourceQuota>;
  readonly limits: ReadonlyMap<string, LimitRange>;
  readonly flows: ReadonlyMap<string, NetworkPolicy>;
  readonly owners: ReadonlyMap<string, string>;
  readonly classes: readonly RuntimeClass[];
  /** Of the estate; that of a tenant stands on its namespaces. */
  readonly mode: "enforce" | "warn";
}

/**
 * The estate of a stack whose file is not at hand: who its tenants are says the stack, what they may use stands on their
 * namespaces, which no tenant may write. What the platform can do is not known, so nothing is made of it.
 */
export async function estateFromOutputs({ tenants }: EstateOutputs, api: ClusterApi): Promise<Estate> {
  const found = await readFound(tenants, api);
  return {
    platform: platform.parse({ kind: "existing", capabilities: { runtimes: handlersOf(tenants, found) } }),
    guardrails: guardrails.parse({ mode: found.mode }),
    apart: [],
    tenants: Object.entries(tenants)
      .map(([id, outputs]) => tenantOf(id, outputs, found))
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
  };
}

async function readFound(tenants: EstateOutputs["tenants"], api: ClusterApi): Promise<Found> {
  type Named = { readonly metadata?: { readonly name?: string; readonly namespace?: string } };
  const list = async <T extends Named>(path: string) => (await api.get<{ items: readonly T[] }>(path)).items;
  const byNamespace = <T extends Named>(items: readonly T[], name: string) =>
    new Map(
      items.filter(({ metadata }) => metadata?.name === name).map((item) => [item.metadata?.namespace ?? "", item]),
    );
  const [namespaces, quotas, limits, policies, classes, bindings] = await Promise.all([
    list<Namespace>("/api/v1/namespaces"),
    list<ResourceQuota>("/api/v1/resourcequotas"),
    list<LimitRange>("/api/v1/limitranges"),
    list<NetworkPolicy>("/apis/networking.k8s.io/v1/networkpolicies"),
    list<RuntimeClass>("/apis/node.k8s.io/v1/runtimeclasses"),
    list<ValidatingAdmissionPolicyBinding>("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"),
  ]);
  return {
    namespaces: new Map(namespaces.map((namespace) => [namespace.metadata?.name ?? "", namespace])),
    quotas: byNamespace(quotas, "bulkhead-budget"),
    limits: byNamespace(limits, "bulkhead-limits"),
    flows: byNamespace(policies, "bulkhead-flows"),
    classes,
    mode: estateMode(bindings),
    owners: new Map(Object.entries(tenants).flatMap(([id, outputs]) => outputs.namespaces.map((name) => [name, id]))),
  };
}

/** The one guard that is bound by no selector acts as the estate says; where it is not bound, nothing is enforced. */
export function estateMode(bindings: readonly ValidatingAdmissionPolicyBinding[]): Found["mode"] {
  const whole = bindings.find(({ metadata }) => metadata?.name === "bulkhead-namespaces");
  return whole?.spec?.validationActions?.includes("Deny") ? "enforce" : "warn";
}

/** What the nodes call each runtime that some tenant's class leads to. */
function handlersOf(tenants: EstateOutputs["tenants"], { classes }: Found): Record<string, string> {
  const handlers = new Map(classes.map(({ metadata, handler }) => [metadata?.name, handler]));
  return Object.fromEntries(
    Object.values(tenants).flatMap(({ isolation, runtimeClass }) => {
      const handler = handlers.get(runtimeClass ?? "");
      return handler === undefined ? [] : [[isolation.runtime, handler]];
    }),
  );
}

function tenantOf(id: string, outputs: TenantOutputs, found: Found): Tenant {
  const { namespaces, subjects, isolation, state, clusterAdmin } = outputs;
  const parts = namespaces.map((name) => ({ name, part: name === id ? id : name.slice(id.length + 1) }));
  const [first = ""] = namespaces;
  const annotations = found.namespaces.get(first)?.metadata?.annotations ?? {};
  const images = annotations[ANNOTATIONS.images];
  const storageClasses = annotations[ANNOTATIONS.storageClasses];
  const max = found.limits.get(first)?.spec?.limits.find(({ type }) => type === "Container")?.max;
  const ingressClasses = annotations[ANNOTATIONS.ingressClasses];
  const userNamespaces = annotations[ANNOTATIONS.userNamespaces] ?? "optional";
  const spec = tenantSchema.parse({
    isolation: { ...isolation, userNamespaces },
    state,
    ...(clusterAdmin === undefined ? {} : { cluster: { clusterAdmin } }),
    access: subjects,
    ...(images === undefined ? {} : { images: listed(images) }),
    ...(storageClasses === undefined ? {} : { storageClasses: listed(storageClasses) }),
    network: {
      hosts: listed(annotations[ANNOTATIONS.hosts]),
      ...(ingressClasses === undefined ? {} : { ingressClasses: listed(ingressClasses) }),
      ...flowsOf(first, found),
    },
    tokenAudiences: listed(annotations[ANNOTATIONS.audiences]),
    budget: budgetOf(parts, found),
    limits: { container: { max: amounts(max) } },
    guardrails: modeOf(first, found),
  });
  return { ...spec, id, namespaces: parts };
}

function modeOf(namespace: string, { namespaces }: Found): string {
  return namespaces.get(namespace)?.metadata?.labels?.[MODE_LABEL] ?? "enforce";
}

function listed(text: string | undefined): string[] {
  return (text ?? "").split(",").filter(Boolean);
}

function amounts(resources: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const { cpu, memory, "ephemeral-storage": ephemeralStorage } = resources ?? {};
  return { ...(cpu && { cpu }), ...(memory && { memory }), ...(ephemeralStorage && { ephemeralStorage }) };
}

/** Split as the quotas say; the whole is their sum. */
function budgetOf(parts: Tenant["namespaces"], { quotas }: Found): object {
  const shares = parts.map(({ name, part }) => [part, shareOf(quotas.get(name)?.spec?.hard ?? {})] as const);
  const sum = (pick: (share: BudgetShare) => bigint) => shares.reduce((total, [, share]) => total + pick(share), 0n);
  const names = [...new Set(shares.flatMap(([, share]) => Object.keys(share.devices)))];
  const devices = names.map((name) => [name, formatCount(sum((share) => amount(share.devices[name] ?? "0")))]);
  return {
    cpu: formatCount(sum(({ cpu }) => amount(cpu))),
    memory: formatBytes(sum(({ memory }) => amount(memory))),
    ephemeralStorage: formatBytes(sum(({ ephemeralStorage }) => amount(ephemeralStorage))),
    storage: formatBytes(sum(({ storage }) => amount(storage))),
    pods: Number(sum(({ pods }) => BigInt(pods))),
    loadBalancers: Number(sum(({ loadBalancers }) => BigInt(loadBalancers))),
    devices: Object.fromEntries(devices),
    split: Object.fromEntries(shares),
  };
}

/** Quota keys by which devices are counted, and what the budget calls them. */
const DEVICE_KEY = /^(?:requests\.((?:[^/]+\/|hugepages-).+)|(.+)\.deviceclass\.resource\.k8s\.io\/devices)$/;

export function devicesOf(hard: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hard).flatMap(([key, most]) => {
      const [, asked, claimed] = DEVICE_KEY.exec(key) ?? [];
      const device = asked ?? claimed;
      return device === undefined ? [] : [[device, most]];
    }),
  );
}

type BudgetShare = ReturnType<typeof shareOf>;

function shareOf(hard: Readonly<Record<string, string>>) {
  return {
    cpu: hard["requests.cpu"] ?? "0",
    memory: hard["requests.memory"] ?? "0",
    ephemeralStorage: hard["requests.ephemeral-storage"] ?? "0",
    storage: hard["requests.storage"] ?? "0",
    pods: Number(hard.pods ?? 0),
    loadBalancers: Number(hard["services.loadbalancers"] ?? 0),
    devices: devicesOf(hard),
  };
}

function flowsOf(namespace: string, found: Found): object {
  const { ingress = [], egress = [] } = found.flows.get(namespace)?.spec ?? {};
  return {
    ingress: ingress.flatMap(({ from, ports }) => peersOf(from, ports, found)),
    egress: egress.flatMap(({ to, ports }) => peersOf(to, ports, found)),
  };
}

/** Each tenant once, however many namespaces it has. */
function peersOf(
  peers: readonly NetworkPolicyPeer[] = [],
  ports: readonly NetworkPolicyPort[] = [],
  { owners }: Found,
) {
  const numbers = ports.map(({ port }) => port).filter((port) => typeof port === "number");
  const open = numbers.length === 0 ? {} : { ports: numbers };
  const named = peers.map(({ ipBlock, namespaceSelector }) => {
    const name = namespaceSelector?.matchLabels?.[NAMESPACE_NAME_LABEL] ?? "";
    const tenant = owners.get(name);
    if (ipBlock) return { cidr: ipBlock.cidr, ...open };
    return tenant === undefined ? { namespace: name, ...open } : { tenant, ...open };
  });
  return [...grouped(named, (peer) => JSON.stringify(peer)).values()].flatMap(([peer]) => (peer ? [peer] : []));
}
