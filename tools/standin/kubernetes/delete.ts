import { at, textAt, withField } from "../plugin/fields";
import { type PropertyMap, withoutSecrets } from "../plugin/properties";
import { annotated, annotation, timeoutOf } from "./annotations";
import { followed } from "./await";
import { liveIn } from "./checkpoint";
import type { Cluster } from "./cluster";
import { Unreachable } from "./connection";
import { NoMatchError, PartialError, StatusError } from "./errors";
import { type KubeObject, nameOf, parseId } from "./objects";
import { fieldManagerOf, relinquish } from "./ownership";
import { kindOf } from "./tokens";

export interface Deletion {
  urn: string;
  id: string;
  state: PropertyMap;
  inputs: PropertyMap;
  /** Seconds; 0 when the resource sets none. */
  timeout: number;
}

const UNSET = 10 * 60 * 1000;

/** Kinds for which skipAwait means "do not wait for the end either", by an old habit of the official provider. */
const SKIPS_AWAIT = new Set([
  "Namespace",
  "Pod",
  "ReplicationController",
  "DaemonSet",
  "Deployment",
  "StatefulSet",
  "Job",
]);

/** Deletes an object and waits until it is gone. Gone already is as good. */
export async function remove(deletion: Deletion, cluster: Cluster): Promise<void> {
  const { urn, id } = deletion;
  const inputs = withoutSecrets(deletion.inputs) as PropertyMap;
  const object = withIdentity(withoutSecrets(liveIn(deletion.state)) as PropertyMap, inputs, id);
  try {
    if (kindOf(urn).patch) return await relinquish(object, fieldManagerOf(inputs, deletion.state), cluster);
    const rest = await begin(object, inputs, cluster);
    if (!rest || (annotated(inputs, "skipAwait") && SKIPS_AWAIT.has(object.kind))) return;
    await awaitGone(rest, timeoutOf(deletion.timeout, inputs, UNSET), urn, cluster);
  } catch (error) {
    if (error instanceof NoMatchError || (error instanceof StatusError && error.notFound)) return;
    if (!(error instanceof Unreachable)) throw error;
    forget(error, urn, cluster);
  }
}

/** The id says which object it is; state and inputs say what it is. */
function withIdentity(live: PropertyMap, inputs: PropertyMap, id: string): KubeObject {
  const { namespace, name } = parseId(id);
  const base = {
    ...live,
    apiVersion: live.apiVersion ?? inputs.apiVersion ?? "",
    kind: live.kind ?? inputs.kind ?? "",
  };
  const named = withField(base, name, "metadata", "name");
  return (namespace ? withField(named, namespace, "metadata", "namespace") : named) as KubeObject;
}

/** Undefined: it is gone at once. Otherwise what is left of it for now. */
async function begin(object: KubeObject, inputs: PropertyMap, cluster: Cluster): Promise<KubeObject | undefined> {
  const propagationPolicy = propagation(inputs);
  const answer = await cluster.object(object, {
    method: "DELETE",
    name: nameOf(object),
    body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy },
  });
  if (answer.kind === "Status") return undefined;
  // Some kinds are answered with the object as it was, gone or not.
  return at(answer, "metadata", "deletionTimestamp") ? answer : cluster.get(object);
}

function propagation(inputs: PropertyMap): string {
  const policy = annotation(inputs, "deletionPropagationPolicy").toLowerCase();
  return policy === "orphan" ? "Orphan" : policy === "background" ? "Background" : "Foreground";
}

async function awaitGone(object: KubeObject, limit: number, urn: string, cluster: Cluster): Promise<void> {
  const last = await followed(object, limit, cluster, (seen) => {
    const rest = seen ? leftovers(seen) : [];
    if (rest.length > 0) cluster.log.status(rest.join("; "), urn);
    return false;
  });
  if (last.gone) return;
  const rest = leftovers(last.object);
  const message = last.cancelled
    ? `Resource operation was cancelled for "${nameOf(object)}"`
    : ["timed out waiting for the condition", ...rest].join(": ");
  throw new PartialError(message, rest, last.object);
}

/** What keeps an object from going, in the server's words. */
function leftovers(object: KubeObject): string[] {
  const conditions = at(object, "status", "conditions");
  const reported = (Array.isArray(conditions) ? conditions : [])
    .filter((entry) => object.kind === "Namespace" && textAt(entry, "status") === "True")
    .map((entry) => textAt(entry, "message"))
    .filter(Boolean);
  const finalizers = at(object, "metadata", "finalizers");
  if (!Array.isArray(finalizers) || finalizers.length === 0) return reported;
  return [...reported, `finalizers might be preventing deletion (${finalizers.join(", ")})`];
}

function forget(error: Unreachable, urn: string, cluster: Cluster): void {
  cluster.log.say("warning", `configured Kubernetes cluster is unreachable: ${error.message}`, urn);
  if (!cluster.settings.deleteUnreachable) {
    throw new Error(
      "configured Kubernetes cluster is unreachable. If the cluster was deleted, " +
        "you can remove this resource from Pulumi state by rerunning the operation with the " +
        'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"',
    );
  }
  const words =
    "configured Kubernetes cluster is unreachable and the `deleteUnreachable` option is enabled. " +
    "Deleting the unreachable resource from Pulumi state";
  cluster.log.say("info", words, urn);
}
