import Table from "cli-table3";
import { Command } from "commander";
import { onDeploymentSite } from "./site";
import { type Bench, estateBench, naiveBench, type Run, timed } from "./stacks";
import { measureStartUp } from "./start-up";

const SIZES = [1, 10, 100];
const LARGEST = 100;

interface Row {
  readonly what: string;
  readonly up: Run;
  readonly preview: Run;
}

/** npm run bench: how long the program takes to start, and to deploy its tenants. */
async function main(): Promise<void> {
  new Command("npm run bench --")
    .description(`measure the program's start, and deployments of ${SIZES.join(", ")} tenants against the naive way`)
    .parse();
  const { program, sdk } = measureStartUp();
  console.log(
    `program start ${program.toFixed(2)} s, bare SDK ${sdk.toFixed(2)} s: ${(program / sdk).toFixed(2)} times\n`,
  );
  await onDeploymentSite(async (site) => {
    const rows: Row[] = [];
    for (const size of SIZES) rows.push(await measure(`${size} tenants`, estateBench(site, size)));
    const objects = Math.round((rows.at(-1)?.up.resources ?? 0) / LARGEST) - 1;
    rows.push(await measure(`naive, ${LARGEST} x ${objects}`, naiveBench(site, LARGEST, objects)));
    console.log(table(rows));
  });
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
