import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterApi, readKubeconfig } from "../../../components/cluster/api";
import { startControlPlane, wipeControlPlane } from "../../../tools/controlplane";
import { progressPrinter, provideToolchain, type Toolchain } from "../../../tools/toolchain";

/** Long enough to build the toolchain on a machine that has none of it. */
const BUILD_MS = 45 * 60_000;
const STOP_MS = 60_000;

/** What a later release serves by default: a guard has to be there before the field that it guards. */
const GATES = [
  "CrossNamespaceVolumeDataSource",
  "PodCertificateRequest",
  "ClusterTrustBundle",
  "ClusterTrustBundleProjection",
  "TaintTolerationComparisonOperators",
];
const KINDS = ["podcertificaterequests", "clustertrustbundles"];
const FUTURE = [
  `--feature-gates=${GATES.map((gate) => `${gate}=true`).join(",")}`,
  `--runtime-config=${KINDS.map((kind) => `certificates.k8s.io/v1beta1/${kind}=true`).join(",")}`,
];

export interface LiveCluster {
  readonly toolchain: Toolchain;
  readonly api: ClusterApi;
  readonly kubeconfig: string;
  /** Of the control plane, and gone with it. */
  readonly folder: string;
}

/** A control plane of its own for a `describe`, with fields that are still off by default. */
export function useFutureControlPlane(flagsFor: (folder: string) => string[] = () => []): () => LiveCluster {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-"));
  let cluster: LiveCluster | undefined;

  before("start a control plane", async function () {
    this.timeout(BUILD_MS);
    const toolchain = await provideToolchain({ report: progressPrinter() });
    const serverFlags = [...FUTURE, ...flagsFor(folder)];
    const { kubeconfig } = await startControlPlane({ toolchain, report: () => {}, folder, serverFlags });
    cluster = { toolchain, kubeconfig, folder, api: await ClusterApi.connect(readKubeconfig(kubeconfig)) };
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
