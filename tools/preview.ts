import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { parseEstate } from "../config/estate";
import { ConfigError } from "../config/problems";
import { readStackFile } from "../config/read";
import { controlPlaneStatus } from "./controlplane";
import { stackFlag } from "./embedded/stack";
import { ENGINE_FOLDER, REPOSITORY } from "./engine";
import { compilePack, PACK } from "./policies/compile";

/** npm run preview: what `pulumi up` would do to the embedded cluster, judged by the policy pack. */
async function main(): Promise<void> {
  const command = new Command("npm run preview --")
    .description("show what a deployment to the embedded control plane would change")
    .option("--stack <name>", "stack to preview", "dev")
    .argument("[flags...]", "passed on to pulumi preview")
    .allowUnknownOption()
    .parse();
  const { stack } = command.opts<{ stack: string }>();
  parseEstate(readStackFile(REPOSITORY, stack));
  const pulumi = join(ENGINE_FOLDER, "bin", "pulumi");
  if (!existsSync(pulumi)) {
    process.stderr.write("the embedded Pulumi CLI is not set up yet; run `npm start` first\n");
    process.exitCode = 1;
    return;
  }
  compilePack();
  const args = ["preview", "--stack", stack, "--policy-pack", PACK, ...command.args];
  const { status } = spawnSync(pulumi, args, { cwd: REPOSITORY, stdio: "inherit" });
  process.exitCode = status ?? 1;
  if (status !== 0 && (await isStopped())) {
    process.stderr.write(`the embedded control plane does not run; npm start${stackFlag(stack)} brings it back\n`);
  }
}

async function isStopped(): Promise<boolean> {
  return !(await controlPlaneStatus()).some(({ name, ready }) => name === "kube-apiserver" && ready);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
});
