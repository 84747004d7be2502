import type { Pod } from "kubernetes-types/core/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { Subject } from "kubernetes-types/rbac/v1";
import type { ClusterApi } from "../../components/cluster/api";
import { SYSTEM_NAMESPACES } from "../../components/guardrails/bindings";
import { CANARY_NAMESPACE } from "../../components/guardrails/canary";
import type { Plan } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";
import { actorsOf } from "../../config/actors";
import { couldBeNamespaceOf, TENANT_LABEL } from "../../config/names";
import type { Cluster } from "./cluster";
import { undeclaredFlows } from "./flows";
import { readStanding, residueIn, type Standing } from "./residue";

/** Something on the cluster that the estate knows nothing of. */
export interface Stranger {
  /** Tenant it concerns; undefined for the platform's own matter. */
  readonly tenant: string | undefined;
  /** Ids of the claims it contradicts; empty for what is only worth knowing. */
  readonly claims: readonly string[];
  readonly finding: string;
}

/** Everything that is looked through: a handful of lists, whatever the number of tenants. */
export interface Live extends Omit<Standing, "nodes"> {
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly pods: readonly Pod[];
}

/** @throws Unreachable, with the server's words, where one of the lists may not be read. */
export async function readLive(api: ClusterApi): Promise<Live> {
  const list = async <T>(path: string) => (await api.get<{ items: readonly T[] }>(path)).items;
  const [standing, networkPolicies, pods] = await Promise.all([
    readStanding(api),
    list<NetworkPolicy>("/apis/networking.k8s.io/v1/networkpolicies"),
    list<Pod>("/api/v1/pods"),
  ]);
  return { ...standing, networkPolicies, pods };
}

export function strangers(plan: Plan, live: Live, cluster: Cluster): Stranger[] {
  return [
    ...strayNamespaces(plan, live),
    ...strayBindings(plan, live),
    ...farReachingAccounts(plan, live),
    ...widePolicies(plan, live),
    ...misplacedPods(plan, live, cluster),
    ...leftovers(plan, live, cluster),
  ];
}

function ownersOf(plan: Plan): ReadonlyMap<string, TenantPlan> {
  return new Map(plan.tenants.flatMap((tenant) => tenant.tenant.namespaces.map(({ name }) => [name, tenant] as const)));
}

function strayNamespaces(plan: Plan, { namespaces, pods }: Live): Stranger[] {
  const owners = ownersOf(plan);
  // Every cluster has it, and it cannot be removed.
  const idle = pods.some(({ metadata }) => metadata?.namespace === "default") ? [] : ["default"];
  const platform = new Set([...SYSTEM_NAMESPACES, ...idle, ...plan.estate.guardrails.platformNamespaces]);
  return namespaces.flatMap(({ metadata }) => {
    const name = metadata?.name ?? "";
    const label = metadata?.labels?.[TENANT_LABEL];
    // Labelled as a tenant's, so that guardrails can be tried on it.
    if (name === CANARY_NAMESPACE) return [];
    const owner = owners.get(name)?.tenant.id;
    if (owner !== undefined) return label === owner ? [] : [relabelled(name, owner, label)];
    if (label !== undefined) return [claimed(name, label)];
    if (platform.has(name)) return [];
    return [note(`namespace ${name} belongs to no tenant and not to the platform`)];
  });
}

function relabelled(name: string, owner: string, label: string | undefined): Stranger {
  const finding = `namespace ${name} is labelled as ${label ?? "nobody"}'s`;
  return { tenant: owner, claims: ["frame", "border", "privacy"], finding };
}

function claimed(name: string, label: string): Stranger {
  return {
    tenant: label,
    claims: ["budget", "frame"],
    finding: `namespace ${name} is labelled as ${label}'s, but not in the estate`,
  };
}

function note(finding: string): Stranger {
  return { tenant: undefined, claims: [], finding };
}

/** Rights in a tenant's namespace that no grant of the estate gives. The tenant's own for its own accounts are legal. */
function strayBindings(plan: Plan, { roleBindings }: Live): Stranger[] {
  const owners = ownersOf(plan);
  return roleBindings.flatMap(({ metadata, roleRef, subjects = [] }) => {
    const namespace = metadata?.namespace ?? "";
    const owner = owners.get(namespace);
    if (!owner) return [];
    const planned = owner.spaces
      .flatMap(({ grants }) => grants)
      .find((grant) => grant.metadata.namespace === namespace && grant.metadata.name === metadata?.name);
    const granted = planned?.roleRef.name === roleRef.name ? planned.subjects : [];
    const known = new Set(granted?.map(subjectText));
    const strange = subjects.filter(
      (subject) => !known.has(subjectText(subject)) && !isOwnAccount(subject, namespace, owner),
    );
    return strange.map((subject) => ({
      tenant: owner.tenant.id,
      claims: ["privacy"],
      finding: `${subjectText(subject)} has ${roleRef.name} in ${namespace} by ${metadata?.name}`,
    }));
  });
}

function isOwnAccount({ kind, namespace }: Subject, place: string, { tenant }: TenantPlan): boolean {
  return kind === "ServiceAccount" && tenant.namespaces.some(({ name }) => name === (namespace ?? place));
}

function subjectText({ kind, name, namespace }: Subject): string {
  return kind === "ServiceAccount" ? `ServiceAccount ${namespace}/${name}` : `${kind} ${name}`;
}

/** Bindings that Kubernetes itself makes for everybody who has logged in. */
const EVERYBODYS = new Set([
  "system:basic-user",
  "system:discovery",
  "system:public-info-viewer",
  "system:service-account-issuer-discovery",
  "system:monitoring",
  "system:cluster-trust-bundle-discovery",
]);

/** People and accounts of a tenant that were given something elsewhere. */
function farReachingAccounts(plan: Plan, { roleBindings, clusterRoleBindings }: Live): Stranger[] {
  const wide = clusterRoleBindings.filter(({ roleRef }) => !EVERYBODYS.has(roleRef.name));
  const owners = ownersOf(plan);
  return plan.tenants.flatMap((tenant) => {
    const reaches = (subjects: readonly Subject[] = []) => subjects.filter((subject) => isOf(subject, tenant));
    const everywhere = wide.flatMap(({ metadata, roleRef, subjects }) =>
      reaches(subjects).map((subject) => ({
        subject,
        role: roleRef.name,
        where: "the whole cluster",
        by: metadata?.name,
      })),
    );
    const elsewhere = roleBindings
      .filter(({ metadata }) => owners.get(metadata?.namespace ?? "") !== tenant)
      .flatMap(({ metadata, roleRef, subjects }) =>
        reaches(subjects).map((subject) => ({
          subject,
          role: roleRef.name,
          where: metadata?.namespace,
          by: metadata?.name,
        })),
      )
      .filter(({ where, subject }) => !isShared(subject, owners.get(where ?? "")));
    return [...everywhere, ...elsewhere].map(({ subject, role, where, by }) => ({
      tenant: tenant.tenant.id,
      claims: ["border"],
      finding: `${subjectText(subject)} has ${role} in ${where} by ${by}`,
    }));
  });
}

/** Everybody's groups are every tenant's too. */
const EVERYBODY = new Set(["system:authenticated", "system:unauthenticated", "system:serviceaccounts"]);

function isOf({ kind, name, namespace }: Subject, { tenant }: TenantPlan): boolean {
  const own = tenant.namespaces.map((space) => space.name);
  if (kind === "ServiceAccount") return own.includes(namespace ?? "");
  if (kind === "Group" && (EVERYBODY.has(name) || own.some((space) => name === `system:serviceaccounts:${space}`)))
    return true;
  return actorsOf(tenant).some(({ user, group }) => (kind === "User" ? user === name : group === name));
}

/** A login that the estate itself gives to several tenants. */
function isShared({ name }: Subject, owner: TenantPlan | undefined): boolean {
  if (!owner) return false;
  return actorsOf(owner.tenant).some(({ user, group }) => user === name || group === name);
}

/** What the live policies open beyond what the estate declares. */
function widePolicies(plan: Plan, live: Live): Stranger[] {
  const flows = undeclaredFlows(plan, live);
  return plan.tenants.flatMap((tenant) =>
    flows(tenant).map((finding) => ({ tenant: tenant.tenant.id, claims: ["network"], finding })),
  );
}

function misplacedPods(plan: Plan, { pods }: Live, { nodes }: Cluster): Stranger[] {
  const owners = ownersOf(plan);
  const nodeOwners = new Map(nodes.map(({ name, tenant }) => [name, tenant]));
  const dedicated = new Map(
    plan.tenants.map((tenant) => [tenant.tenant.id, tenant.tenant.isolation.nodes === "dedicated"]),
  );
  const platform = new Set([...SYSTEM_NAMESPACES, ...plan.estate.guardrails.platformNamespaces]);
  return pods.flatMap(({ metadata, spec }) => {
    const { namespace = "", name = "" } = metadata ?? {};
    if (spec?.nodeName === undefined || platform.has(namespace)) return [];
    const landlord = nodeOwners.get(spec.nodeName);
    const owner = owners.get(namespace)?.tenant.id;
    const home = owner !== undefined && dedicated.get(owner) ? owner : undefined;
    if (landlord === home) return [];
    const where = landlord === undefined ? "a shared node" : `a node of ${landlord}`;
    const finding = `pod ${namespace}/${name} is on ${spec.nodeName}, ${where}`;
    return [
      ...(landlord === undefined ? [] : [{ tenant: landlord, claims: ["fence"], finding }]),
      ...(home === undefined ? [] : [{ tenant: home, claims: ["home"], finding }]),
    ];
  });
}

/** What tenants have left that the estate does not know any more, and volumes of namespaces that are gone. */
function leftovers(plan: Plan, live: Live, { nodes }: Cluster): Stranger[] {
  const known = new Set(plan.tenants.map(({ tenant }) => tenant.id));
  const worn = [
    ...live.classes.map(({ metadata }) => metadata?.labels?.[TENANT_LABEL]),
    ...live.namespaces.map(({ metadata }) => metadata?.labels?.[TENANT_LABEL]),
    ...nodes.map(({ tenant }) => tenant),
  ];
  const gone = [...new Set(worn)].filter((id) => id !== undefined && !known.has(id) && id !== CANARY_NAMESPACE);
  const standing = {
    ...live,
    // Those that are labelled are told of as namespaces that claim to be a tenant's.
    namespaces: [],
    nodes: nodes.map(({ name, tenant }) => ({ metadata: { name, labels: tenant ? { [TENANT_LABEL]: tenant } : {} } })),
  };
  const residue = gone.flatMap((id = "") =>
    residueIn({ id, users: [], groups: [] }, standing).map(({ object, reason }) =>
      note(`${object} is of ${id}, which is no tenant any more: ${reason}`),
    ),
  );
  return [...residue, ...orphanedVolumes(live, gone.filter(isThere))];
}

const isThere = (id: string | undefined): id is string => id !== undefined;

/** Volumes of tenants that are gone: what they stored is still there. */
function orphanedVolumes({ volumes, namespaces }: Live, told: readonly string[]): Stranger[] {
  const there = new Set(namespaces.map(({ metadata }) => metadata?.name));
  return volumes
    .map(({ metadata, spec }) => ({ name: metadata?.name, namespace: spec?.claimRef?.namespace }))
    .filter(({ namespace }) => namespace !== undefined && !there.has(namespace))
    .filter(({ namespace = "" }) => !told.some((id) => couldBeNamespaceOf(id, namespace)))
    .map(({ name, namespace }) => note(`volume ${name} was claimed in ${namespace}, which is gone`));
}
