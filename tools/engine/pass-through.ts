import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What the CLI gets beyond its arguments; all of it comes from npm. */
export interface Caller {
  /** Where the user is, as npm runs its scripts in the package's folder instead. */
  cwd: string;
}

/** Takes this process's place: the CLI has its streams, its exit code and its signals. */
export function passThrough(folder: string, args: readonly string[], { cwd }: Caller): void {
  const pulumi = join(folder, "bin", "pulumi");
  if (!existsSync(pulumi)) {
    console.error("the embedded Pulumi CLI is not set up yet; run `npm start` first");
    process.exit(1);
  }
  const child = spawn(pulumi, args, { stdio: "inherit", cwd });
  // The terminal sends Ctrl-C to the whole group, so the CLI has it already; a second one would mean "at once".
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.once("error", (error) => {
    console.error(`the embedded Pulumi CLI does not start (${error.message}); run \`npm start\` to mend it`);
    process.exit(1);
  });
  child.once("close", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
