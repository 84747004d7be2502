import type { ClusterRole, PolicyRule } from "kubernetes-types/rbac/v1";
import type { Plan } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";

const READ_AND_WRITE = new Set(["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]);

/** Orders to the control plane: who writes one of these acts with the control plane's rights, or unseen by a guard. */
const COMMANDS = [/\/status$/, /\/finalize$/, /\/proxy$/, /^pods\/binding$/, /^bindings$/, /\/approval$/];

/** What only the platform writes in a tenant's namespace. */
const FRAME = new Set([
  "namespaces",
  "resourcequotas",
  "limitranges",
  "networkpolicies",
  "roles",
  "rolebindings",
  "endpoints",
  "endpointslices",
  "events",
  "localsubjectaccessreviews",
]);

/** Kinds without a namespace that a binding in a namespace gives no right to, except the namespace itself. */
const READ = new Set(["get", "list", "watch"]);

/** What the tenant's grants add up to, and where that is more than a tenant may have. */
export function rightsProblems(plan: Plan, { spaces, tenant }: TenantPlan): string[] {
  const roles = new Map(plan.roles.map((role) => [role.metadata.name, (role as ClusterRole).rules ?? []]));
  const own = new Set(tenant.namespaces.map(({ name }) => name));
  return spaces.flatMap(({ grants }) =>
    grants.flatMap(({ metadata, roleRef, subjects }) => {
      const rules = roles.get(roleRef.name);
      if (!rules) return [`${metadata.name} binds ${roleRef.name}, which is no role of the estate`];
      const outside = own.has(metadata.namespace ?? "") ? [] : [`${metadata.name} is outside its namespaces`];
      return [...outside, ...(subjects ?? []).flatMap(everybody), ...rules.flatMap(ruleProblems)];
    }),
  );
}

function everybody({ kind, name }: { kind: string; name: string }): string[] {
  return kind === "Group" && name.startsWith("system:") ? [`${name} is more people than the tenant's`] : [];
}

function ruleProblems({ apiGroups = [], resources = [], verbs, nonResourceURLs = [] }: PolicyRule): string[] {
  const odd = verbs.filter((verb) => !READ_AND_WRITE.has(verb)).map((verb) => `the verb ${verb} is granted`);
  const writes = verbs.some((verb) => !READ.has(verb));
  return [
    ...odd,
    ...[...apiGroups, ...resources]
      .filter((name) => name.includes("*"))
      .map((name) => `a wildcard is granted: ${name}`),
    ...nonResourceURLs.map((url) => `${url} is granted`),
    ...resources.filter((name) => COMMANDS.some((command) => command.test(name))).map((name) => `${name} is granted`),
    ...(writes ? resources.filter((name) => FRAME.has(name)).map((name) => `writing ${name} is granted`) : []),
  ];
}
