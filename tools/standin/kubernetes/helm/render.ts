import { spawn } from "node:child_process";
import { describeProgress, type Karpenter, karpenterVersion, provideKarpenter } from "../../../toolchain";
import type { PropertyMap } from "../../plugin/properties";
import type { Cluster } from "../cluster";
import type { KubeObject } from "../objects";
import type { Release } from "./release";

/** Karpenter with its charts; built when this is the first release on this machine, which its progress tells. */
export function karpenterFor(urn: string, { log }: Cluster): Promise<Karpenter> {
  return provideKarpenter({ report: (progress) => log.status(describeProgress(progress), urn) });
}

/** What Helm would install, in its order, and marked as Helm marks what is its own. */
export async function render(release: Release, karpenter: Karpenter, cluster: Cluster): Promise<KubeObject[]> {
  const { name, namespace, chart, values } = release;
  const kubeVersion = await cluster.version();
  const request = { name, namespace, values, version: karpenterVersion, kubeVersion };
  const printed = await ask([karpenter.file, "chart", karpenter.chart(chart)], JSON.stringify(request));
  return (JSON.parse(printed, withoutNulls) as KubeObject[]).map((object) => owned(object, release));
}

/** A template leaves `annotations:` and the like behind where it has nothing to say. */
function withoutNulls(_key: string, value: unknown): unknown {
  return value === null ? undefined : value;
}

export const OWNER = "meta.helm.sh/release-name";
export const OWNER_NAMESPACE = "meta.helm.sh/release-namespace";

function owned(object: KubeObject, { name, namespace }: Release): KubeObject {
  const metadata = object.metadata;
  const annotations = { ...(metadata.annotations as PropertyMap), [OWNER]: name, [OWNER_NAMESPACE]: namespace };
  const labels = { ...(metadata.labels as PropertyMap), "app.kubernetes.io/managed-by": "Helm" };
  return { ...object, metadata: { ...metadata, annotations, labels } };
}

function ask([file = "", ...args]: readonly string[], input: string): Promise<string> {
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
  let [printed, complained] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complained += text;
  });
  child.stdin.end(input);
  return new Promise((done, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? done(printed) : reject(new Error(complained.trim()))));
  });
}
