import { TENANT_LABEL } from "../config/names";
import type { Login, Subject } from "../config/schema";
import type { Plan } from "./plan";
import type { TenantPlan } from "./tenant/plan";

/** What a stack exports. An interface for other programs: fields are added, never renamed. */
export interface EstateOutputs {
  readonly version: 1;
  readonly kubernetes: string;
  readonly tenants: Readonly<Record<string, TenantOutputs>>;
  /** Tenants with a cluster of their own, which another stack makes. */
  readonly apart: Readonly<Record<string, ApartOutputs>>;
}

export interface ApartOutputs {
  /** Stack that makes the cluster, and alone may have the tenant. */
  readonly stack: string;
  /** ARN of the cluster. */
  readonly cluster: string;
  /** ARN of the cluster that the others share. */
  readonly parent: string;
}

export interface TenantOutputs {
  readonly namespaces: readonly string[];
  readonly subjects: Readonly<Record<"admins" | "developers" | "viewers", readonly Login[]>>;
  /** What pods have to name in runtimeClassName; null where they need not name any. */
  readonly runtimeClass: string | null;
  /** Labels by which the tenant's namespaces, nodes and pools are found: for cost reports and selectors. */
  readonly labels: Readonly<Record<string, string>>;
  readonly isolation: Readonly<Record<"cluster" | "nodes" | "runtime" | "userNamespaces", string>>;
  /** Who may do everything on a cluster of the tenant's own; left out on a shared one, where the platform does. */
  readonly clusterAdmin?: string;
  readonly state: string;
}

export function estateOutputs(plan: Plan): EstateOutputs {
  return {
    version: 1,
    kubernetes: plan.minor,
    tenants: Object.fromEntries(plan.tenants.map((tenant) => [tenant.tenant.id, tenantOutputs(tenant)])),
    apart: Object.fromEntries(plan.apart.map(({ tenant, ...where }) => [tenant.id, where])),
  };
}

function tenantOutputs({ tenant, runtimeClassName }: TenantPlan): TenantOutputs {
  const people = (subjects: readonly Subject[]) => subjects.map(({ sharedWith: _, principals: __, ...login }) => login);
  const { admins, developers, viewers } = tenant.access;
  return {
    namespaces: tenant.namespaces.map(({ name }) => name),
    subjects: { admins: people(admins), developers: people(developers), viewers: people(viewers) },
    runtimeClass: runtimeClassName ?? null,
    labels: { [TENANT_LABEL]: tenant.id },
    isolation: { ...tenant.isolation },
    ...(tenant.cluster ? { clusterAdmin: tenant.cluster.clusterAdmin } : {}),
    state: tenant.state,
  };
}
