import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { REPOSITORY } from "../engine";

/** Seconds of each `npm start`. */
export interface Starts {
  /** Of a clone with nothing but the installed packages and the toolchain. */
  readonly cold: readonly number[];
  /** Of the same once more, when everything is there and nothing has changed. */
  readonly warm: readonly number[];
}

/** Not part of a clone. */
const LEFT_OUT = ["node_modules", ".git", ".bulkhead", "bin"];

/** Cold and warm in turn, in a copy of the repository, so that nothing of the user's own is touched. */
export function measureStarts(rounds: number): Starts {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const clone = mkdtempSync(join(tmpdir(), "bulkhead-bench-start-"));
    try {
      cpSync(REPOSITORY, clone, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) });
      symlinkSync(join(REPOSITORY, "node_modules"), join(clone, "node_modules"));
      cold.push(run(clone, "start.ts"));
      warm.push(run(clone, "start.ts"));
    } finally {
      run(clone, "stop.ts", "--wipe");
      rmSync(clone, { recursive: true, force: true });
    }
  }
  return { cold, warm };
}

/** @throws Error with what the command said when it fails: a number for something that failed is no number. */
function run(clone: string, command: string, ...args: string[]): number {
  const start = performance.now();
  const script = ["-r", join(clone, "register.js"), join(clone, "tools", command), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, script, { cwd: clone, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}\n${stderr}`);
  return (performance.now() - start) / 1000;
}
