import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { registerNodes, startControlPlane, wipeControlPlane } from "../controlplane";
import { provideEngine } from "../engine";
import { progressPrinter, provideToolchain } from "../toolchain";
import { type Bench, estateBench, naiveBench, type Run, timed } from "./stacks";
import { measureStartUp } from "./start-up";

const SIZES = [1, 10, 100];
const LARGEST = 100;

interface Row {
  readonly what: string;
  readonly up: Run;
  readonly preview: Run;
}

/** npm run bench: start of the program, and deployments of 1, 10 and 100 tenants against the naive way, in one run. */
async function main(): Promise<void> {
  const { program, sdk } = measureStartUp();
  console.log(
    `program start ${program.toFixed(2)} s, bare SDK ${sdk.toFixed(2)} s: ${(program / sdk).toFixed(2)} times\n`,
  );
  const place = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const report = progressPrinter();
  try {
    const toolchain = await provideToolchain({ report });
    const { kubeconfig } = await startControlPlane({ toolchain, report, folder: place });
    await registerNodes(kubeconfig, [{ name: "shared", capacity: { cpu: "8", memory: "32Gi", pods: "110" } }]);
    const engine = provideEngine({ pulumi: toolchain.pulumi.file, folder: place, kubeconfig });
    const rows: Row[] = [];
    for (const size of SIZES) rows.push(await measure(`${size} tenants`, estateBench(engine, place, kubeconfig, size)));
    const objects = Math.round((rows.at(-1)?.up.resources ?? 0) / LARGEST) - 1;
    const naive = naiveBench(engine, place, kubeconfig, LARGEST, objects);
    rows.push(await measure(`naive, ${LARGEST} x ${objects}`, naive));
    console.log(table(rows));
  } finally {
    await wipeControlPlane(place);
    rmSync(place, { recursive: true, force: true });
  }
}

async function measure(what: string, bench: Bench): Promise<Row> {
  process.stderr.write(`${what}…\n`);
  const up = await timed(bench, "up", "--yes", "--skip-preview");
  const preview = await timed(bench, "preview");
  await timed(bench, "destroy", "--yes", "--skip-preview");
  return { what, up, preview };
}

function table(rows: readonly Row[]): string {
  const baseline = rows.at(-1);
  const head = ["", "resources", "first up", "of naive, per resource", "preview, no change", "of naive, per resource"];
  const sheet = new Table({ head, style: { head: [], border: [] } });
  for (const { what, up, preview } of rows) {
    sheet.push([
      what,
      up.resources,
      `${up.seconds.toFixed(1)} s`,
      share(up, baseline?.up),
      `${preview.seconds.toFixed(1)} s`,
      share(preview, baseline?.preview),
    ]);
  }
  return sheet.toString();
}

function share(run: Run, baseline: Run | undefined): string {
  if (!baseline) return "";
  return (run.seconds / run.resources / (baseline.seconds / baseline.resources)).toFixed(2);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
