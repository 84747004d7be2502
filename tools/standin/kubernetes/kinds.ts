import type { ApiClient } from "./client";

/** Where a kind is served: its plural in paths, and whether its objects live in namespaces. */
export interface Scope {
  plural: string;
  namespaced: boolean;
}

/** Built-in kinds, so that a deployment without changes needs no request at all, not even for discovery. */
const CLUSTER_SCOPED = new Set(
  `v1/ComponentStatus v1/Namespace v1/Node v1/PersistentVolume
  admissionregistration.k8s.io/MutatingAdmissionPolicy admissionregistration.k8s.io/MutatingAdmissionPolicyBinding
  admissionregistration.k8s.io/MutatingWebhookConfiguration admissionregistration.k8s.io/ValidatingAdmissionPolicy
  admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding admissionregistration.k8s.io/ValidatingWebhookConfiguration
  apiextensions.k8s.io/CustomResourceDefinition apiregistration.k8s.io/APIService
  certificates.k8s.io/CertificateSigningRequest certificates.k8s.io/ClusterTrustBundle
  flowcontrol.apiserver.k8s.io/FlowSchema flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration
  networking.k8s.io/IngressClass networking.k8s.io/IPAddress networking.k8s.io/ServiceCIDR node.k8s.io/RuntimeClass
  rbac.authorization.k8s.io/ClusterRole rbac.authorization.k8s.io/ClusterRoleBinding
  resource.k8s.io/DeviceClass resource.k8s.io/ResourceSlice scheduling.k8s.io/PriorityClass
  storage.k8s.io/CSIDriver storage.k8s.io/CSINode storage.k8s.io/StorageClass storage.k8s.io/VolumeAttachment
  storage.k8s.io/VolumeAttributesClass`.split(/\s+/),
);
const NAMESPACED = new Set(
  `v1/ConfigMap v1/Endpoints v1/Event v1/LimitRange v1/PersistentVolumeClaim v1/Pod v1/PodTemplate
  v1/ReplicationController v1/ResourceQuota v1/Secret v1/Service v1/ServiceAccount
  apps/ControllerRevision apps/DaemonSet apps/Deployment apps/ReplicaSet apps/StatefulSet
  autoscaling/HorizontalPodAutoscaler batch/CronJob batch/Job coordination.k8s.io/Lease
  discovery.k8s.io/EndpointSlice events.k8s.io/Event networking.k8s.io/Ingress networking.k8s.io/NetworkPolicy
  policy/PodDisruptionBudget rbac.authorization.k8s.io/Role rbac.authorization.k8s.io/RoleBinding
  resource.k8s.io/ResourceClaim resource.k8s.io/ResourceClaimTemplate storage.k8s.io/CSIStorageCapacity`.split(/\s+/),
);

const discovered = new Map<string, Promise<Map<string, Scope>>>();

/** Undefined: the API server does not serve this kind, e.g. because its definition is yet to be installed. */
export async function scopeOf(client: ApiClient, apiVersion: string, kind: string): Promise<Scope | undefined> {
  const key = keyOf(apiVersion, kind);
  if (CLUSTER_SCOPED.has(key)) return { plural: pluralOf(kind), namespaced: false };
  if (NAMESPACED.has(key)) return { plural: pluralOf(kind), namespaced: true };
  const known = (await resourcesOf(client, apiVersion)).get(kind);
  // A definition that was missing a moment ago may have been created by now.
  if (!known) discovered.delete(apiVersion);
  return known;
}

/** `PodList` and its like exist for the sake of YAML files; no object has such a kind. */
export function isList(apiVersion: string, kind: string): boolean {
  const item = keyOf(apiVersion, kind.replace(/List$/, ""));
  return kind.endsWith("List") && (kind === "List" || CLUSTER_SCOPED.has(item) || NAMESPACED.has(item));
}

/** A group moves on to new versions, its kinds keep their scope. */
function keyOf(apiVersion: string, kind: string): string {
  return `${apiVersion.split("/")[0]}/${kind}`;
}

function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (word === "endpoints") return word;
  if (/(?:s|x|ch)$/.test(word)) return `${word}es`;
  return word.endsWith("y") ? `${word.slice(0, -1)}ies` : `${word}s`;
}

function resourcesOf(client: ApiClient, apiVersion: string): Promise<Map<string, Scope>> {
  const cached = discovered.get(apiVersion) ?? discover(client, apiVersion);
  discovered.set(apiVersion, cached);
  cached.catch(() => discovered.delete(apiVersion));
  return cached;
}

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

async function discover(client: ApiClient, apiVersion: string): Promise<Map<string, Scope>> {
  const { status, body } = await client.send({ method: "GET", path: rootOf(apiVersion) });
  if (status !== 200) return new Map();
  const resources = (body as ResourceList).resources ?? [];
  const main = resources.filter((resource) => !resource.name.includes("/"));
  return new Map(main.map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]));
}

export function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
