import { without } from "../plugin/fields";
import type { PropertyMap } from "../plugin/properties";
import { withoutSecrets } from "../plugin/properties";
import { annotated } from "./annotations";
import { applied } from "./apply";
import { awaitReady } from "./await";
import { known } from "./check";
import { checkpoint } from "./checkpoint";
import type { Cluster } from "./cluster";
import { Unreachable } from "./connection";
import { messageOf, NoMatchError, PartialError, StatusError } from "./errors";
import type { KubeObject } from "./objects";
import type { Failed, Operation, Written } from "./operation";
import { CREATOR, fieldManagerOf } from "./ownership";
import { kindOf } from "./tokens";

/** As the official provider: objects may be a little ahead of their namespace or their definition. */
const RETRIES = 5;

/** Creates an object and waits until it is of use. A name that exists is an error, never an adoption. */
export async function create(operation: Operation, cluster: Cluster): Promise<Written | Failed> {
  const { inputs, urn } = operation;
  const object = withoutSecrets(inputs) as KubeObject;
  const fieldManager = fieldManagerOf(object, {});
  const created = await post(object, fieldManager, operation, cluster).catch((error) => {
    throw notCreated(urn, error);
  });
  cluster.log.status("", urn);
  try {
    const live = await awaitReady(created, object, operation, cluster);
    return { state: checkpoint(live, inputs, fieldManager), live };
  } catch (error) {
    if (!(error instanceof PartialError)) throw error;
    const message =
      `resource "${urn}" was successfully created, but the Kubernetes API server ` +
      `reported that it failed to fully initialize or become live: ${error.message}`;
    const live = error.live ?? created;
    return { state: checkpoint(live, inputs, fieldManager), live, failure: { message, reasons: error.reasons } };
  }
}

/**
 * What a create would make of the inputs, tried on the server without keeping anything. What cannot be tried (a value
 * or the namespace still to come, nobody to ask, a name that is taken) is shown as the inputs are.
 */
export async function previewCreate(operation: Operation, cluster: Cluster): Promise<PropertyMap> {
  const { inputs, urn } = operation;
  if (!known(inputs) || kindOf(urn).patch || cluster.unreachable) return inputs;
  const object = withoutSecrets(inputs) as KubeObject;
  const fieldManager = fieldManagerOf(object, {});
  try {
    const live = await send(object, fieldManager, { dryRun: "All" }, operation, cluster);
    return checkpoint(without(live, "status"), inputs, fieldManager);
  } catch (error) {
    if (cannotBeTried(error)) {
      warnOnce(error, cluster);
      return inputs;
    }
    throw notCreated(urn, error);
  }
}

function cannotBeTried(error: unknown): boolean {
  if (error instanceof Unreachable || error instanceof NoMatchError) return true;
  if (!(error instanceof StatusError)) return false;
  // A 404 that is not about a namespace is about the kind: its definition may be part of this very deployment.
  return error.forbidden || error.alreadyExists || error.notFound;
}

const warned = new WeakSet<Cluster>();

function warnOnce(error: unknown, cluster: Cluster): void {
  if (!(error instanceof Unreachable) || warned.has(cluster)) return;
  warned.add(cluster);
  cluster.log.say("warning", `configured Kubernetes cluster is unreachable: ${cluster.unreachable}`);
}

async function post(object: KubeObject, manager: string, operation: Operation, cluster: Cluster): Promise<KubeObject> {
  for (let retry = 0; ; retry++) {
    try {
      return await send(object, manager, {}, operation, cluster);
    } catch (error) {
      const early = error instanceof NoMatchError || (error instanceof StatusError && error.notFound);
      if (!early || retry === RETRIES) throw error;
      cluster.log.status(`Retry #${retry}; creation failed: ${messageOf(error)}`, operation.urn);
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** retry));
    }
  }
}

function send(
  object: KubeObject,
  manager: string,
  query: Record<string, string>,
  { urn }: Operation,
  cluster: Cluster,
): Promise<KubeObject> {
  if (kindOf(urn).patch || cluster.settings.upsertExistingObjects) {
    const force = annotated(object, "patchForce") || cluster.settings.patchForce;
    return applied(object, manager, { ...query, force: String(force) }, cluster);
  }
  return cluster.object(object, {
    method: "POST",
    query: { ...query, fieldManager: CREATOR, fieldValidation: "Strict" },
    body: object,
  });
}

const EXISTS_ALREADY = `

The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)
    to manage specific fields without owning the resource lifecycle.
  - Adopting a resource into Pulumi: use \`pulumi import\`. Note that
    protected resources (e.g. kube-system) cannot be deleted on destroy.
  - Intentional upsert: set upsertExistingObjects on the provider to allow
    server-side apply to update existing objects on create.`;

function notCreated(urn: string, error: unknown): Error {
  if (error instanceof Unreachable) {
    return new Error(`configured Kubernetes cluster is unreachable: ${error.message}`);
  }
  if (error instanceof NoMatchError) {
    const { apiVersion, kind } = kindOf(urn);
    return new Error(
      `creation of resource "${urn}" with kind ${apiVersion}/${kind} failed because the Kubernetes API server ` +
        "reported that the apiVersion for this resource does not exist. " +
        `Verify that any required CRDs have been created: ${error.message}`,
    );
  }
  const hint = error instanceof StatusError && error.alreadyExists ? EXISTS_ALREADY : "";
  return new Error(
    `resource "${urn}" was not successfully created by the Kubernetes API server: ${messageOf(error)}${hint}`,
  );
}
