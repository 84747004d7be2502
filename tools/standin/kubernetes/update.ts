import { type PropertyMap, withoutSecrets } from "../plugin/properties";
import { annotated } from "./annotations";
import { applied } from "./apply";
import { awaitReady } from "./await";
import { known } from "./check";
import { checkpoint, liveIn } from "./checkpoint";
import type { Cluster } from "./cluster";
import { Unreachable } from "./connection";
import { messageOf, NoMatchError, PartialError, StatusError } from "./errors";
import { idOf, type KubeObject, nameOf } from "./objects";
import type { Failed, Update, Written } from "./operation";
import { fieldManagerOf, mayForce, relinquish, takeOver, withIgnored } from "./ownership";
import { kindOf } from "./tokens";

/** Changes an object in place, as its own field manager, and waits until it is of use again. */
export async function update(operation: Update, cluster: Cluster): Promise<Written | Failed> {
  const { urn, inputs } = operation;
  const object = withoutSecrets(inputs) as KubeObject;
  const old = withoutSecrets(liveIn(operation.state)) as KubeObject;
  const managerBefore = fieldManagerOf(old, operation.state);
  const manager = fieldManagerOf(object, operation.state);
  try {
    const changed = await change(operation, object, old, manager, cluster);
    const live = await awaitReady(changed, object, operation, cluster);
    if (manager !== managerBefore) await relinquish(live, managerBefore, cluster);
    return { state: checkpoint(live, inputs, manager), live };
  } catch (error) {
    return failed(error, urn, inputs, old, manager, cluster);
  }
}

async function change(operation: Update, object: KubeObject, old: KubeObject, manager: string, cluster: Cluster) {
  const found = await cluster.get(object, nameOf(old));
  // A patch resource shares the object with its owner and must not make itself the owner of all the rest.
  const live = kindOf(operation.urn).patch ? found : await takeOver(found, manager, cluster);
  const wanted = withIgnored(object, live, operation.ignored, manager) as KubeObject;
  const force = annotated(object, "patchForce") || cluster.settings.patchForce;
  return applied(wanted, manager, { force: String(force) }, cluster);
}

/** The update tried on the server; shown as the inputs are where it cannot be tried. */
export async function previewUpdate(operation: Update, cluster: Cluster): Promise<PropertyMap> {
  const { urn, inputs } = operation;
  if (!known(inputs) || cluster.unreachable) return inputs;
  const object = withoutSecrets(inputs) as KubeObject;
  const old = withoutSecrets(liveIn(operation.state)) as KubeObject;
  const manager = fieldManagerOf(object, operation.state);
  try {
    const live = await cluster.get(object, nameOf(old));
    const force = annotated(object, "patchForce") || cluster.settings.patchForce || mayForce(live);
    const wanted = withIgnored(object, live, operation.ignored, manager) as KubeObject;
    const result = await applied(wanted, manager, { force: String(force), dryRun: "All" }, cluster);
    return checkpoint(result, inputs, manager);
  } catch (error) {
    if (error instanceof Unreachable || error instanceof NoMatchError) return inputs;
    if (error instanceof StatusError && error.forbidden) return inputs;
    throw new Error(`update of resource "${urn}" failed: ${messageOf(error)}`);
  }
}

/** The official provider reports an update that failed with what is live now, so that the state stays true. */
async function failed(
  error: unknown,
  urn: string,
  inputs: PropertyMap,
  old: KubeObject,
  manager: string,
  cluster: Cluster,
): Promise<Failed> {
  if (error instanceof Unreachable) throw new Error(`configured Kubernetes cluster is unreachable: ${error.message}`);
  const cause = messageOf(error);
  const live = await cluster.get(old).catch((readError) => {
    throw new Error(
      `update of resource "${urn}" failed: ${cause}\nunable to get cluster state: ${messageOf(readError)}`,
    );
  });
  const message = `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or become live: ${cause}`;
  const reasons = error instanceof PartialError ? error.reasons : [];
  return { state: checkpoint(live, inputs, manager), live, failure: { message, reasons } };
}
