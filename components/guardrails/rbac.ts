import { profileRoleName } from "../../config/names";
import { ofTenant, texts } from "./facts";
import { type Exemptions, notByPlatform } from "./identities";
import { type Guard, guard } from "./rule";
import { target } from "./targets";

const GROUP = "rbac.authorization.k8s.io";

/** escalate, bind, impersonate and whatever verb is invented next are not among them. */
const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

/** The others are bindings, proxies, finalizers and statuses: orders to the control plane. */
const SUBRESOURCES = [
  "pods/attach",
  "pods/ephemeralcontainers",
  "pods/eviction",
  "pods/exec",
  "pods/log",
  "pods/portforward",
  "pods/resize",
  "deployments/scale",
  "replicasets/scale",
  "replicationcontrollers/scale",
  "statefulsets/scale",
  "serviceaccounts/token",
];

const PROFILES = ["admin", "developer", "viewer"].map(profileRoleName);

const roles = (exemptions: Exemptions): Guard =>
  guard({
    name: "rbac-roles",
    concern: "rbac",
    on: [target(GROUP, "roles")],
    when: { "rules-change": "oldObject == null || object.?rules != oldObject.?rules", ...notByPlatform(exemptions) },
    facts: ["tenant"],
    rules: [
      {
        // A wildcard also grants what does not exist yet.
        id: "rbac-verbs",
        threats: ["T53", "T56"],
        require: `variables.tenant == "" || object.?rules.orValue([]).all(rule, rule.verbs.all(verb, verb in ${texts(VERBS)}))`,
        message: `the role has a verb that is not plain reading or writing; use ${VERBS.join(", ")}`,
      },
      {
        id: "rbac-resources",
        threats: ["T53", "T56"],
        require: `variables.tenant == "" || object.?rules.orValue([]).all(rule, rule.?apiGroups.orValue([]).all(group, group != "*") && rule.?resources.orValue([]).all(resource, !resource.contains("*") && (!resource.contains("/") || resource in ${texts(SUBRESOURCES)})))`,
        message: "the role has wildcards or subresources that command the control plane; name each resource",
      },
    ],
  });

const bindings = (exemptions: Exemptions): Guard =>
  guard({
    name: "rbac-bindings",
    concern: "rbac",
    on: [target(GROUP, "rolebindings")],
    when: {
      "binding-changes":
        "oldObject == null || object.roleRef != oldObject.roleRef || object.?subjects != oldObject.?subjects",
      ...notByPlatform(exemptions),
    },
    facts: ["tenant"],
    rules: [
      {
        // Built-in roles grow with every add-on that aggregates to them.
        id: "rbac-role-ref",
        threats: ["T55"],
        require: `variables.tenant == "" || object.roleRef.kind == "Role" || object.roleRef.name in ${texts(PROFILES)}`,
        message: `only Roles of the namespace and ${PROFILES.join(", ")} may be bound here; bind one of these`,
      },
      {
        // People are declared in the estate, where one login in two tenants is seen.
        id: "rbac-subjects",
        threats: ["T58", "T63"],
        require: `variables.tenant == "" || object.?subjects.orValue([]).all(subject, subject.kind == "ServiceAccount" && ${ofTenant(`subject.?namespace.orValue("")`)})`,
        message: "only service accounts of the tenant may be bound here; declare people in tenants.<id>.access",
      },
    ],
  });

export function rbac(exemptions: Exemptions): Guard[] {
  return [roles(exemptions), bindings(exemptions)];
}
