import { at, equal, numberAt, textAt } from "../plugin/fields";
import type { Property } from "../plugin/properties";
import type { Cluster } from "./cluster";
import type { KubeObject } from "./objects";

/** Whether an object is of use yet, and if not, why. */
export type Readiness = { ready: true } | { waiting: string } | { failed: string };

export interface Judge {
  /** Milliseconds to wait when the user says nothing. Unset: ten minutes. */
  limit?: number;
  read(object: KubeObject): Readiness;
}

const READY: Readiness = { ready: true };
const MINUTE = 60 * 1000;

/** How to tell that an object of this kind is ready; undefined for kinds that are ready once they exist. */
export async function readinessOf(object: KubeObject, cluster: Cluster): Promise<Judge | undefined> {
  const key = `${object.apiVersion}/${object.kind}`;
  if (key === "v1/PersistentVolumeClaim") return { limit: 5 * MINUTE, read: claim(await bindingMode(object, cluster)) };
  return JUDGES[key];
}

const JUDGES: Readonly<Record<string, Judge>> = {
  "v1/ResourceQuota": { limit: MINUTE, read: quota },
  "v1/Pod": { read: pod },
  "v1/PersistentVolume": { limit: 5 * MINUTE, read: volume },
  "v1/Secret": { limit: 5000, read: tokenSecret },
  "apps/v1/Deployment": { read: deployment },
  "apps/v1/StatefulSet": { read: statefulSet },
  "apps/v1/DaemonSet": { read: daemonSet },
  "batch/v1/Job": { read: job },
};

/** Until the quota controller has taken it up, a quota limits nothing that is counted. */
function quota(object: KubeObject): Readiness {
  return until(equal(at(object, "spec", "hard"), at(object, "status", "hard")), "the quota is not enforced yet");
}

function pod(object: KubeObject): Readiness {
  const phase = textAt(object, "status", "phase");
  if (phase === "Failed") return { failed: `the Pod failed: ${textAt(object, "status", "message") || phase}` };
  const ready = condition(object, "Ready");
  if (phase === "Succeeded" || ready.status === "True") return READY;
  const scheduled = condition(object, "PodScheduled");
  return { waiting: scheduled.status === "False" ? scheduled.message : ready.message || "the Pod is not ready" };
}

function volume(object: KubeObject): Readiness {
  return until(["Available", "Bound"].includes(textAt(object, "status", "phase")), "the volume is not available");
}

function claim(mode: string): Judge["read"] {
  return (object) => {
    const phase = textAt(object, "status", "phase");
    const waitsForPod = mode === "WaitForFirstConsumer" && phase === "Pending";
    return until(phase === "Bound" || waitsForPod, "the claim is not bound");
  };
}

async function bindingMode(object: KubeObject, cluster: Cluster): Promise<string> {
  const name = textAt(object, "spec", "storageClassName");
  if (!name) return "";
  const wanted = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } };
  const found = await cluster.get(wanted).catch(() => undefined);
  return textAt(found, "volumeBindingMode");
}

function tokenSecret(object: KubeObject): Readiness {
  const filled = Object.keys(at(object, "data") ?? {}).length > 0;
  return until(object.type !== "kubernetes.io/service-account-token" || filled, "the token is not filled in");
}

function deployment(object: KubeObject): Readiness {
  const progressing = condition(object, "Progressing");
  if (progressing.reason === "ProgressDeadlineExceeded") return { failed: progressing.message };
  const wanted = numberAt(object, "spec", "replicas");
  const updated = numberAt(object, "status", "updatedReplicas");
  const available = numberAt(object, "status", "availableReplicas");
  const old = numberAt(object, "status", "replicas") > updated;
  const done = observed(object) && updated >= wanted && available >= wanted && !old;
  return until(done, `${available} of ${wanted} replicas are available`);
}

function statefulSet(object: KubeObject): Readiness {
  const wanted = numberAt(object, "spec", "replicas");
  const ready = numberAt(object, "status", "readyReplicas");
  const current = textAt(object, "status", "currentRevision") === textAt(object, "status", "updateRevision");
  return until(observed(object) && current && ready >= wanted, `${ready} of ${wanted} replicas are ready`);
}

function daemonSet(object: KubeObject): Readiness {
  const wanted = numberAt(object, "status", "desiredNumberScheduled");
  const available = numberAt(object, "status", "numberAvailable");
  const updated = numberAt(object, "status", "updatedNumberScheduled");
  const done = observed(object) && available >= wanted && updated >= wanted;
  return until(done, `${available} of ${wanted} pods are available`);
}

function job(object: KubeObject): Readiness {
  const failed = condition(object, "Failed");
  if (failed.status === "True") return { failed: `the Job failed: ${failed.message}` };
  return until(condition(object, "Complete").status === "True", "the Job is not complete");
}

function observed(object: KubeObject): boolean {
  return numberAt(object, "status", "observedGeneration") >= numberAt(object, "metadata", "generation");
}

function condition(object: KubeObject, type: string): { status: string; reason: string; message: string } {
  const conditions = at(object, "status", "conditions");
  const found: Property | undefined = Array.isArray(conditions)
    ? conditions.find((entry) => textAt(entry, "type") === type)
    : undefined;
  return { status: textAt(found, "status"), reason: textAt(found, "reason"), message: textAt(found, "message") };
}

function until(done: boolean, waiting: string): Readiness {
  return done ? READY : { waiting };
}
