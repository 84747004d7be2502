import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, renameSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { isRunning, type Program, programAt } from "../toolchain/program";

const pollMilliseconds = 50;
const graceMilliseconds = 5000;

/**
 * Starts a program that outlives this one. It waits at a gate until `record` has written down its pid: were this
 * program killed between the two, the gate would never open, so that nothing can run that no record tells of.
 */
export function launch(command: readonly string[], logs: Logs, record: (program: Program) => void): Program {
  if (existsSync(logs.log)) {
    renameSync(logs.log, logs.previous);
  }
  const log = openSync(logs.log, "a", 0o600);
  const gate = ["-c", 'read -r open && exec "$@" </dev/null', "gate", ...command];
  const child = spawn("/bin/sh", gate, { detached: true, stdio: ["pipe", log, log], env: cleanEnvironment() });
  closeSync(log);
  const program = child.pid === undefined ? undefined : programAt(child.pid);
  if (program === undefined) {
    throw new Error(`${command[0]} could not be started`);
  }
  record(program);
  child.stdin?.end("open\n");
  child.unref();
  return program;
}

export interface Logs {
  readonly log: string;
  /** Where the log of the run before goes: it may tell why that run ended. */
  readonly previous: string;
}

/** Asks a program to end, and makes it end when it has not within 5 seconds. Whoever has its pid by then is safe. */
export async function end(program: Program): Promise<void> {
  const deadline = Date.now() + graceMilliseconds;
  let signal: NodeJS.Signals | undefined = "SIGTERM";
  while (isRunning(program)) {
    if (signal !== undefined) {
      signalTo(program, signal);
    }
    await pause(pollMilliseconds);
    signal = Date.now() < deadline ? undefined : "SIGKILL";
  }
}

function signalTo({ pid }: Program, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}

/** Flags say everything: a variable such as ETCD_DATA_DIR or HTTPS_PROXY in the user's shell must not. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR };
}
