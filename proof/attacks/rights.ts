import type { Attack } from "./attack";
import { creating, reading } from "./request";
import type { Scene } from "./scene";
import { admission, escalation, rbac } from "./walls";

const GROUP = "rbac.authorization.k8s.io";
const API = `${GROUP}/v1`;

const own = ({ namespace }: Scene) => `/api/v1/namespaces/${namespace}`;
const readingOwnPods = reading((scene) => `${own(scene)}/pods`);

const role = (rule: object) =>
  creating("roles", {
    apiVersion: API,
    kind: "Role",
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"], ...rule }],
  });

const binding = (roleRef: object, subject: object | ((scene: Scene) => object)) =>
  creating("rolebindings", (scene) => ({
    apiVersion: API,
    kind: "RoleBinding",
    roleRef: { apiGroup: GROUP, ...roleRef },
    subjects: [typeof subject === "function" ? subject(scene) : subject],
  }));

const OWN_ACCOUNT = ({ namespace }: Scene) => ({ kind: "ServiceAccount", name: "default", namespace });
const PROFILE = { kind: "ClusterRole", name: "bulkhead:tenant-viewer" };
const group = (name: string) => ({ kind: "Group", apiGroup: GROUP, name });
const user = (name: string) => ({ kind: "User", apiGroup: GROUP, name });

const roles = (id: string, title: string, rule: object, ...rules: string[]): Attack => ({
  id,
  title,
  alias: "X-RB-2",
  control: readingOwnPods,
  widenedControl: role({}),
  attack: role(rule),
  stoppedBy: [rbac(), escalation(), admission(...rules)],
});

const bindings = (id: string, title: string, name: string): Attack => ({
  id,
  title,
  alias: "X-RB-1",
  control: readingOwnPods,
  widenedControl: binding(PROFILE, OWN_ACCOUNT),
  attack: binding({ kind: "ClusterRole", name }, OWN_ACCOUNT),
  stoppedBy: [rbac(), escalation(), admission("rbac-role-ref")],
});

const subjects = (id: string, title: string, subject: object | ((scene: Scene) => object)): Attack => ({
  id,
  title,
  alias: "X-RB-1",
  control: readingOwnPods,
  widenedControl: binding(PROFILE, OWN_ACCOUNT),
  attack: binding(PROFILE, subject),
  stoppedBy: [rbac(), admission("rbac-subjects")],
});

/** Rights that one was not given. */
export const rights: readonly Attack[] = [
  roles("T54", "give oneself the kubelets", { resources: ["nodes/proxy"], verbs: ["create"] }, "rbac-resources"),
  roles(
    "T54-wildcard",
    "give oneself everything there will ever be",
    { apiGroups: ["*"], resources: ["*"] },
    "rbac-resources",
  ),
  bindings("T55", "bind cluster-admin in the own namespace", "cluster-admin"),
  bindings("T55-admin", "bind the built-in admin in the own namespace", "admin"),
  bindings("T55-edit", "bind the built-in edit in the own namespace", "edit"),
  bindings("T55-system", "bind a system role in the own namespace", "system:node"),
  roles(
    "T56",
    "give oneself escalate",
    { apiGroups: [GROUP], resources: ["roles"], verbs: ["escalate"] },
    "rbac-verbs",
  ),
  roles("T56-bind", "give oneself bind", { apiGroups: [GROUP], resources: ["roles"], verbs: ["bind"] }, "rbac-verbs"),
  roles(
    "T56-impersonate",
    "give oneself impersonate",
    { resources: ["serviceaccounts"], verbs: ["impersonate"] },
    "rbac-verbs",
  ),
  roles(
    "T56-constrained",
    "give oneself the narrower impersonation",
    { resources: ["users"], verbs: ["impersonate:user-info"] },
    "rbac-verbs",
  ),
  subjects("T63", "let everybody in who has logged in", group("system:authenticated")),
  subjects("T63-anonymous", "let everybody in", user("system:anonymous")),
  subjects("T63-accounts", "let every workload of the cluster in", group("system:serviceaccounts")),
  subjects("T63-neighbour", "let a neighbour's people in", ({ victim }) => group(victim.group)),
  subjects("T63-account", "let a neighbour's workloads in", ({ victim }) => ({
    kind: "ServiceAccount",
    name: "default",
    namespace: victim.namespace,
  })),
];
