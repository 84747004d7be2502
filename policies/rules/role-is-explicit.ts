import { MANAGED_LABEL, MANAGED_VALUE, OWNER_BINDING, TENANT_LABEL } from "../../config/names";
import { field, list, objectsOf, text } from "../objects";
import { cis, type ResourceRule } from "../rule";

/** They grow with every add-on that aggregates to them. */
const BUILT_IN = ["admin", "edit", "view", "cluster-admin"];

export const roleIsExplicit: ResourceRule = {
  name: "role-is-explicit",
  displayName: "Roles spell out what they allow",
  description:
    "No role has a wildcard or grows by aggregation, and no binding grants a built-in role; but for cluster-admin on a cluster that a tenant has to itself (bulkhead:cluster-owner).",
  severity: "critical",
  tags: ["access", "T53", "T55", "T59", "T60"],
  framework: cis("5.1.3", "Wildcard use in Roles and ClusterRoles is minimized."),
  remediationSteps:
    "Bind a bulkhead:tenant-* role inside the tenant's namespace, or write a role that lists its groups, resources and verbs.",
  judge: function* (resource) {
    for (const { kind, body } of objectsOf(resource)) {
      if (kind === "RoleBinding" || kind === "ClusterRoleBinding") yield* binding(body);
      if (kind === "Role" || kind === "ClusterRole") yield* role(body);
    }
  },
};

function* binding(body: unknown): Iterable<string> {
  const name = text(field(body, "roleRef", "name"));
  if (name.startsWith("system:")) {
    yield "grants a role of the control plane: bind a bulkhead:tenant-* role instead.";
  } else if (name === "cluster-admin" && isOwners(field(body, "metadata"))) {
    // The tenant is alone on its cluster, which the estate has seen to before it made this binding.
    return;
  } else if (BUILT_IN.includes(name) && field(body, "roleRef", "kind") !== "Role") {
    yield `grants the built-in role ${name}: bind a bulkhead:tenant-* role instead.`;
  }
}

/** Made by Bulkhead for a tenant that it names; a binding of that name alone is anybody's. */
function isOwners(metadata: unknown): boolean {
  const isOurs = text(field(metadata, "labels", MANAGED_LABEL)) === MANAGED_VALUE;
  return (
    text(field(metadata, "name")) === OWNER_BINDING && isOurs && text(field(metadata, "labels", TENANT_LABEL)) !== ""
  );
}

function* role(body: unknown): Iterable<string> {
  for (const [index, rule] of list(field(body, "rules")).entries()) {
    for (const part of ["apiGroups", "resources", "verbs", "nonResourceURLs"]) {
      if (list(field(rule, part)).some((entry) => text(entry).includes("*"))) {
        yield `has a wildcard in rules[${index}].${part}: list what is needed.`;
      }
    }
  }
  if (field(body, "aggregationRule")) yield "grows with every role that its aggregationRule selects: list its rules.";
}
