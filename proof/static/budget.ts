import type { ResourceQuota } from "kubernetes-types/core/v1";
import type { ClusterRole } from "kubernetes-types/rbac/v1";
import type { Plan } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";
import { amount } from "../../config/quantity";

/** Kinds of which quotas keep count under their own name. */
const CORE_COUNTS = new Set(["configmaps", "secrets", "services", "persistentvolumeclaims", "pods"]);

/** What a quota of the tenant does not count although its people may make it, and shares that do not add up. */
export function budgetProblems(plan: Plan, tenant: TenantPlan): string[] {
  return [...uncounted(plan, tenant), ...mismatched(tenant)];
}

function uncounted(plan: Plan, { spaces }: TenantPlan): string[] {
  const writable = new Set(plan.roles.flatMap((role) => creatable(role as ClusterRole)));
  return spaces.flatMap(({ namespace, guards }) => {
    const counted = new Set(guards.flatMap(hardOf).map(([key]) => key));
    return [...writable]
      .filter((key) => !counted.has(key) && !(CORE_COUNTS.has(bare(key)) && counted.has(bare(key))))
      .map((key) => `${bare(key)} may be made in ${namespace.metadata.name} without end`);
  });
}

/** Quota keys of everything that a role may create, as count/jobs.batch; subresources are no objects. */
function creatable({ rules = [] }: ClusterRole): string[] {
  return rules
    .filter(({ verbs }) => verbs.includes("create"))
    .flatMap(({ apiGroups = [], resources = [] }) =>
      resources
        .filter((resource) => !resource.includes("/"))
        .flatMap((resource) => apiGroups.map((group) => `count/${resource}${group === "" ? "" : `.${group}`}`)),
    );
}

function bare(key: string): string {
  return key.replace("count/", "");
}

function hardOf(manifest: { kind: string }): [string, string][] {
  if (manifest.kind !== "ResourceQuota") return [];
  const { spec } = manifest as ResourceQuota;
  // A quota with scopes counts some of the objects only.
  return spec?.scopeSelector ? [] : Object.entries(spec?.hard ?? {});
}

const SUMMED = [
  ["requests.cpu", "cpu"],
  ["requests.memory", "memory"],
  ["requests.storage", "storage"],
] as const;

function mismatched({ tenant, spaces }: TenantPlan): string[] {
  return SUMMED.flatMap(([key, resource]) => {
    const hard = spaces.flatMap(({ guards }) => guards.flatMap(hardOf)).filter(([name]) => name === key);
    const sum = hard.reduce((total, [, text]) => total + amount(text), 0n);
    const budget = amount(String(tenant.budget[resource]));
    return sum > budget ? [`the quotas' ${key} add up to more than the budget`] : [];
  });
}
