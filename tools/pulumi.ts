import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** `npm run pulumi -- ARGS`: the embedded CLI, as it is, with its output, exit code and signals. */
const pulumi = join(__dirname, "..", ".bulkhead", "bin", "pulumi");

if (!existsSync(pulumi)) {
  console.error("the embedded Pulumi CLI is not set up yet; run `npm start` first");
  process.exit(1);
}

// npm runs scripts in the package's folder; the user meant the one they are in.
const child = spawn(pulumi, process.argv.slice(2), { stdio: "inherit", cwd: process.env.INIT_CWD ?? process.cwd() });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // The terminal sends Ctrl-C to the whole group, so the CLI has it already; a second one would mean "at once".
  process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
}
child.once("error", (error) => {
  console.error(`the embedded Pulumi CLI does not start: ${error.message}; run \`npm start\` to mend it`);
  process.exit(1);
});
child.once("close", (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code ?? 1);
});
