import { createHash, randomBytes } from "node:crypto";
import { at, equal, withField, without } from "../plugin/fields";
import { hasUnknown, isMap, type PropertyMap, Unknown, withoutSecrets } from "../plugin/properties";
import { AUTONAMED, annotated } from "./annotations";
import { withSecretsOf } from "./checkpoint";
import type { Cluster } from "./cluster";
import { isList } from "./kinds";
import { nameOf, namespaceOf } from "./objects";
import { type Kind, kindOf, nameInUrn } from "./tokens";

export interface CheckInput {
  urn: string;
  news: PropertyMap;
  /** Inputs of the last deployment; empty when there was none. */
  olds: PropertyMap;
  randomSeed: Uint8Array;
  /** What the engine's own naming rules say, if the project has any. */
  autonaming?: { proposedName: string; disabled: boolean };
}

/** Fields that only the server writes; inputs copied from a live object bring them along. */
const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** Completes the inputs with what the user may leave out (name, namespace) and refuses what cannot work. */
export async function check(input: CheckInput, cluster: Cluster): Promise<PropertyMap> {
  const kind = kindOf(input.urn);
  if (isList(kind.apiVersion, kind.kind)) {
    throw new Error(
      "list resources exist for compatibility with YAML manifests and Helm charts, " +
        "and cannot be created directly. Use the underlying resource type instead",
    );
  }
  if (cluster.settings.skipUpdateUnreachable && (await outOfReach(cluster))) {
    const words = "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...";
    cluster.log.say("warning", words, input.urn);
    return input.olds;
  }
  const given = normalized(withoutSecrets(input.news) as PropertyMap, kind);
  const named = withName(given, input, kind);
  const placed = await withNamespace(named, kind, cluster);
  return withSecretsOf(placed, input.news);
}

/** Without what says nothing: an empty map would still be a field that somebody owns. */
function normalized(inputs: PropertyMap, { apiVersion, kind }: Kind): PropertyMap {
  const useless = [
    ...READ_ONLY,
    ...["labels", "annotations"].filter((field) => equal(at(inputs, "metadata", field), {})),
  ];
  const cleaned = useless.reduce((object, field) => without(object, "metadata", field), inputs);
  return { ...cleaned, apiVersion: cleaned.apiVersion ?? apiVersion, kind: cleaned.kind ?? kind };
}

function withName(inputs: PropertyMap, input: CheckInput, { patch }: Kind): PropertyMap {
  if (at(inputs, "metadata") instanceof Unknown || at(inputs, "metadata", "name") instanceof Unknown) return inputs;
  if (nameOf(inputs)) return inputs;
  if (patch) throw new Error("patch resources require the `.metadata.name` field to be set");
  if (at(inputs, "metadata", "generateName")) {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }
  const olds = withoutSecrets(input.olds) as PropertyMap;
  const name = annotated(olds, "autonamed") ? nameOf(olds) : newName(input);
  const metadata = isMap(inputs.metadata) ? inputs.metadata : {};
  return withField({ ...inputs, metadata: { ...metadata, name } }, "true", "metadata", "annotations", AUTONAMED);
}

/** What is named by nobody: after its resource, and never twice the same. */
export function newName({ urn, randomSeed, autonaming }: CheckInput): string {
  if (autonaming?.disabled) {
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  }
  const seed = randomSeed.length > 0 ? createHash("sha256").update(randomSeed).digest() : randomBytes(4);
  return autonaming?.proposedName || `${nameInUrn(urn)}-${seed.toString("hex").slice(0, 8)}`;
}

async function withNamespace(inputs: PropertyMap, { apiVersion, kind }: Kind, cluster: Cluster): Promise<PropertyMap> {
  const metadata = inputs.metadata ?? {};
  if (!isMap(metadata) || metadata.namespace instanceof Unknown || namespaceOf(inputs)) return inputs;
  // A kind that nobody serves yet is taken for a namespaced one, as most are; the server has the last word.
  const scope = await cluster.scope(apiVersion, kind).catch(() => undefined);
  const namespaced = scope?.namespaced ?? true;
  return namespaced ? withField(inputs, cluster.defaultNamespace, "metadata", "namespace") : inputs;
}

async function outOfReach(cluster: Cluster): Promise<boolean> {
  if (!cluster.unreachable) {
    await cluster.get({ apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } }).catch(() => undefined);
  }
  return cluster.unreachable !== undefined;
}

/** Nothing that is still unknown can be sent to a server, not even to try it. */
export function known(inputs: PropertyMap): boolean {
  return !hasUnknown(inputs);
}
