import type { ServiceAccount } from "kubernetes-types/core/v1";
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Subject as RbacSubject,
  RoleBinding,
} from "kubernetes-types/rbac/v1";
import type { Tenant } from "../../config/estate";
import {
  MANAGED_LABEL,
  MANAGED_VALUE,
  OWNER_BINDING,
  profileRoleName,
  STACK_ANNOTATION,
  TENANT_LABEL,
} from "../../config/names";
import { administersItsCluster } from "../../config/own-cluster";
import type { Subject } from "../../config/schema";
import type { Manifest } from "../manifest";

const READ = ["get", "list", "watch"];
const WRITE = [...READ, "create", "update", "patch", "delete", "deletecollection"];
const CHANGE = ["get", "update", "patch"];

/**
 * Own roles, spelt out. The built-in admin and edit grow with every add-on that aggregates to them and let their
 * holder impersonate accounts, proxy to services and rewrite network policies; a wildcard would hand over the
 * Namespace object itself.
 */
const WORKLOADS: PolicyRule[] = [
  rule("", ["pods", "configmaps", "secrets", "services", "persistentvolumeclaims"], WRITE),
  rule("apps", ["deployments", "statefulsets", "daemonsets", "replicasets"], WRITE),
  rule("apps", ["deployments/scale", "statefulsets/scale", "replicasets/scale"], CHANGE),
  rule("batch", ["jobs", "cronjobs"], WRITE),
  rule("autoscaling", ["horizontalpodautoscalers"], WRITE),
  rule("networking.k8s.io", ["ingresses"], WRITE),
  rule("coordination.k8s.io", ["leases"], WRITE),
  // A WebSocket client opens these with GET, which the API server checks as "get" before it checks "create".
  rule("", ["pods/exec", "pods/attach", "pods/portforward"], ["create", "get"]),
  rule("", ["pods/eviction"], ["create"]),
  // What is added to a pod or grown is judged like a pod that is made: by Pod Security, the guards, limits and quota.
  rule("", ["pods/ephemeralcontainers", "pods/resize"], CHANGE),
];

const OWNERSHIP: PolicyRule[] = [rule("", ["serviceaccounts"], WRITE), rule("policy", ["poddisruptionbudgets"], WRITE)];

/** What a member may see of the frame it lives in, so that a refusal can be understood. */
const SURROUNDINGS: PolicyRule[] = [
  rule("", ["pods/log"], ["get"]),
  rule("", ["events", "endpoints", "resourcequotas", "limitranges", "serviceaccounts"], READ),
  rule("", ["namespaces"], ["get"]),
  rule("events.k8s.io", ["events"], READ),
  rule("discovery.k8s.io", ["endpointslices"], READ),
  rule("networking.k8s.io", ["networkpolicies"], READ),
  rule("policy", ["poddisruptionbudgets"], READ),
  rule("rbac.authorization.k8s.io", ["roles", "rolebindings"], READ),
];

const VISIBLE: PolicyRule[] = [
  rule("", ["pods", "configmaps", "services", "persistentvolumeclaims"], READ),
  rule("apps", ["deployments", "statefulsets", "daemonsets", "replicasets"], READ),
  rule("batch", ["jobs", "cronjobs"], READ),
  rule("autoscaling", ["horizontalpodautoscalers"], READ),
  rule("networking.k8s.io", ["ingresses"], READ),
];

/** Profile of each list of subjects in a tenant's `access`. */
const PROFILES = { admins: "admin", developers: "developer", viewers: "viewer" } as const;

/**
 * Shared by all tenants; bound by RoleBindings only, so a role reaches no further than the namespace it is bound in.
 * @param stack Whose they are, as project/stack. Unset: they do not say.
 */
export function profileRoles(stack?: string): (ClusterRole & Manifest)[] {
  const role = (profile: string, rules: PolicyRule[]): ClusterRole & Manifest => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: {
      name: profileRoleName(profile),
      labels: { [MANAGED_LABEL]: MANAGED_VALUE },
      ...(stack === undefined ? {} : { annotations: { [STACK_ANNOTATION]: stack } }),
    },
    rules,
  });
  return [
    role("admin", [...WORKLOADS, ...OWNERSHIP, ...SURROUNDINGS]),
    role("developer", [...WORKLOADS, ...SURROUNDINGS]),
    role("viewer", [...VISIBLE, ...SURROUNDINGS]),
  ];
}

function rule(group: string, resources: string[], verbs: string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs };
}

/** The tenant's people in one of its namespaces; no binding for a profile that nobody has. */
export function profileBindings(tenant: Tenant, namespace: string): (RoleBinding & Manifest)[] {
  return (["admins", "developers", "viewers"] as const)
    .filter((list) => tenant.access[list].length > 0)
    .map((list) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: profileRoleName(PROFILES[list]), namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: profileRoleName(PROFILES[list]) },
      subjects: tenant.access[list].map(rbacSubject),
    }));
}

/** The administrators of a cluster that is the tenant's alone, where the estate lets them be it. */
export function ownerBindings(tenant: Tenant): (ClusterRoleBinding & Manifest)[] {
  if (!administersItsCluster(tenant)) return [];
  return [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: OWNER_BINDING, labels: { [MANAGED_LABEL]: MANAGED_VALUE, [TENANT_LABEL]: tenant.id } },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: tenant.access.admins.map(rbacSubject),
    },
  ];
}

function rbacSubject({ user, group, serviceAccount }: Subject): RbacSubject {
  if (serviceAccount) return { kind: "ServiceAccount", ...serviceAccount };
  const apiGroup = "rbac.authorization.k8s.io";
  return user === undefined ? { apiGroup, kind: "Group", name: group ?? "" } : { apiGroup, kind: "User", name: user };
}

/** The account every pod gets that names none: a pod that does not ask for a token has no identity to be stolen. */
export function tokenlessDefaultAccount(namespace: string): ServiceAccount & Manifest {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace },
    automountServiceAccountToken: false,
  };
}
