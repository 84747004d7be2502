import type { Attack, Step } from "./attack";
import { configMap } from "./legal";
import {
  APPLY,
  type Body,
  collection,
  creating,
  creatingIn,
  deleting,
  JSON_PATCH,
  MERGE,
  patching,
  reading,
} from "./request";
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

const PRIVILEGED = { "pod-security.kubernetes.io/enforce": "privileged" };
const relabelled = { metadata: { labels: PRIVILEGED } };

const namespaces = (id: string, title: string, attack: Step, ...rules: string[]): Attack => ({
  id,
  title,
  alias: "X-NS-1",
  control: readingOwnPods,
  attack,
  stoppedBy: [rbac(), admission(...rules)],
});

const finalized = (scene: Scene): Body => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { ...scene.space.namespace.metadata, labels: PRIVILEGED },
  spec: { finalizers: ["kubernetes"] },
});

interface Managed {
  readonly apiVersion: string;
  readonly resource: string;
  readonly name: string;
  /** Rules that know it. */
  readonly rules: readonly string[];
}

const LOCK = ["lock-objects"];
const BUDGET = ["lock-objects", "resources-budget"];

/** What stands in every tenant namespace and is the platform's. */
const MANAGED: readonly Managed[] = [
  { apiVersion: "v1", resource: "resourcequotas", name: "bulkhead-budget", rules: BUDGET },
  { apiVersion: "v1", resource: "resourcequotas", name: "bulkhead-priority", rules: BUDGET },
  { apiVersion: "v1", resource: "resourcequotas", name: "bulkhead-affinity", rules: BUDGET },
  { apiVersion: "v1", resource: "limitranges", name: "bulkhead-limits", rules: BUDGET },
  { apiVersion: "networking.k8s.io/v1", resource: "networkpolicies", name: "bulkhead-baseline", rules: LOCK },
  { apiVersion: API, resource: "rolebindings", name: "bulkhead:tenant-admin", rules: LOCK },
];

const pathOf = ({ apiVersion, resource, name }: Managed) => {
  return (scene: Scene) => `${collection(apiVersion, resource, { namespace: scene.namespace })}/${name}`;
};

const noAdmins =
  ({ name }: Managed) =>
  ({ space, plan: _ }: Scene) => {
    const there = [...space.guards, ...space.grants].some(({ metadata }) => metadata.name === name);
    return there ? undefined : `the namespace has no ${name}`;
  };

/** An annotation would do no harm; that it is refused shows that nothing of the object can be changed. */
const tampering = MANAGED.flatMap((managed): Attack[] => {
  const common = { alias: "X-MG-1", control: readingOwnPods, unless: noAdmins(managed) };
  const stoppedBy = [rbac(), admission(...managed.rules)];
  const what = managed.name.replace(":", "-");
  return [
    {
      ...common,
      id: `T62-edit-${what}`,
      title: `edit ${managed.name}`,
      attack: patching(pathOf(managed), { metadata: { annotations: { proof: "touched" } } }),
      stoppedBy,
    },
    {
      ...common,
      id: `T62-delete-${what}`,
      title: `delete ${managed.name}`,
      attack: deleting(pathOf(managed)),
      stoppedBy,
    },
  ];
});

const sweepingAway = MANAGED.filter(({ name }) => name !== "bulkhead-priority" && name !== "bulkhead-affinity").map(
  (managed): Attack => ({
    id: `T62-collection-${managed.resource}`,
    alias: "X-MG-1",
    title: `delete all ${managed.resource} at once`,
    unless: noAdmins(managed),
    control: readingOwnPods,
    attack: deleting(({ namespace }) => collection(managed.apiVersion, managed.resource, { namespace })),
    stoppedBy: [rbac(), admission(...managed.rules)],
  }),
);

/** Rights that one was not given, and the frame that one lives in. */
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
  namespaces("T60", "lower one's own Pod Security", patching(own, relabelled), "namespace-metadata"),
  namespaces(
    "T60-json",
    "lower it by a JSON patch",
    patching(
      own,
      [{ op: "replace", path: "/metadata/labels/pod-security.kubernetes.io~1enforce", value: "privileged" }],
      JSON_PATCH,
    ),
    "namespace-metadata",
  ),
  namespaces(
    "T60-apply",
    "lower it by server-side apply",
    (scene) => ({
      method: "PATCH",
      path: own(scene),
      query: { fieldManager: "proof", force: "true" },
      body: { apiVersion: "v1", kind: "Namespace", ...relabelled },
      contentType: APPLY,
    }),
    "namespace-metadata",
  ),
  namespaces(
    "T60-tenant",
    "pass for a neighbour",
    patching(own, ({ victim }) => ({ metadata: { labels: { "bulkhead.dev/tenant": victim.id } } })),
    "namespace-facts",
    "namespace-metadata",
  ),
  namespaces(
    "T60-annotation",
    "give oneself registries",
    patching(own, { metadata: { annotations: { "bulkhead.dev/images": "docker.io/" } } }),
    "namespace-facts",
    "namespace-metadata",
  ),
  namespaces(
    "T60-status",
    "lower Pod Security by namespaces/status",
    patching((scene) => `${own(scene)}/status`, relabelled, MERGE),
    "namespace-metadata",
  ),
  namespaces(
    "T60-finalize",
    "lower Pod Security by namespaces/finalize",
    (scene) => ({
      method: "PUT",
      path: `${own(scene)}/finalize`,
      body: finalized(scene),
    }),
    "namespace-metadata",
    "namespace-facts",
  ),
  namespaces("T61", "delete one's namespace, to make it anew without guards", deleting(own), "namespace-removal"),
  {
    id: "T60-neighbour",
    alias: "X-NS-2",
    title: "relabel a neighbour's namespace",
    control: readingOwnPods,
    attack: patching(({ victim }) => `/api/v1/namespaces/${victim.namespace}`, relabelled),
    stoppedBy: rbac(),
  },
  {
    id: "T60-system",
    alias: "X-NS-2",
    title: "relabel the control plane's namespace",
    control: readingOwnPods,
    attack: patching(() => "/api/v1/namespaces/kube-system", relabelled),
    stoppedBy: rbac(),
  },
  {
    id: "T95",
    alias: "X-NS-2",
    title: "make a namespace that is called like a top-level domain",
    control: readingOwnPods,
    attack: creatingIn(() => ({}), "namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "com" } }),
    stoppedBy: [rbac(), admission("namespace-name")],
  },
  ...tampering,
  ...sweepingAway,
  {
    id: "T62-squat",
    alias: "X-MG-1",
    title: "take a name that the platform will need",
    control: creating("configmaps", configMap()),
    attack: creating("configmaps", configMap({ name: "bulkhead-flows" })),
    stoppedBy: admission("lock-objects"),
  },
  {
    id: "T62-label",
    alias: "X-MG-1",
    title: "pass an object off as the platform's",
    control: creating("configmaps", configMap()),
    attack: creating("configmaps", configMap({ labels: { "app.kubernetes.io/managed-by": "bulkhead" } })),
    stoppedBy: admission("lock-objects"),
  },
];
