import type { RoleBinding } from "kubernetes-types/rbac/v1";
import type { Estate, Tenant } from "../../config/estate";
import { accountIn } from "../../config/platform";
import type { Guardrails } from "../../config/schema";
import { shares } from "../../config/shares";
import { identityAccounts } from "../identity/plan";
import type { Manifest } from "../manifest";
import { handlerOf, type LiveRuntimes } from "../runtime/handlers";
import { runtimeClassManifest, tenantNodeSelector, tenantRuntimeClass } from "../runtime/plan";
import { ownerBindings, profileBindings, tokenlessDefaultAccount } from "./access";
import { affinityQuota, budgetQuota, containerLimits, priorityQuota } from "./budget";
import { namespaceManifest } from "./namespace";
import { baselinePolicy, flowPolicies, type Neighbours } from "./network";

/** Everything that is made for one tenant, in the order in which it is made. */
export interface TenantPlan {
  readonly tenant: Tenant;
  readonly mode: Guardrails["mode"];
  /** Class every pod has to carry; undefined for shared nodes without a sandbox. */
  readonly runtimeClassName: string | undefined;
  /** Of the whole cluster: at most one, the tenant's placement and sandbox. */
  readonly runtimeClasses: readonly Manifest[];
  readonly spaces: readonly SpacePlan[];
  /** Rights over the whole cluster; none on one that is shared. */
  readonly ownership: readonly Manifest[];
  /** Cloud account that a tenant with a cluster of its own shares with the others; undefined for one that has its own. */
  readonly sharedAccount: string | undefined;
}

/** One namespace: first itself, then what keeps others out of it and it within bounds, then who may use it. */
export interface SpacePlan {
  readonly namespace: Manifest;
  readonly guards: readonly Manifest[];
  /** The account exists already, made by the cluster with the namespace; only our field of it is set. */
  readonly defaultAccount: Manifest;
  /** Accounts with rights in the cloud account. */
  readonly accounts: readonly Manifest[];
  readonly grants: readonly (RoleBinding & Manifest)[];
}

/** @param live What the cluster's nodes report, where there is one. */
export function planTenant(tenant: Tenant, estate: Estate, minor: string, live: LiveRuntimes): TenantPlan {
  const { platform, guardrails } = estate;
  const mode = tenant.guardrails ?? guardrails.mode;
  const neighbours: Neighbours = new Map(
    estate.tenants.map(({ id, namespaces }) => [id, namespaces.map(({ name }) => name)]),
  );
  const divided = shares(tenant);
  const runtimeClass = runtimeClassManifest(tenant, platform, handlerOf(tenant, platform, live));
  const nodeSelector = tenantNodeSelector(tenant, platform);
  return {
    tenant,
    mode,
    runtimeClassName: tenantRuntimeClass(tenant),
    runtimeClasses: runtimeClass ? [runtimeClass] : [],
    ownership: ownerBindings(tenant),
    sharedAccount: sharedAccountOf(estate),
    spaces: tenant.namespaces.map((namespace) => {
      const share = divided.get(namespace.name);
      if (!share) throw new TypeError(`no share for namespace ${namespace.name}`);
      return {
        namespace: namespaceManifest(tenant, namespace, mode, minor, nodeSelector),
        guards: [
          budgetQuota(tenant, namespace.name, share),
          priorityQuota(namespace.name),
          affinityQuota(namespace.name),
          containerLimits(tenant, namespace.name, share),
          baselinePolicy(tenant, namespace.name, platform),
          ...flowPolicies(tenant, namespace.name, platform, neighbours),
        ],
        defaultAccount: tokenlessDefaultAccount(namespace.name),
        accounts: identityAccounts(tenant, namespace.name),
        grants: profileBindings(tenant, namespace.name),
      };
    }),
  };
}

function sharedAccountOf({ platform, parent }: Estate): string | undefined {
  if (platform.kind !== "eks" || parent === undefined) return undefined;
  const own = accountIn(platform.admins);
  return accountIn([parent.cluster]) === own ? own : undefined;
}
