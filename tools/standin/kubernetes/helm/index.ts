import { changesOf } from "../../plugin/changes";
import { type PropertyMap, withoutSecrets } from "../../plugin/properties";
import type { CheckInput } from "../check";
import { known, newName } from "../check";
import type { Cluster } from "../cluster";
import type { Deletion } from "../delete";
import type { Difference } from "../diff";
import { PartialError, StatusError } from "../errors";
import type { KubeObject } from "../objects";
import { parseId } from "../objects";
import type { Operation, Update, Written } from "../operation";
import type { ReadInput, ReadResult } from "../read";
import { chartOf, complaintsAbout, unknownValues } from "./charts";
import { endController, estateFolder, runController } from "./controller";
import { refuseForeign, settle, uninstall, write } from "./install";
import { forget, record, recorded } from "./record";
import { type Opened, type Release, releaseOf, releaseState } from "./release";
import { karpenterFor, render } from "./render";

/** Completes what a program says of a release. @throws Error with everything that Helm or the chart would not take. */
export async function checkRelease(input: CheckInput, cluster: Cluster): Promise<PropertyMap> {
  const news = withoutSecrets(input.news) as PropertyMap;
  const complaints = complaintsAbout(news);
  const chart = chartOf(news);
  if (chart !== undefined && complaints.length === 0) {
    const folder = (await karpenterFor(input.urn, cluster)).chart(chart);
    complaints.push(...unknownValues(releaseOf(news).values, folder));
  }
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  const name = news.name ?? (withoutSecrets(input.olds) as PropertyMap).name ?? newName(input);
  return { ...input.news, name, namespace: news.namespace ?? cluster.defaultNamespace };
}

/** Another name or place is another release; all else is an upgrade. */
export function releaseDifference(olds: PropertyMap, news: PropertyMap): Difference {
  const before = withoutSecrets(olds) as PropertyMap;
  const after = withoutSecrets(news) as PropertyMap;
  const changes = changesOf(before, after, ["name", "namespace", "chart"]);
  const sameName = before.name === after.name && before.namespace === after.namespace;
  return { changes, deleteBeforeReplace: sameName && changes.some(({ replace }) => replace) };
}

/** What does not come to its end leaves nothing: there is no half release to be mended by hand. */
export async function createRelease(operation: Operation, cluster: Cluster): Promise<Written> {
  const release = releaseOf(operation.inputs);
  if (await recorded(release, cluster)) throw new Error("cannot re-use a name that is still in use");
  await provideNamespace(release, cluster);
  const chart = await opened(release, operation, cluster);
  try {
    await install(release, chart, [], operation, cluster);
  } catch (error) {
    await endController(release, estateFolder(process.env));
    await uninstall(chart.objects, operation, cluster);
    throw error;
  }
  return written(operation.inputs, release, chart.objects);
}

export async function updateRelease(operation: Update, cluster: Cluster): Promise<Written> {
  const release = releaseOf(operation.inputs);
  const before = await recorded(release, cluster);
  if (before === undefined) throw new Error(`"${release.name}" has no deployed releases`);
  const chart = await opened(release, operation, cluster);
  await install(release, chart, before.objects, operation, cluster);
  return written(operation.inputs, release, chart.objects);
}

/** Renders the chart, so that values that it cannot be rendered with are seen; what is unknown yet cannot be tried. */
export async function previewRelease({ urn, inputs }: Operation, cluster: Cluster): Promise<PropertyMap> {
  if (known(inputs) && !cluster.unreachable) {
    await render(releaseOf(inputs), await karpenterFor(urn, cluster), cluster);
  }
  return inputs;
}

/** Undefined: Helm knows of no such release. */
export async function readRelease({ id, inputs, state }: ReadInput, cluster: Cluster): Promise<ReadResult | undefined> {
  const found = await recorded(parseId(id), cluster);
  return found && { inputs, state: Object.keys(state).length > 0 ? state : releaseState(inputs, releaseOf(inputs)) };
}

export async function removeRelease(deletion: Deletion, cluster: Cluster): Promise<void> {
  const release = parseId(deletion.id);
  const found = await recorded(release, cluster);
  if (found === undefined) return;
  await endController(releaseOf(deletion.inputs), estateFolder(process.env));
  await uninstall(found.objects, deletion, cluster).catch((error) => {
    // The state of the release, not that of the object which does not go.
    throw error instanceof PartialError ? new Error(`uninstalling ${deletion.id}: ${error.message}`) : error;
  });
  await forget(release, cluster);
}

/** @throws Error where Helm would not begin. */
async function opened(release: Release, { urn }: Operation, cluster: Cluster): Promise<Opened> {
  const karpenter = await karpenterFor(urn, cluster);
  const objects = await render(release, karpenter, cluster);
  await refuseForeign(objects, release, cluster);
  return { karpenter, objects };
}

/** From what is there to what the chart says by now. The record is written last: a release that has one is whole. */
async function install(
  release: Release,
  chart: Opened,
  before: readonly KubeObject[],
  operation: Operation,
  cluster: Cluster,
): Promise<void> {
  const { objects } = chart;
  const kept = new Set(objects.map(identity));
  await uninstall(
    before.filter((object) => !kept.has(identity(object))),
    operation,
    cluster,
  );
  const made = await write(objects, cluster);
  await runController(release, chart, estateFolder(process.env));
  if (release.readiness === "awaited") await settle(made, operation, cluster);
  await record(release, objects, cluster);
}

function identity({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata.namespace ?? "", metadata.name].join("/");
}

async function provideNamespace({ namespace, missingNamespace }: Release, cluster: Cluster): Promise<void> {
  const object: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  try {
    await cluster.get(object);
  } catch (error) {
    if (!(error instanceof StatusError && error.notFound) || missingNamespace === "refuse") throw error;
    await cluster.object(object, { method: "POST", body: object });
  }
}

function written(inputs: PropertyMap, release: Release, objects: readonly KubeObject[]): Written {
  const names: Record<string, string[]> = {};
  for (const { apiVersion, kind, metadata } of objects) {
    const place = metadata.namespace === undefined ? "" : `${metadata.namespace}/`;
    const key = `${kind}.${apiVersion}`;
    names[key] = [...(names[key] ?? []), `${place}${metadata.name}`];
  }
  const state = { ...releaseState(inputs, release), resourceNames: names };
  const { name, namespace } = release;
  return { state, live: { apiVersion: "helm.sh/v3", kind: "Release", metadata: { name, namespace } } };
}
