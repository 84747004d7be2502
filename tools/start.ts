import { Command } from "commander";
import pc from "picocolors";
import { Unreachable } from "../components/cluster/api";
import { EMBEDDED_KUBECONFIG } from "../components/cluster/inspect";
import { ConfigError } from "../config/problems";
import { proofJson } from "../proof/report/json";
import { exitCode } from "../proof/report/summary";
import { ControlPlaneFailure } from "./controlplane";
import { LeaveFailure } from "./embedded/deploy";
import { RecoveryFailure } from "./embedded/recover";
import { stackFlag } from "./embedded/stack";
import { type Started, start } from "./embedded/start";
import { MissingToolchain, progressPrinter } from "./toolchain";

interface Flags {
  stack: string;
  keepGoing?: true;
  json?: true;
  offline?: true;
  proof: boolean;
}

/** npm start: exits with 0 when every promise that could be tried was held and no attack got through, 1 otherwise. */
async function main(): Promise<void> {
  const flags = new Command("npm start --")
    .description("deploy a stack's tenants to a real Kubernetes control plane on this machine, and try their bounds")
    .option("--stack <name>", "stack whose Pulumi.<name>.yaml is deployed", "dev")
    .option("--keep-going", "look at the tenants even when the deployment failed")
    .option("--json", "print the outcome as JSON; progress goes to the error stream")
    .option("--no-proof", "look whether the tenants are usable, and leave out the catalogue of attacks")
    .option("--offline", "use only what this machine and the caches have")
    .parse()
    .opts<Flags>();
  process.exitCode = (await run(flags)) ? 0 : 1;
}

/** Whether everything that could be tried was held. */
async function run(flags: Flags): Promise<boolean> {
  const screen = flags.json ? process.stderr : process.stdout;
  const started = await start({
    stack: flags.stack,
    onFailure: flags.keepGoing ? "keep-going" : "stop",
    network: flags.offline ? "offline" : "online",
    proof: flags.proof ? "whole" : "none",
    screen,
    report: progressPrinter(process.stderr),
  }).catch((error: unknown) => failed(flags, error));
  if (started === undefined) return false;
  const broken = started.findings.filter(({ verdict }) => verdict === "broken").length;
  const proven = started.proof === undefined || exitCode(started.proof, "tolerated") === 0;
  const ok = broken === 0 && proven && started.failure === undefined;
  if (flags.json) print({ ok, ...started, proof: started.proof && proofJson(started.proof) });
  else screen.write(closing(started, broken));
  return ok;
}

/** Whoever reads the JSON gets one document, whatever happened. */
function failed({ json, stack }: Flags, error: unknown): undefined {
  const forUsers = [ConfigError, Unreachable, MissingToolchain, ControlPlaneFailure, LeaveFailure, RecoveryFailure];
  const known = forUsers.some((kind) => error instanceof kind);
  const { message, stack: trace } = error as Error;
  process.stderr.write(`\n${known ? message : trace}\n`);
  if (json)
    print({
      ok: false,
      stack,
      tenants: [],
      kubeconfig: EMBEDDED_KUBECONFIG,
      sample: undefined,
      findings: [],
      proof: undefined,
      failure: message,
    });
}

function print(outcome: Omit<Started, "changes" | "proof"> & { ok: boolean; proof: object | undefined }): void {
  process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
}

function closing({ stack, findings, failure, sample, kubeconfig }: Started, broken: number): string {
  if (failure !== undefined && findings.length === 0)
    return `\n${pc.red("✘")} nothing was looked at, since pulumi up failed; --keep-going looks all the same\n`;
  const held = findings.filter(({ verdict }) => verdict === "held").length;
  const unproven = findings.length - held - broken;
  // What the wrapper uses by itself.
  const kubectl = `.bulkhead/bin/kubectl${kubeconfig === EMBEDDED_KUBECONFIG ? "" : ` --kubeconfig ${kubeconfig}`}`;
  const flag = stackFlag(stack);
  const mark = broken === 0 ? pc.green("✔") : pc.red("✘");
  return `
${mark} ${held} promises held, ${broken} broken, ${unproven} could not be tried

The control plane goes on running. What to try next:
  ${kubectl} get namespaces -L bulkhead.dev/tenant
${sample ? `  ${kubectl} --as=me --as-group=${sample.group} -n ${sample.namespace} get resourcequota\n` : ""}  edit Pulumi.${stack}.yaml, then: npm run preview${flag}
  npx bulkhead prove --stack ${stack} --kubeconfig ${kubeconfig} --attack T01    one attack of the catalogue, or all without --attack
  npm run status        what runs, and where
  npm run stop          ends it; npm start${flag} brings it back as it was
`;
}

void main();
