import { Command } from "commander";
import { ClusterApi } from "../components/cluster/api";
import { entranceTo } from "../components/cluster/inspect";
import { parseEstate } from "../config/estate";
import { readStackFile } from "../config/read";
import { audit, CannotAudit } from "../proof/audit/audit";
import { auditExitCode, auditTable } from "../proof/audit/report";
import { requests, verdict, withVerdict } from "./verdict";

interface Options {
  readonly stack: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly concurrency: number;
  readonly json?: true;
}

/** `bulkhead audit`: what the guardrails would refuse of what is there already, before they refuse anything. */
export function auditCommand(): Command {
  return withVerdict(new Command("audit"))
    .description("ask the live cluster what its guardrails would refuse of the workloads that are there already")
    .option("--stack <name>", "stack whose Pulumi.<name>.yaml says which namespaces are the platform's", "dev")
    .option("--kubeconfig <file>", "instead of the platform's kubeconfig")
    .option("--context <name>", "context of the kubeconfig")
    .option("--concurrency <requests>", "requests under way at the same time", requests, 8)
    .option("--json", "print JSON instead of a table")
    .addHelpText(
      "after",
      "\nexit code: 0 nothing would be refused, 1 something would, 2 something could not be decided, 3 not carried through",
    )
    .action((options: Options) => verdict(() => withCluster(options), CannotAudit));
}

async function withCluster({ stack, kubeconfig, context, concurrency, json }: Options): Promise<number> {
  const { platform, guardrails } = parseEstate(readStackFile(process.cwd(), stack));
  const entrance = entranceTo(platform, process.cwd(), { kubeconfig, context });
  const api = await ClusterApi.connect(entrance.kubeconfig, entrance.context);
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interruption.abort());
  try {
    const found = await audit(api, {
      platformNamespaces: guardrails.platformNamespaces,
      concurrency,
      signal: interruption.signal,
    });
    process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : `${auditTable(found)}\n`);
    return auditExitCode(found);
  } finally {
    api.close();
  }
}
