import { collection } from "../../components/cluster/collection";
import type { Attack, Step } from "./attack";
import { configMap } from "./legal";
import { APPLY, type Body, creating, creatingIn, deleting, JSON_PATCH, MERGE, patching, reading } from "./request";
import type { Scene } from "./scene";
import { admission, rbac } from "./walls";

const RBAC = "rbac.authorization.k8s.io/v1";

const own = ({ namespace }: Scene) => `/api/v1/namespaces/${namespace}`;
const readingOwnPods = reading((scene) => `${own(scene)}/pods`);

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
  metadata: {
    ...scene.space.namespace.metadata,
    labels: { ...scene.space.namespace.metadata.labels, ...PRIVILEGED },
  },
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
  { apiVersion: RBAC, resource: "rolebindings", name: "bulkhead:tenant-admin", rules: LOCK },
];

const pathOf = ({ apiVersion, resource, name }: Managed) => {
  return (scene: Scene) => `${collection(apiVersion, resource, { namespace: scene.namespace })}/${name}`;
};

/** A binding is made only for a profile that somebody has. */
const unlessThere =
  ({ name }: Managed) =>
  ({ space }: Scene) => {
    const there = [...space.guards, ...space.grants].some(({ metadata }) => metadata.name === name);
    return there ? undefined : `the namespace has no ${name}`;
  };

/** An annotation would do no harm; that it is refused shows that nothing of the object can be changed. */
const tampering = MANAGED.flatMap((managed): Attack[] => {
  const common = { alias: "X-MG-1", control: readingOwnPods, unless: unlessThere(managed) };
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
    unless: unlessThere(managed),
    control: readingOwnPods,
    attack: deleting(({ namespace }) => collection(managed.apiVersion, managed.resource, { namespace })),
    stoppedBy: [rbac(), admission(...managed.rules)],
  }),
);

/** The frame that a tenant lives in: its namespace, and what the platform has put there. */
export const frame: readonly Attack[] = [
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
  namespaces(
    "T61-finalize",
    "make one's namespace vanish with everything in it",
    (scene) => ({
      method: "PUT",
      path: `${own(scene)}/finalize`,
      body: { apiVersion: "v1", kind: "Namespace", metadata: scene.space.namespace.metadata, spec: { finalizers: [] } },
    }),
    "namespace-finalizers",
    "namespace-metadata",
    "namespace-facts",
  ),
  {
    id: "T60-neighbour",
    alias: "X-NS-2",
    title: "relabel a neighbour's namespace",
    control: readingOwnPods,
    attack: patching(({ victim }) => `/api/v1/namespaces/${victim.namespace}`, relabelled),
    // A lone tenant has no neighbour but the platform, whose namespaces RBAC alone keeps.
    stoppedBy: ({ plan }) => (plan.tenants.length > 1 ? [rbac(), admission("namespace-metadata")] : rbac()),
  },
  {
    id: "T60-claimed",
    alias: "X-NS-2",
    title: "make a namespace that passes for a neighbour's",
    control: readingOwnPods,
    attack: creatingIn(
      () => ({}),
      "namespaces",
      ({ victim }) => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { labels: { "bulkhead.dev/tenant": victim.id } },
      }),
    ),
    stoppedBy: [rbac(), admission("namespace-facts")],
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
