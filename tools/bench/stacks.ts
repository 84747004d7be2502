import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Engine, REPOSITORY, type RunOptions, runPulumi } from "../engine";
import { type Peaks, withPeaks } from "./memory";
import type { DeploymentSite } from "./site";

/** A Pulumi project in a folder of its own that runs a program of this repository. */
export interface Bench {
  readonly engine: Engine;
  readonly folder: string;
  readonly stack: string;
}

export interface Run {
  readonly seconds: number;
  /** Objects the stack has on the cluster, as the engine counts resources. */
  readonly resources: number;
  readonly peaks: Peaks;
}

/** A stack with generated tenants, all on shared nodes, each with one namespace and one group of admins. */
export function estateBench(site: DeploymentSite, count: number): Bench {
  return project(site, `estate-${count}`, "bulkhead", "index.ts", {
    "bulkhead:platform": { kind: "existing", kubeconfig: site.kubeconfig },
    "bulkhead:tenants": generated(count, () => ({})),
  });
}

/** Such tenants on staging's platform, with everything on AWS that it stands on; every other one has nodes of its own. */
export function eksBench(site: DeploymentSite, count: number): Bench {
  const { config } = parse(readFileSync(join(REPOSITORY, "Pulumi.staging.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  const owned = { isolation: { nodes: "dedicated" }, pool: { machines: ["m7i.xlarge"], min: 1, max: 2 } };
  return project(site, `eks-${count}`, "bulkhead", "index.ts", {
    "bulkhead:platform": config["bulkhead:platform"],
    "bulkhead:tenants": generated(count, (index) => (index % 2 === 1 ? owned : {})),
  });
}

function generated(count: number, more: (index: number) => object): Record<string, object> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `bench-t${index}x`,
      { access: { admins: [{ group: `admins-${index}` }] }, ...more(index) },
    ]),
  );
}

/** As many typed objects as the estate of the same size has, without anything this project does about speed. */
export function naiveBench(site: DeploymentSite, count: number, objects: number): Bench {
  const config = { "naive:kubeconfig": site.kubeconfig, "naive:tenants": count, "naive:objects": objects };
  return project(site, `naive-${count}`, "naive", "tools/bench/naive/index.ts", config);
}

function project(
  { engine, folder: place }: DeploymentSite,
  part: string,
  name: string,
  program: string,
  config: Record<string, unknown>,
): Bench {
  const folder = join(place, part);
  mkdirSync(folder, { recursive: true });
  for (const shared of ["node_modules", "package.json", "register.js"])
    symlinkSync(join(REPOSITORY, shared), join(folder, shared));
  const lines = [`require("./register");`, `module.exports = require(${JSON.stringify(join(REPOSITORY, program))});`];
  writeFileSync(join(folder, "program.js"), `${lines.join("\n")}\n`);
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(join(folder, "Pulumi.yaml"), stringify({ name, runtime, main: "program.js" }));
  writeFileSync(join(folder, "Pulumi.bench.yaml"), stringify({ config }));
  return { engine, folder, stack: "bench" };
}

/** @throws Error with the CLI's words when the command fails: a number for something that failed is no number. */
export async function timed(bench: Bench, command: string, ...flags: string[]): Promise<Run> {
  const { engine, folder, stack } = bench;
  await runPulumi(engine, ["stack", "select", "--create", stack], { cwd: folder });
  let resources = 0;
  const args = [command, "--stack", stack, "--non-interactive", ...flags];
  const options: RunOptions = {
    cwd: folder,
    onEvent: ({ summaryEvent }) => {
      if (summaryEvent)
        resources = Object.values(summaryEvent.resourceChanges ?? {}).reduce((sum, count) => sum + (count ?? 0), 0);
    },
  };
  const start = performance.now();
  const { result, peaks } = await withPeaks(() => runPulumi(engine, args, options));
  const seconds = (performance.now() - start) / 1000;
  if (result.code !== 0) throw new Error(`pulumi ${command} in ${folder} failed:\n${result.stderr || result.stdout}`);
  return { seconds, resources, peaks };
}
