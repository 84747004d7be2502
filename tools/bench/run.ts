import Table from "cli-table3";
import { Command } from "commander";
import { onDeploymentSite } from "./site";
import { type Bench, eksBench, estateBench, naiveBench, type Run, timed } from "./stacks";
import { measureStartUp } from "./start-up";

const SIZES = [1, 10, 100];
const LARGEST = 100;
/** Of tenants on EKS, whose node groups end at 25. */
const ON_EKS = [1, 10, 25];

interface Row {
  readonly what: string;
  readonly up: Run;
  readonly preview: Run;
}

/** npm run bench: how long the program takes to start, and to deploy its tenants. */
async function main(): Promise<void> {
  new Command("npm run bench --")
    .description(
      `measure the program's start, and deployments of ${SIZES.join(", ")} tenants, and of ${ON_EKS.join(", ")} on EKS, against the naive way`,
    )
    .parse();
  const { program, sdk } = measureStartUp();
  console.log(
    `program start ${program.toFixed(2)} s, bare SDK ${sdk.toFixed(2)} s: ${(program / sdk).toFixed(2)} times\n`,
  );
  await onDeploymentSite(async (site) => {
    const rows: Row[] = [];
    for (const size of SIZES) rows.push(await measure(`${size} tenants`, estateBench(site, size)));
    const objects = Math.round((rows.at(-1)?.up.resources ?? 0) / LARGEST) - 1;
    const naive = await measure(`naive, ${LARGEST} x ${objects}`, naiveBench(site, LARGEST, objects));
    console.log(table([...rows, naive], naive));
    const onEks: Row[] = [];
    for (const size of ON_EKS) onEks.push(await measure(`${size} tenants on EKS`, eksBench(site, size)));
    console.log(table(onEks, naive));
    console.log(growth(onEks));
  });
}

async function measure(what: string, bench: Bench): Promise<Row> {
  process.stderr.write(`${what}…\n`);
  const up = await timed(bench, "up", "--yes", "--skip-preview");
  const preview = await timed(bench, "preview");
  await timed(bench, "destroy", "--yes", "--skip-preview");
  return { what, up, preview };
}

function table(rows: readonly Row[], baseline: Row): string {
  const ofNaive = "of naive, per resource";
  const head = [
    "",
    "resources",
    "first up",
    ofNaive,
    "preview, no change",
    ofNaive,
    "memory: program",
    "engine",
    "aws",
  ];
  const sheet = new Table({ head, style: { head: [], border: [] } });
  for (const { what, up, preview } of rows) {
    sheet.push([
      what,
      up.resources,
      `${up.seconds.toFixed(1)} s`,
      share(up, baseline.up),
      `${preview.seconds.toFixed(1)} s`,
      share(preview, baseline.preview),
      ...(["program", "engine", "aws"] as const).map((part) => mebibytes(up.peaks[part])),
    ]);
  }
  return sheet.toString();
}

/** What each tenant of the larger stacks adds to the smallest. */
function growth([first, ...rows]: readonly Row[]): string {
  const more = rows.map(({ what, up }) => {
    const tenants = Number.parseInt(what, 10) - 1;
    const added = (now: number, then = 0) => (now - then) / tenants;
    return `${what}: ${added(up.resources, first?.up.resources).toFixed(1)} resources and ${added(up.seconds, first?.up.seconds).toFixed(1)} s more for each`;
  });
  return more.join("\n");
}

function mebibytes(peak: number | undefined): string {
  return peak === undefined ? "" : `${peak.toFixed(0)} MiB`;
}

function share(run: Run, baseline: Run): string {
  return (run.seconds / run.resources / (baseline.seconds / baseline.resources)).toFixed(2);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
