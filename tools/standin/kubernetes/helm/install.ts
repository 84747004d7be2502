import { at, textAt } from "../../plugin/fields";
import { applied } from "../apply";
import { awaitReady } from "../await";
import type { Cluster } from "../cluster";
import { remove } from "../delete";
import { StatusError } from "../errors";
import { idOf, type KubeObject, nameOf, namespaceOf } from "../objects";
import type { Operation } from "../operation";
import type { Release } from "./release";
import { OWNER, OWNER_NAMESPACE } from "./render";

type Awaited = Pick<Operation, "urn" | "timeout">;

/** Refuses what Helm refuses: an object that somebody else has made. One of an installation that was killed is taken up. */
export async function refuseForeign(objects: readonly KubeObject[], release: Release, cluster: Cluster): Promise<void> {
  for (const object of objects) {
    const found = await present(object, cluster);
    if (found === undefined) continue;
    const owner = textAt(at(found, "metadata", "annotations"), OWNER);
    const place = textAt(at(found, "metadata", "annotations"), OWNER_NAMESPACE);
    if (owner === release.name && place === release.namespace) continue;
    throw new Error(
      `Unable to continue with install: ${object.kind} "${nameOf(object)}" in namespace "${namespaceOf(object)}" exists and ` +
        "cannot be imported into the current release: invalid ownership metadata; annotation validation error: " +
        (owner === ""
          ? `missing key "${OWNER}": must be set to "${release.name}"`
          : `key "${OWNER}" must equal "${release.name}": current value is "${owner}"`),
    );
  }
}

async function present(object: KubeObject, cluster: Cluster): Promise<KubeObject | undefined> {
  try {
    return await cluster.get(object);
  } catch (error) {
    if (error instanceof StatusError && error.notFound) return undefined;
    throw error;
  }
}

/** Writes the objects in their order. */
export async function write(objects: readonly KubeObject[], cluster: Cluster): Promise<KubeObject[]> {
  const written: KubeObject[] = [];
  for (const object of objects) written.push(await applied(object, "helm", { force: "true" }, cluster));
  return written;
}

/** Waits until all are of use, a Deployment by its replicas, a definition by being served. */
export async function settle(written: readonly KubeObject[], awaited: Awaited, cluster: Cluster): Promise<void> {
  for (const object of written) {
    const inputs =
      object.kind === "CustomResourceDefinition"
        ? { metadata: { annotations: { "pulumi.com/waitFor": "condition=Established" } } }
        : object;
    await awaitReady(object, inputs as KubeObject, { ...awaited, inputs }, cluster);
  }
}

/** Deletes the objects, last first, and waits until they are gone. @throws Error for one that does not go. */
export async function uninstall(objects: readonly KubeObject[], awaited: Awaited, cluster: Cluster): Promise<void> {
  for (const object of [...objects].reverse()) {
    const id = idOf(object);
    await remove({ ...awaited, urn: urnOf(object, awaited.urn), id, state: object, inputs: object }, cluster);
  }
}

/** Deletion asks the URN which kind it is; a release's objects have none of their own. */
function urnOf({ apiVersion, kind }: KubeObject, urn: string): string {
  const [stack, project, , ...name] = urn.split("::");
  const module = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  return [stack, project, `kubernetes:${module}:${kind}`, ...name].join("::");
}
