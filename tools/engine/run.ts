import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Engine } from "./engine";

export type { EngineEvent };

export interface RunOptions {
  /** Folder to run in. Unset: the current one. */
  cwd?: string;
  /** Variables on top of the current environment; the engine's own win over them. */
  env?: Readonly<Record<string, string>>;
  /** Called for each event of the deployment as it happens; commands without a deployment have none. */
  onEvent?: (event: EngineEvent) => void;
  /** Called for each piece of text the CLI prints, both streams in their order. Unset: only collected. */
  onOutput?: (text: string) => void;
  /** Interrupts the CLI as Ctrl-C does: it ends what it has begun and keeps the state true. */
  signal?: AbortSignal;
}

export interface RunResult {
  /** The CLI's exit code; 130 when it was interrupted, 128 + 9 when it was killed. */
  code: number;
  stdout: string;
  stderr: string;
}

/** How often the event log is read while the CLI runs, in milliseconds. */
const POLL = 100;

/** Runs one CLI command to its end and never throws for a command that fails: look at the code. */
export async function runPulumi(engine: Engine, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const events = options.onEvent ? followEvents(options.onEvent) : undefined;
  try {
    return await execute(engine, [...args, ...(events ? ["--event-log", events.path] : [])], options);
  } finally {
    events?.end();
  }
}

function execute(engine: Engine, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const child = spawn(engine.pulumi, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    // The event log is a flag of the debugging commands.
    env: { ...process.env, ...options.env, ...(options.onEvent ? { PULUMI_DEBUG_COMMANDS: "true" } : {}) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const interrupt = () => child.kill("SIGINT");
  options.signal?.addEventListener("abort", interrupt);
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      texts[stream] += text;
      options.onOutput?.(text);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      options.signal?.removeEventListener("abort", interrupt);
      resolve({ code: code ?? (signal === "SIGINT" ? 130 : 137), ...texts });
    });
  });
}

/** Reads the CLI's event log while it grows, one JSON document a line. */
function followEvents(onEvent: (event: EngineEvent) => void): { path: string; end(): void } {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-events-"));
  const path = join(folder, "events.json");
  writeFileSync(path, "");
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(64 * 1024);
  let rest = Buffer.alloc(0);
  const drain = () => {
    for (let size = readSync(file, buffer); size > 0; size = readSync(file, buffer)) {
      rest = Buffer.concat([rest, buffer.subarray(0, size)]);
      for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
        onEvent(JSON.parse(rest.subarray(0, end).toString("utf8")));
        rest = rest.subarray(end + 1);
      }
    }
  };
  const timer = setInterval(drain, POLL);
  return {
    path,
    end() {
      clearInterval(timer);
      drain();
      closeSync(file);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
