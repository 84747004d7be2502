import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Engine, REPOSITORY, runPulumi } from "../engine";
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
}

/** A stack with generated tenants, all on shared nodes, each with one namespace and one group of admins. */
export function estateBench(site: DeploymentSite, count: number): Bench {
  const tenants = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `bench-t${index}x`,
      { access: { admins: [{ group: `admins-${index}` }] } },
    ]),
  );
  return project(site, `estate-${count}`, "bulkhead", "index.ts", {
    "bulkhead:platform": { kind: "existing", kubeconfig: site.kubeconfig },
    "bulkhead:tenants": tenants,
  });
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
  const start = performance.now();
  const { code, stdout, stderr } = await runPulumi(engine, [command, "--stack", stack, "--non-interactive", ...flags], {
    cwd: folder,
    onEvent: ({ summaryEvent }) => {
      if (summaryEvent)
        resources = Object.values(summaryEvent.resourceChanges ?? {}).reduce((sum, count) => sum + (count ?? 0), 0);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`pulumi ${command} in ${folder} failed:\n${stderr || stdout}`);
  return { seconds, resources };
}
