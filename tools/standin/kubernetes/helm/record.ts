import { gunzipSync, gzipSync } from "node:zlib";
import { textAt } from "../../plugin/fields";
import { applied } from "../apply";
import type { Cluster } from "../cluster";
import { StatusError } from "../errors";
import type { KubeObject } from "../objects";
import type { Release } from "./release";

/** Where Helm itself keeps what it has installed: `helm list` of any machine shows it. */
function secretOf({ name, namespace }: Pick<Release, "name" | "namespace">): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `sh.helm.release.v1.${name}.v1`, namespace },
  };
}

/** What is known of an installed release. */
export interface Installed {
  /** Kind, name and place of each object, in the order of their installation. */
  objects: KubeObject[];
}

/** Undefined: no release has this name. */
export async function recorded(
  release: Pick<Release, "name" | "namespace">,
  cluster: Cluster,
): Promise<Installed | undefined> {
  try {
    const secret = await cluster.get(secretOf(release));
    const packed = Buffer.from(Buffer.from(textAt(secret, "data", "release"), "base64").toString(), "base64");
    const { manifest } = JSON.parse(gunzipSync(packed).toString()) as { manifest: string };
    return { objects: manifest.split("\n---\n").map((text) => JSON.parse(text) as KubeObject) };
  } catch (error) {
    if (error instanceof StatusError && error.notFound) return undefined;
    throw error;
  }
}

/** As Helm's Go types are written as JSON, gzipped and encoded. */
export async function record(release: Release, objects: readonly KubeObject[], cluster: Cluster): Promise<void> {
  const { name, namespace, chart, version, values } = release;
  const content = {
    name,
    namespace,
    version: 1,
    info: { status: "deployed" },
    chart: { metadata: { name: chart, version, appVersion: version, apiVersion: "v2" } },
    config: values,
    manifest: objects
      .map(identityOf)
      .map((object) => JSON.stringify(object))
      .join("\n---\n"),
  };
  const packed = gzipSync(JSON.stringify(content)).toString("base64");
  const secret = secretOf(release);
  const labels = { name, owner: "helm", status: "deployed", version: "1" };
  const whole = {
    ...secret,
    metadata: { ...secret.metadata, labels },
    type: "helm.sh/release.v1",
    data: { release: Buffer.from(packed).toString("base64") },
  };
  await applied(whole, "helm", { force: "true" }, cluster);
}

export async function forget(release: Pick<Release, "name" | "namespace">, cluster: Cluster): Promise<void> {
  const secret = secretOf(release);
  await cluster.object(secret, { method: "DELETE", name: textAt(secret, "metadata", "name") }).catch((error) => {
    if (!(error instanceof StatusError && error.notFound)) throw error;
  });
}

function identityOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name = "", namespace } = metadata;
  return { apiVersion, kind, metadata: namespace === undefined ? { name } : { name, namespace } };
}
