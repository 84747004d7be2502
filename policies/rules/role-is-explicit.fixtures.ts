import type { Fixtures } from "../fixtures";

const role = {
  type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
  props: {
    metadata: { name: "bulkhead:tenant-viewer" },
    rules: [
      { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch"] },
      { nonResourceURLs: ["/version"], verbs: ["get"] },
    ],
  },
};

const binding = {
  type: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
  props: {
    metadata: { name: "viewers", namespace: "acme" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "bulkhead:tenant-viewer" },
    subjects: [{ kind: "User", name: "auditor@acme.example.com" }],
  },
};

export const fixtures: Fixtures = {
  good: {
    "a role that lists its rights, and a binding of it": { role, binding },
    "a tenant's own role that is called admin": {
      binding: { ...binding, props: { ...binding.props, roleRef: { kind: "Role", name: "admin" } } },
    },
    "a patch without a roleRef": {
      binding: { type: "kubernetes:rbac.authorization.k8s.io/v1:RoleBindingPatch", props: { metadata: {} } },
    },
    "a binding for the whole cluster": {
      binding: { ...binding, type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding" },
    },
    "the owner of a cluster that it has to itself": {
      binding: {
        type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
        props: {
          metadata: {
            name: "bulkhead:cluster-owner",
            labels: { "app.kubernetes.io/managed-by": "bulkhead", "bulkhead.dev/tenant": "hooli" },
          },
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
        },
      },
    },
  },
  bad: {
    "the built-in role edit": {
      at: ["binding", "props", "roleRef", "name"],
      to: "edit",
      says: 'RoleBinding "binding" grants the built-in role edit: bind a bulkhead:tenant-* role instead.',
    },
    "cluster-admin for the whole cluster": {
      of: "a binding for the whole cluster",
      at: ["binding", "props", "roleRef", "name"],
      to: "cluster-admin",
      says: 'ClusterRoleBinding "binding" grants the built-in role cluster-admin: bind a bulkhead:tenant-* role instead.',
    },
    "another role than cluster-admin for an owner": {
      of: "the owner of a cluster that it has to itself",
      at: ["binding", "props", "roleRef", "name"],
      to: "admin",
      says: 'ClusterRoleBinding "binding" grants the built-in role admin: bind a bulkhead:tenant-* role instead.',
    },
    "cluster-admin by a binding of another name": {
      of: "the owner of a cluster that it has to itself",
      at: ["binding", "props", "metadata", "name"],
      to: "owners",
      says: 'ClusterRoleBinding "binding" grants the built-in role cluster-admin: bind a bulkhead:tenant-* role instead.',
    },
    "a role of the control plane": {
      at: ["binding", "props", "roleRef", "name"],
      to: "system:kube-scheduler",
      says: 'RoleBinding "binding" grants a role of the control plane: bind a bulkhead:tenant-* role instead.',
    },
    "every resource": {
      at: ["role", "props", "rules", "0", "resources"],
      to: ["*"],
      says: 'ClusterRole "role" has a wildcard in rules[0].resources: list what is needed.',
    },
    "every subresource": {
      at: ["role", "props", "rules", "0", "resources"],
      to: ["pods", "pods/*"],
      says: 'ClusterRole "role" has a wildcard in rules[0].resources: list what is needed.',
    },
    "every verb": {
      at: ["role", "props", "rules", "0", "verbs"],
      to: ["*"],
      says: 'ClusterRole "role" has a wildcard in rules[0].verbs: list what is needed.',
    },
    "every group": {
      at: ["role", "props", "rules", "0", "apiGroups"],
      to: ["*"],
      says: 'ClusterRole "role" has a wildcard in rules[0].apiGroups: list what is needed.',
    },
    "every path": {
      at: ["role", "props", "rules", "1", "nonResourceURLs"],
      to: ["/debug/*"],
      says: 'ClusterRole "role" has a wildcard in rules[1].nonResourceURLs: list what is needed.',
    },
    "rights that grow": {
      at: ["role", "props", "aggregationRule"],
      to: { clusterRoleSelectors: [{ matchLabels: { "example.com/to-viewer": "true" } }] },
      says: 'ClusterRole "role" grows with every role that its aggregationRule selects: list its rules.',
    },
  },
  unknown: {
    judged: [
      ["binding", "props", "roleRef"],
      ["binding", "props", "roleRef", "name"],
      ["role", "props", "rules"],
    ],
    unread: [
      ["binding", "props", "subjects"],
      ["binding", "props", "metadata"],
      ["binding", "props", "roleRef", "kind"],
      ["role", "props", "metadata"],
    ],
  },
};
