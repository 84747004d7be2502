import { without } from "../plugin/fields";
import type { Cluster } from "./cluster";
import { messageOf, StatusError } from "./errors";
import { type KubeObject, nameOf } from "./objects";

const HELP =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
  "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";

/** Server-side apply of the whole object as one field manager. */
export async function applied(
  object: KubeObject,
  fieldManager: string,
  query: Record<string, string>,
  cluster: Cluster,
): Promise<KubeObject> {
  try {
    return await cluster.object(object, {
      method: "PATCH",
      name: nameOf(object),
      query: { ...query, fieldManager, fieldValidation: "Strict" },
      contentType: "application/apply-patch+yaml",
      body: without(object, "metadata", "managedFields"),
    });
  } catch (error) {
    if (!(error instanceof StatusError && error.conflict)) throw error;
    throw new Error(
      `server-side apply field conflict detected, see ${HELP} for troubleshooting help\n` +
        `The resource managed by field manager "${fieldManager}" had an apply conflict: ${messageOf(error)}`,
    );
  }
}
