import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registerNodes, startControlPlane, wipeControlPlane } from "../controlplane";
import { type Engine, fetchPlugins, provideEngine } from "../engine";
import { progressPrinter, provideToolchain, type Toolchain } from "../toolchain";

/** A control plane of its own in a temporary folder. */
export interface Site {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly pulumi: Toolchain["pulumi"];
}

/** A site with a node for everybody and an engine to deploy with. */
export interface DeploymentSite extends Site {
  readonly engine: Engine;
}

/** There for as long as somebody measures, and nothing is left of it afterwards. */
export async function onSite(measure: (site: Site) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const report = progressPrinter();
  try {
    const toolchain = await provideToolchain({ report });
    const { kubeconfig } = await startControlPlane({ toolchain, report, folder });
    await measure({ folder, kubeconfig, pulumi: toolchain.pulumi });
  } finally {
    await wipeControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function onDeploymentSite(measure: (site: DeploymentSite) => Promise<void>): Promise<void> {
  await onSite(async (site) => {
    const { kubeconfig } = site;
    await registerNodes(kubeconfig, [{ name: "shared", capacity: { cpu: "8", memory: "32Gi", pods: "110" } }]);
    await fetchPlugins({ ...site, network: "online", report: progressPrinter() });
    await measure({ ...site, engine: provideEngine(site) });
  });
}
