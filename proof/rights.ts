import type { ClusterRole, PolicyRule } from "kubernetes-types/rbac/v1";
import type { Identity } from "./identity";

/** Lists that the proof looks through. */
const LISTS: readonly (readonly [group: string, ...resources: string[]])[] = [
  ["", "namespaces", "nodes", "pods", "persistentvolumes", "resourcequotas", "limitranges"],
  ["rbac.authorization.k8s.io", "rolebindings", "clusterrolebindings"],
  ["networking.k8s.io", "networkpolicies"],
  ["scheduling.k8s.io", "priorityclasses"],
  ["storage.k8s.io", "storageclasses"],
  ["node.k8s.io", "runtimeclasses"],
  ["admissionregistration.k8s.io", "mutatingadmissionpolicies", "validatingadmissionpolicybindings"],
];

const ACCOUNT = /^system:serviceaccount:([^:]+):(.+)$/;

/**
 * The least that the prover needs: to look, and to be taken for exactly these. Impersonation is a right like an
 * administrator's, so every name is spelt out. It writes nothing in its own name.
 */
export function proverRole(identities: readonly Identity[]): ClusterRole {
  const users = unique(identities.map(({ user }) => user).filter((user) => !ACCOUNT.test(user)));
  const groups = unique(identities.flatMap((identity) => identity.groups));
  const accounts = unique(identities.map(({ user }) => ACCOUNT.exec(user)?.[2] ?? "").filter(Boolean));
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "bulkhead:prover" },
    rules: [
      ...LISTS.map(([group, ...resources]) => ({ apiGroups: [group], resources, verbs: ["list"] })),
      ...[
        impersonating("users", users),
        impersonating("groups", groups),
        impersonating("serviceaccounts", accounts),
      ].flat(),
    ],
  };
}

function impersonating(resource: string, resourceNames: string[]): PolicyRule[] {
  return resourceNames.length === 0
    ? []
    : [{ apiGroups: [""], resources: [resource], verbs: ["impersonate"], resourceNames }];
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
