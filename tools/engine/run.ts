import { spawn } from "node:child_process";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Engine } from "./engine";
import { receiveEvents } from "./events";

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

/** Runs one CLI command to its end and never throws for a command that fails: look at the code. */
export async function runPulumi(engine: Engine, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const events = options.onEvent && (await receiveEvents(options.onEvent));
  try {
    return await execute(engine, [...args, ...(events ? ["--event-log", events.address] : [])], options);
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
