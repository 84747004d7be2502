import { at } from "../plugin/fields";
import type { PropertyMap } from "../plugin/properties";
import type { Settings } from "./settings";

const CONTAINER_FIELDS = `args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources
  securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir`;
const POD_FIELDS = `affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC
  hostNetwork hostPID hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority
  priorityClassName readinessGates restartPolicy runtimeClassName schedulerName securityContext serviceAccount
  serviceAccountName shareProcessNamespace subdomain terminationGracePeriodSeconds volumes`;
const VOLUME_SOURCES = `awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker
  gcePersistentDisk glusterfs hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO
  storageos vsphereVolume`;
const STATEFUL_SET = "podManagementPolicy revisionHistoryLimit selector serviceName volumeClaimTemplates";

/**
 * Fields whose change makes the official provider replace the object: its own table, kind by kind. What the API
 * server refuses to change besides (a RuntimeClass's handler) fails here as it fails there.
 */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  "apps/v1/DaemonSet": ["spec.selector"],
  "apps/v1/Deployment": ["spec.selector"],
  "apps/v1/StatefulSet": under("spec", STATEFUL_SET),
  "batch/v1/Job": under("spec", "completions parallelism selector template"),
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "v1/PersistentVolume": under("spec", VOLUME_SOURCES),
  "v1/PersistentVolumeClaim": under("spec", "accessModes selector storageClassName volumeName"),
  "v1/Pod": [
    ...under("spec", POD_FIELDS),
    ...under("spec.containers.*", CONTAINER_FIELDS),
    ...under("spec.initContainers.*", CONTAINER_FIELDS),
  ],
  "v1/ResourceQuota": ["spec.scopes"],
  "v1/Service": ["spec.clusterIP"],
};

const IDENTITY = ["metadata.name", "metadata.namespace"];

/** Patterns of the fields that cannot change in place; `*` stands for any element of an array. */
export function immutableFields(inputs: PropertyMap, kind: "object" | "patch", settings: Settings): string[] {
  if (kind === "patch") return IDENTITY;
  const fixed = at(inputs, "immutable") === true;
  const key = `${inputs.apiVersion}/${inputs.kind}`;
  // Pods read these when they start, so the official provider replaces them to make Deployments follow.
  if (key === "v1/Secret")
    return [...IDENTITY, ...(fixed || !settings.secretMutable ? ["data", "stringData"] : []), "type"];
  if (key === "v1/ConfigMap")
    return [...IDENTITY, ...(fixed || !settings.configMapMutable ? ["data", "binaryData"] : [])];
  return [...IDENTITY, ...(IMMUTABLE[key] ?? [])];
}

function under(prefix: string, names: string): string[] {
  return names.split(/\s+/).map((name) => `${prefix}.${name}`);
}
