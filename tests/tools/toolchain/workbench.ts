import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Recipe } from "../../../tools/toolchain/recipes";

export const tiny: Recipe = {
  name: "tiny",
  title: "Tiny",
  module: join(__dirname, "tiny"),
  package: ".",
  flags: ["-trimpath", "-buildvcs=false"],
  scripts: { "tiny-helper": 'exec echo "$1"' },
  remedy: "put tiny on PATH",
};

/** A folder of its own with a cache and a `bin` that is the whole PATH, so that a test says what the machine has. */
export class Workbench {
  readonly folder = mkdtempSync(join(tmpdir(), "bulkhead-toolchain-"));
  readonly cache = join(this.folder, "cache");
  readonly bin = join(this.folder, "bin");
  readonly builds = join(this.folder, "builds");
  readonly gate = join(this.folder, "gate");
  readonly #builders: Builder[] = [];
  readonly environment: NodeJS.ProcessEnv = { PATH: this.bin, HOME: this.folder };

  constructor() {
    mkdirSync(this.bin);
  }

  program(name: string, script: string): void {
    writeFileSync(join(this.bin, name), `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
  }

  /** A `go` that notes the pid of each build and is done with it once the gate is open. */
  slowGo(): void {
    this.program(
      "go",
      `case "$1" in
env) echo go1.26.8 ;;
list) echo tiny ;;
build)
  echo $$ >> '${this.builds}'
  echo tiny >&2
  while [ -d '${this.folder}' ] && [ ! -e '${this.gate}' ]; do sleep 0.02; done
  while [ "$1" != "-o" ]; do shift; done
  echo built > "$2"
  ;;
esac`,
    );
  }

  openGate(): void {
    writeFileSync(this.gate, "");
  }

  /** The pids of all builds that were begun. */
  builders(): number[] {
    return existsSync(this.builds) ? readFileSync(this.builds, "utf8").trim().split("\n").map(Number) : [];
  }

  /** Another program that wants the tiny part; it prints its progress and where the part came from. */
  builder(): Builder {
    const builder = new Builder(spawnScript(join(__dirname, "builder.ts"), [this.cache], this.environment));
    this.#builders.push(builder);
    return builder;
  }

  /** Ends what a failed test has left running, too. */
  remove(): void {
    for (const { child } of this.#builders) {
      child.kill("SIGKILL");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What such a program printed, and how it ended. */
export class Builder {
  output = "";
  readonly ended: Promise<number | string>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.on("data", (chunk: Buffer) => {
      this.output += chunk.toString();
    });
    this.ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal ?? "unknown")));
  }
}

export function spawnScript(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const node = ["-r", join(__dirname, "..", "..", "..", "register.js"), file, ...args];
  return spawn(process.execPath, node, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
}

/** Waits until a condition holds; a test that waits in vain runs into its own time limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await pause(20);
  }
}
