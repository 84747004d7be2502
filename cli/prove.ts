import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { stringify } from "yaml";
import { ClusterApi } from "../components/cluster/api";
import { entranceTo, ownerOf } from "../components/cluster/inspect";
import { kubernetesVersion } from "../components/cluster/version";
import type { EstateOutputs } from "../components/outputs";
import { type Plan, planEstate } from "../components/plan";
import { parseEstate } from "../config/estate";
import { readStackFile } from "../config/read";
import { platform as platformSchema } from "../config/schema";
import { identitiesOf } from "../proof/attacks/identities";
import type { Progress } from "../proof/attacks/run";
import { scenesOf } from "../proof/attacks/scene";
import { readCluster } from "../proof/live/cluster";
import { estateFromOutputs } from "../proof/live/outputs";
import { CannotProve, type Proof, prove } from "../proof/prove";
import { proofJson } from "../proof/report/json";
import { proofJunit } from "../proof/report/junit";
import { proofMarkdown } from "../proof/report/markdown";
import { proofSarif } from "../proof/report/sarif";
import { exitCode } from "../proof/report/summary";
import { proofTable } from "../proof/report/table";
import { proverRole } from "../proof/rights";
import { checkWritable } from "./output";
import { requests, verdict, withVerdict } from "./verdict";

interface Options {
  readonly stack: string;
  readonly outputs?: string;
  readonly tenant?: string[];
  readonly attack?: string[];
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly concurrency: number;
  readonly allPaths?: true;
  readonly strict?: true;
  readonly json?: true;
  readonly junit?: string;
  readonly sarif?: string;
  readonly markdown?: string;
  readonly printRbac?: true;
}

/** `bulkhead prove`: attacks a live cluster in its tenants' names, and says what held. */
export function proveCommand(): Command {
  return withVerdict(new Command("prove"))
    .description("attack the live cluster in its tenants' names, and show which claims hold on what evidence")
    .option("--stack <name>", "stack whose Pulumi.<name>.yaml says what the tenants are", "dev")
    .option(
      "--outputs <file>",
      "instead of a stack file: JSON of the stack's outputs, as pulumi stack output --json prints it",
    )
    .option("--tenant <id...>", "attack from these tenants only")
    .option("--attack <id...>", "try these only: a threat (T07), an attack (T06-no-execute) or an alias (X-PL-2)")
    .option("--all-paths", "send every attack by every way into the cluster, not only one for each rule")
    .option("--kubeconfig <file>", "instead of the platform's kubeconfig")
    .option("--context <name>", "context of the kubeconfig")
    .option("--concurrency <requests>", "requests under way at the same time", requests, 8)
    .option("--strict", "exit with 2 when something stays undecided")
    .option("--json", "print JSON instead of a table")
    .option("--junit <file>", "write a JUnit report")
    .option("--sarif <file>", "write a SARIF report of what is wrong")
    .option("--markdown <file>", "write a page for reviewers")
    .option("--print-rbac", "print the least rights that a proof needs, and do nothing")
    .addHelpText(
      "after",
      "\nexit code: 0 all proven, 1 something got through, 2 undecided (--strict), 3 not carried through",
    )
    .action((options: Options) => verdict(() => withCluster(options), CannotProve));
}

async function withCluster(options: Options): Promise<number> {
  checkWritable(options.junit, options.sarif, options.markdown);
  const written = options.outputs === undefined ? parseEstate(readStackFile(process.cwd(), options.stack)) : undefined;
  const platform = written?.platform ?? platformSchema.parse({ kind: "existing" });
  const entrance = entranceTo(platform, process.cwd(), options);
  const api = await ClusterApi.connect(entrance.kubeconfig, entrance.context);
  try {
    if (written) await checkOwner(api, options.stack);
    const estate = written ?? (await estateFromOutputs(readOutputs(options.outputs ?? ""), api));
    const plan = planEstate(estate, { minor: (await kubernetesVersion(api)).minor });
    return options.printRbac ? await printRights(plan, api) : await carriedThrough(plan, api, options);
  } finally {
    api.close();
  }
}

/** Another stack's tenants would all be refuted for what they never had. @throws CannotProve */
async function checkOwner(api: ClusterApi, stack: string): Promise<void> {
  const owner = await ownerOf(api);
  const there = owner?.split("/").at(-1);
  if (there === undefined || there === stack) return;
  throw new CannotProve(`${api.server} carries stack ${there}, not ${stack}; write --stack ${there}`);
}

/** Of `pulumi stack output --json`: the estate's own, or of a stack that exports it under a name. */
function readOutputs(file: string): EstateOutputs {
  if (!existsSync(file)) throw new CannotProve(`there is no file ${file}`);
  const parsed = parsedJson(readFileSync(file, "utf8"));
  const found = [parsed, ...Object.values(Object(parsed))].find(isEstateOutputs);
  if (!found) throw new CannotProve(`${file} holds no outputs of an estate; write it with pulumi stack output --json`);
  return found;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEstateOutputs(value: unknown): value is EstateOutputs {
  const { version, tenants } = Object(value) as Partial<EstateOutputs>;
  return version === 1 && typeof tenants === "object";
}

async function printRights(plan: Plan, api: ClusterApi): Promise<number> {
  const scenes = scenesOf(plan, { cluster: await readCluster(api), run: "" });
  process.stdout.write(stringify(proverRole(identitiesOf(scenes)), { lineWidth: 0 }));
  return 0;
}

async function carriedThrough(plan: Plan, api: ClusterApi, options: Options): Promise<number> {
  const interruption = new AbortController();
  // The second one ends the program the hard way; what it leaves, a run half an hour later removes.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interruption.abort());
  const proof = await prove(plan, api, {
    ...(options.tenant ? { tenants: options.tenant } : {}),
    ...(options.attack ? { attacks: options.attack } : {}),
    breadth: options.allPaths ? "whole" : "representative",
    concurrency: options.concurrency,
    signal: interruption.signal,
    tell: progressTo(process.stderr),
  });
  process.stdout.write(options.json ? `${JSON.stringify(proofJson(proof), null, 2)}\n` : `${proofTable(proof)}\n`);
  writeReports(proof, options);
  return exitCode(proof, options.strict ? "refused" : "tolerated");
}

function writeReports(proof: Proof, { stack, junit, sarif, markdown }: Options): void {
  if (junit) writeFileSync(junit, proofJunit(proof));
  if (sarif) writeFileSync(sarif, `${JSON.stringify(proofSarif(proof, `Pulumi.${stack}.yaml`), null, 2)}\n`);
  if (markdown) writeFileSync(markdown, proofMarkdown(proof));
}

const EVERY_MS = 10_000;

/** One line that is rewritten on a terminal; elsewhere a line every ten seconds. */
function progressTo(stream: NodeJS.WriteStream): (progress: Progress) => void {
  let last = Date.now();
  return ({ done, of, result }) => {
    const line = `${done} of ${of} attacks, ${result.tenant}: ${result.attack} ${result.verdict}`;
    if (stream.isTTY) stream.write(`\r\x1b[K${done < of ? line.slice(0, stream.columns - 1) : ""}`);
    else if (Date.now() - last > EVERY_MS) {
      last = Date.now();
      stream.write(`${line}\n`);
    }
  };
}
