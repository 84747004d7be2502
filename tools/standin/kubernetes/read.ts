import { textAt, withField, without } from "../plugin/fields";
import { type PropertyMap, withoutSecrets } from "../plugin/properties";
import { checkpoint, liveIn, withSecretsOf } from "./checkpoint";
import type { Cluster } from "./cluster";
import { Unreachable } from "./connection";
import { withDrift } from "./drift";
import { NoMatchError, StatusError } from "./errors";
import { type KubeObject, parseId } from "./objects";
import { fieldManagerOf } from "./ownership";
import { kindOf } from "./tokens";

export interface ReadInput {
  urn: string;
  id: string;
  /** Empty when the object is imported or only looked up. */
  state: PropertyMap;
  inputs: PropertyMap;
}

export interface ReadResult {
  state: PropertyMap;
  inputs: PropertyMap;
}

/** The object as it is now. Undefined: it is gone, or its kind is. */
export async function read(input: ReadInput, cluster: Cluster): Promise<ReadResult | undefined> {
  const oldInputs = withoutSecrets(input.inputs) as PropertyMap;
  const oldLive = withoutSecrets(liveIn(input.state)) as PropertyMap;
  try {
    const live = await cluster.get(identity(input, oldInputs, oldLive));
    const imported = Object.keys(oldInputs).length === 0;
    const inputs = imported ? inputsOf(live) : withDrift(oldInputs, oldLive, live);
    const fieldManager = fieldManagerOf(inputs, input.state);
    const marked = withSecretsOf(inputs, input.inputs);
    return { state: checkpoint(live, marked, fieldManager), inputs: marked };
  } catch (error) {
    if (error instanceof NoMatchError || (error instanceof StatusError && error.notFound)) return undefined;
    if (!(error instanceof Unreachable)) throw error;
    return withoutServer(error, input, cluster);
  }
}

function identity({ urn, id }: ReadInput, oldInputs: PropertyMap, oldLive: PropertyMap): KubeObject {
  const { namespace, name } = parseId(id);
  if (!name)
    throw new Error(`failed to read resource because of a failure to parse resource name from request ID: ${id}`);
  const { apiVersion, kind } = kindOf(urn);
  const base = {
    apiVersion: textAt(oldInputs, "apiVersion") || textAt(oldLive, "apiVersion") || apiVersion,
    kind: textAt(oldInputs, "kind") || textAt(oldLive, "kind") || kind,
    metadata: { name },
  };
  return (namespace ? withField(base, namespace, "metadata", "namespace") : base) as KubeObject;
}

const SERVER_FIELDS = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid", "selfLink"];
const SERVER_ANNOTATIONS = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];

/** What a program would have to say to get this very object. */
function inputsOf(live: KubeObject): PropertyMap {
  const bare = SERVER_FIELDS.reduce((object, field) => without(object, "metadata", field), without(live, "status"));
  return SERVER_ANNOTATIONS.reduce((object, key) => without(object, "metadata", "annotations", key), bare);
}

function withoutServer(error: Unreachable, input: ReadInput, cluster: Cluster): ReadResult | undefined {
  const { settings, log } = cluster;
  log.say("warning", `configured Kubernetes cluster is unreachable: ${error.message}`, input.urn);
  if (settings.deleteUnreachable) {
    const words =
      "configured Kubernetes cluster is unreachable and the `deleteUnreachable` option is enabled. " +
      "Deleting the unreachable resource from Pulumi state";
    log.say("info", words, input.urn);
    return undefined;
  }
  if (settings.skipUpdateUnreachable) {
    const words =
      "configured Kubernetes cluster is unreachable and the `skipUnreachable` option is enabled. " +
      "Returned data could not reflect the actual cluster configuration.";
    log.say("info", words, input.urn);
    return { state: input.state, inputs: input.inputs };
  }
  throw new Error(
    "failed to read resource state due to unreachable cluster. If the cluster was " +
      "deleted, you can remove this resource from Pulumi state by rerunning the operation with the " +
      'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"',
  );
}
