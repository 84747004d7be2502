import { spawnSync } from "node:child_process";
import { REPOSITORY } from "../engine";

const ROUNDS = 7;

export interface StartUp {
  readonly program: number;
  readonly sdk: number;
}

/** Median seconds until the program is loaded, against a bare import of the SDK; taken in turn, so that both see the same machine. */
export function measureStartUp(): StartUp {
  const program: number[] = [];
  const sdk: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    sdk.push(seconds(["-e", 'require("@pulumi/pulumi")']));
    program.push(seconds(["program.js"]));
  }
  return { program: median(program), sdk: median(sdk) };
}

function seconds(args: string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: REPOSITORY, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}

function median(numbers: number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
