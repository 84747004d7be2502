import { Command } from "commander";
import { planEstate } from "../components/plan";
import { parseEstate } from "../config/estate";
import { readStackFile } from "../config/read";
import { caveats, planTable } from "./plan-table";

/** `bulkhead plan`: what a stack file amounts to, without a cluster and without the Pulumi engine. */
export function planCommand(): Command {
  return new Command("plan")
    .description("show what a stack file amounts to: who gets what, what is kept apart and what is still shared")
    .option("--stack <name>", "stack whose Pulumi.<name>.yaml is read", "dev")
    .option("--json", "print every planned object instead of a table")
    .action(({ stack, json }: { stack: string; json?: true }) => {
      const plan = planEstate(parseEstate(readStackFile(process.cwd(), stack)));
      if (json) {
        process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
        return;
      }
      process.stdout.write(`${planTable(plan)}\n`);
      for (const caveat of caveats(plan)) process.stdout.write(`! ${caveat}\n`);
    });
}
