import type { PolicyRule } from "kubernetes-types/rbac/v1";
import type { Plan } from "../../components/plan";
import type { SpacePlan, TenantPlan } from "../../components/tenant/plan";
import { type Shares, shares } from "../../config/shares";
import { type Identity, identityOf } from "../identity";
import type { Cluster } from "../live/cluster";

/** Who attacks whom, and from where: everything an attack has to know to become a request. */
export interface Scene {
  readonly plan: Plan;
  readonly tenant: TenantPlan;
  readonly space: SpacePlan;
  /** The attacker's namespace. */
  readonly namespace: string;
  /** What the namespace may use in all. */
  readonly share: Shares;
  /** Whom the API server is asked to take the attacker for; undefined when nobody may act for the tenant. */
  readonly who: Actor | undefined;
  /** The tenant whose objects are reached for. */
  readonly victim: Target;
  /** A tenant with nodes or a sandbox of its own, other than the attacker; undefined when there is none. */
  readonly landlord: Target | undefined;
  readonly cluster: Cluster;
  /** Part of the name of everything this run makes, so that two runs do not meet. */
  readonly run: string;
}

export interface Actor extends Identity {
  readonly profile: "admin" | "developer";
  /** What it may do, where that is not what the profile says. */
  readonly rules?: readonly PolicyRule[];
}

export interface Target {
  /** Tenant id, or the name of the platform's namespace where there is no other tenant. */
  readonly id: string;
  readonly namespace: string;
  readonly runtimeClass: string | undefined;
  readonly group: string;
}

/** Where a lone tenant reaches to: the most valuable namespace there is. */
const PLATFORM: Target = {
  id: "kube-system",
  namespace: "kube-system",
  runtimeClass: undefined,
  group: "system:masters",
};

export interface SceneFacts {
  readonly cluster: Cluster;
  readonly run: string;
}

/** A scene for each namespace of the estate. Victims go round, so that each tenant is somebody's victim. */
export function scenesOf(plan: Plan, facts: SceneFacts): Scene[] {
  return plan.tenants.flatMap((tenant, index) => {
    const others = [...plan.tenants.slice(index + 1), ...plan.tenants.slice(0, index)];
    const strangers = others.filter((other) => !knows(tenant, other));
    const [victim = PLATFORM] = strangers.map(targetOf);
    const landlord = others.find(({ runtimeClassName }) => runtimeClassName !== undefined);
    const divided = shares(tenant.tenant);
    return tenant.spaces.map((space) => {
      const namespace = space.namespace.metadata.name;
      const share = divided.get(namespace);
      if (!share) throw new TypeError(`no share for namespace ${namespace}`);
      return {
        ...facts,
        plan,
        tenant,
        space,
        namespace,
        share,
        who: actorOf(tenant),
        victim,
        landlord: landlord && targetOf(landlord),
      };
    });
  });
}

/** Whether policies of ours write into the attacker's objects what they lack: not where guardrails only warn. */
export function isFilledIn({ cluster, tenant }: Pick<Scene, "cluster" | "tenant">): boolean {
  return cluster.fillsIn && tenant.mode === "enforce";
}

/** People of both tenants would be let into the victim's namespace by its own grants, and rightly. */
function knows({ tenant }: TenantPlan, other: TenantPlan): boolean {
  const { admins, developers } = tenant.access;
  return [...admins, ...developers].some(({ sharedWith }) => sharedWith.includes(other.tenant.id));
}

function actorOf({ tenant }: TenantPlan): Actor | undefined {
  const [admin] = tenant.access.admins;
  if (admin) return { ...identityOf(admin), profile: "admin" };
  const [developer] = tenant.access.developers;
  return developer && { ...identityOf(developer), profile: "developer" };
}

export function targetOf({ tenant, spaces, runtimeClassName }: TenantPlan): Target {
  return {
    id: tenant.id,
    namespace: spaces[0]?.namespace.metadata.name ?? tenant.id,
    runtimeClass: runtimeClassName,
    group: tenant.access.admins[0]?.group ?? `${tenant.id}-admins`,
  };
}
