import { Command, Option } from "commander";
import { stackFileSchema, tenantFileSchema } from "../config/jsonschema";
import { stackFileReference } from "../config/reference";

/** `bulkhead schema`: what may stand in a stack file, for editors and for people. */
export function schemaCommand(): Command {
  return new Command("schema")
    .description("print the JSON Schema (draft 2020-12) of a stack file")
    .option("--tenant", "of one tenant's file instead")
    .addOption(new Option("--markdown", "print the reference page of the stack file instead").conflicts("tenant"))
    .action(({ tenant, markdown }: { tenant?: true; markdown?: true }) => {
      if (markdown) process.stdout.write(stackFileReference());
      else process.stdout.write(`${JSON.stringify(tenant ? tenantFileSchema() : stackFileSchema(), null, 2)}\n`);
    });
}
