import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

/** What a program gets to end by itself after an interrupt, in milliseconds. */
const GRACE = 5000;

/**
 * Path of one of the SDK's own launchers (`run`, `run-policy-pack`, `run-plugin`), as the program in `folder` would
 * resolve it: a program runs with the SDK it installed, never with ours.
 */
export function locateLauncher(name: string, folder: string): string {
  const resolve = createRequire(join(folder, "noop.js")).resolve;
  try {
    return resolve(`@pulumi/pulumi/cmd/${name}`);
  } catch {
    throw new Error(
      `It looks like the Pulumi SDK has not been installed in ${folder}. Have you run npm ci (or pulumi install)?`,
    );
  }
}

export interface Launch {
  nodeArguments: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** "inherit": the engine reads our own output and shows it. "pipe": the caller forwards it. */
  output: "inherit" | "pipe";
}

const running = new Set<ChildProcess>();

export function launch({ nodeArguments, cwd, env, output }: Launch): ChildProcess {
  const child = spawn(process.execPath, nodeArguments, { cwd, env, stdio: ["ignore", output, output] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Interrupts a program, and ends it if it does not listen. */
export function interrupt(child: ChildProcess): void {
  child.kill("SIGINT");
  const last = setTimeout(() => child.kill("SIGKILL"), GRACE);
  child.once("exit", () => clearTimeout(last));
}

export function interruptAll(): void {
  for (const child of running) interrupt(child);
}

/** The exit code; a signal counts as 128 + its number would, and a program that could not start as an error. */
export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(new Error(`Problem executing program (could not run language executor): ${error.message}`)),
    );
    child.once("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 137)));
  });
}

// A host that is told to go takes its programs with it.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
