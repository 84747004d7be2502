import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterApi, readKubeconfig } from "../../components/cluster/api";
import { startControlPlane, wipeControlPlane } from "../../tools/controlplane";
import { progressPrinter, provideToolchain } from "../../tools/toolchain";

/** Long enough to build the toolchain on a machine that has none of it. */
const BUILD_MS = 45 * 60_000;
const STOP_MS = 60_000;

export interface LiveCluster {
  readonly api: ClusterApi;
  readonly kubeconfig: string;
}

/**
 * A control plane of its own for a `describe`, in a temporary folder, gone when its tests are over. It is there in
 * tests and hooks, not before.
 */
export function useControlPlane(serverFlags: readonly string[] = []): () => LiveCluster {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-"));
  let cluster: LiveCluster | undefined;

  before("start a control plane", async function () {
    this.timeout(BUILD_MS);
    const toolchain = await provideToolchain({ report: progressPrinter() });
    const { kubeconfig } = await startControlPlane({ toolchain, report: () => {}, folder, serverFlags });
    cluster = { api: await ClusterApi.connect(readKubeconfig(kubeconfig)), kubeconfig };
  });

  after("stop it", async function () {
    this.timeout(STOP_MS);
    cluster?.api.close();
    await wipeControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  return () => {
    if (!cluster) throw new Error("the control plane is there in tests and hooks only");
    return cluster;
  };
}
