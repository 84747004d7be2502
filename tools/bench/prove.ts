import Table from "cli-table3";
import { ClusterApi, readKubeconfig } from "../../components/cluster/api";
import { kubernetesVersion } from "../../components/cluster/version";
import { planEstate } from "../../components/plan";
import { parseEstate } from "../../config/estate";
import { readStackFile } from "../../config/read";
import { tally } from "../../proof/attacks/tally";
import { type Proof, prove } from "../../proof/prove";
import { onDeploymentSite } from "./site";
import { type Bench, estateBench, timed } from "./stacks";

const SIZES = [1, 10, 50];

/** How long a proof of 1, 10 and 50 tenants takes, each deployed as users deploy it. */
export async function benchProof(): Promise<void> {
  await onDeploymentSite(async (site) => {
    const api = await ClusterApi.connect(readKubeconfig(site.kubeconfig));
    const proofs = new Map<number, Proof>();
    for (const size of SIZES) {
      process.stderr.write(`${size} tenants…\n`);
      proofs.set(size, await proven(estateBench(site, size), api));
    }
    console.log(table(proofs));
    api.close();
  });
}

async function proven(bench: Bench, api: ClusterApi): Promise<Proof> {
  await timed(bench, "up", "--yes", "--skip-preview");
  const estate = parseEstate(readStackFile(bench.folder, bench.stack));
  const { minor } = await kubernetesVersion(api);
  const proof = await prove(planEstate(estate, { minor }), api);
  await timed(bench, "destroy", "--yes", "--skip-preview");
  return proof;
}

function table(proofs: ReadonlyMap<number, Proof>): string {
  const head = ["tenants", "attacks", "refused as they should", "not", "undecided", "not testable", "wall time"];
  const sheet = new Table({ head, style: { head: [], border: [] } });
  for (const [size, { results, seconds }] of proofs) {
    const { passed, failed, inconclusive, untestable } = tally(results);
    sheet.push([size, results.length, passed, failed, inconclusive, untestable, `${seconds.toFixed(1)} s`]);
  }
  return sheet.toString();
}
