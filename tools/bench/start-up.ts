import { spawnSync } from "node:child_process";
import { REPOSITORY } from "../engine";
import { median } from "./median";

/** What it costs to load something, as medians. */
export interface Load {
  readonly seconds: number;
  /** Of all its threads. */
  readonly cpuSeconds: number;
  /** Most memory in use at once. */
  readonly mebibytes: number;
}

const SDK = `require("@pulumi/pulumi");`;

/** As Pulumi's launcher loads it: the SDK is there before the program. */
const PROGRAM = `${SDK} require("./program.js");`;

/** Writes what the process has used to its error stream when it ends. */
const ACCOUNT = `process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  require("node:fs").writeSync(2, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, mebibytes: maxRSS / 1024 }));
});`;

/** The program until it is loaded, against a bare import of the SDK; taken in turn, so that both see the same machine. */
export function measureStartUp(rounds: number): { readonly program: Load; readonly sdk: Load } {
  const program: Load[] = [];
  const sdk: Load[] = [];
  for (let round = 0; round < rounds; round++) {
    sdk.push(load(SDK));
    program.push(load(PROGRAM));
  }
  return { program: typical(program), sdk: typical(sdk) };
}

function load(script: string): Load {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["-e", `${ACCOUNT} ${script}`], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return { seconds: (performance.now() - start) / 1000, ...(JSON.parse(stderr) as Omit<Load, "seconds">) };
}

function typical(loads: readonly Load[]): Load {
  return {
    seconds: median(loads.map(({ seconds }) => seconds)),
    cpuSeconds: median(loads.map(({ cpuSeconds }) => cpuSeconds)),
    mebibytes: median(loads.map(({ mebibytes }) => mebibytes)),
  };
}
