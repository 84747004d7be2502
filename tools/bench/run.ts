import Table from "cli-table3";
import { Command, Option } from "commander";
import { benchAdmission } from "./admission";
import { benchCost } from "./cost";
import { median } from "./median";
import { benchProof } from "./prove";
import { type DeploymentSite, onDeploymentSite } from "./site";
import { type Bench, eksBench, estateBench, naiveBench, type Run, timed } from "./stacks";
import { type Load, measureStartUp } from "./start-up";
import { measureStarts } from "./starts";

/** Tenants of a stack, and how often it is measured: what takes minutes is not bearable as often. */
const SIZES = new Map([
  [1, 5],
  [10, 5],
  [100, 2],
]);
/** What one would write for a tenant without thinking about it: a namespace and eleven objects in it. */
const NAIVE_OBJECTS = 12;
/** Of tenants on EKS, whose node groups end at 25. */
const ON_EKS = [1, 10, 25];
const LOADS = 9;
const STARTS = 5;

interface Row {
  readonly what: string;
  readonly up: Run;
  readonly preview: Run;
}

/** What is measured, each with what it is held against. */
const PARTS: Readonly<Record<string, () => void | Promise<void>>> = {
  program: tellProgramStart,
  start: tellStarts,
  deployments: () => onDeploymentSite(tellDeployments),
  eks: () => onDeploymentSite(tellEks),
  proof: benchProof,
  admission: benchAdmission,
  cost: benchCost,
};

/** npm run bench: how long things take, and what they use, on this machine today. */
async function main(): Promise<void> {
  const { only } = new Command("npm run bench --")
    .description(
      `measure the program's start, npm start cold and warm, deployments of ${[...SIZES.keys()].join(", ")} tenants against the naive way, and of ${ON_EKS.join(", ")} on EKS; how long proofs take, what guardrails add to the making of a pod, and what of their budget of CEL cost long lists use`,
    )
    .addOption(new Option("--only <part>", "leave the others out").choices(Object.keys(PARTS)))
    .parse()
    .opts<{ only?: string }>();
  for (const [name, tell] of Object.entries(PARTS)) if (only === undefined || only === name) await tell();
}

function tellProgramStart(): void {
  const { program, sdk } = measureStartUp(LOADS);
  const head = [`program start, median of ${LOADS}`, "wall", "CPU", "memory"];
  const sheet = new Table({ head, style: { head: [], border: [] } });
  const row = (what: string, { seconds, cpuSeconds, mebibytes: memory }: Load) =>
    sheet.push([what, `${seconds.toFixed(2)} s`, `${cpuSeconds.toFixed(2)} s`, mebibytes(memory)]);
  row("bare SDK", sdk);
  row("program", program);
  sheet.push([
    "ratio",
    (program.seconds / sdk.seconds).toFixed(2),
    (program.cpuSeconds / sdk.cpuSeconds).toFixed(2),
    (program.mebibytes / sdk.mebibytes).toFixed(2),
  ]);
  console.log(`${sheet.toString()}\n`);
}

function tellStarts(): void {
  const { cold, warm } = measureStarts(STARTS);
  const told = (runs: readonly number[]) =>
    `${median(runs).toFixed(1)} s (${runs.map((seconds) => seconds.toFixed(0)).join(", ")})`;
  console.log(`npm start, with nothing there but the toolchain: ${told(cold)}; when all is there: ${told(warm)}\n`);
}

async function tellDeployments(site: DeploymentSite): Promise<void> {
  const rows: (readonly [Row, Row])[] = [];
  for (const [size, rounds] of SIZES) rows.push(await pair(site, size, rounds));
  for (const [ours, naive] of rows) console.log(table([ours, naive], naive));
}

async function tellEks(site: DeploymentSite): Promise<void> {
  const onEks: Row[] = [];
  for (const size of ON_EKS) {
    onEks.push({ what: `${size} tenants on EKS`, ...(await measure(eksBench(site, size))) });
  }
  console.log(table(onEks));
  console.log(growth(onEks));
}

/** Ours and the naive way in turn, so that both see the same machine. */
async function pair(site: DeploymentSite, size: number, rounds: number): Promise<readonly [Row, Row]> {
  const [estate, naive] = [estateBench(site, size), naiveBench(site, size, NAIVE_OBJECTS)];
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${size} tenants, round ${round} of ${rounds}…\n`);
    ours.push(await measure(estate));
    theirs.push(await measure(naive));
  }
  return [
    { what: `${size} tenants, n = ${rounds}`, ...typical(ours) },
    { what: `naive, ${size} x ${NAIVE_OBJECTS}`, ...typical(theirs) },
  ];
}

type Measured = Omit<Row, "what">;

async function measure(bench: Bench): Promise<Measured> {
  const up = await timed(bench, "up", "--yes", "--skip-preview");
  const preview = await timed(bench, "preview");
  await timed(bench, "destroy", "--yes", "--skip-preview");
  return { up, preview };
}

/** Median times, with the memory of the runs that had them. */
function typical(all: readonly Measured[]): Measured {
  const pick = (runs: readonly Run[]): Run => {
    const [first] = runs;
    if (!first) throw new Error("nothing was measured");
    return runs.find(({ seconds }) => seconds === median(runs.map((run) => run.seconds))) ?? first;
  };
  return { up: pick(all.map(({ up }) => up)), preview: pick(all.map(({ preview }) => preview)) };
}

/** @param baseline Unset: nothing to hold it against. */
function table(rows: readonly Row[], baseline?: Row): string {
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
      share(up, baseline?.up),
      `${preview.seconds.toFixed(1)} s`,
      share(preview, baseline?.preview),
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

function share(run: Run, baseline: Run | undefined): string {
  if (!baseline) return "";
  return (run.seconds / run.resources / (baseline.seconds / baseline.resources)).toFixed(2);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
