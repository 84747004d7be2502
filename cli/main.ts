import { Command } from "commander";
import { ConfigError } from "../config/problems";
import { auditCommand } from "./audit";
import { offboardCommand } from "./offboard";
import { planCommand } from "./plan";
import { proveCommand } from "./prove";
import { schemaCommand } from "./schema";
import { stacksCommand } from "./stacks";

/** bulkhead: exits with 0 when the command did what it says, 1 otherwise. */
async function main(): Promise<void> {
  const bulkhead = new Command("bulkhead")
    .description("tenants on one Kubernetes cluster that cannot hurt, read, starve or impersonate each other")
    .addCommand(offboardCommand())
    .addCommand(planCommand())
    .addCommand(auditCommand())
    .addCommand(proveCommand())
    .addCommand(schemaCommand())
    .addCommand(stacksCommand());
  await bulkhead.parseAsync();
}

// A reader that has seen enough, as head(1), is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

main().catch((error: unknown) => {
  // What the user can mend is one message; anything else is a mistake of ours, and its stack trace is the report.
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
