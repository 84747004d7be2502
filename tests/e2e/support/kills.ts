import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { programAt } from "../../../tools/toolchain/program";
import type { Checkout, Running } from "./checkout";

const POLL_MS = 20;

/** Waits for a moment of a command that still runs then; throws when the command was over before it. */
export async function meanwhile({ ended }: Running, moment: () => boolean | Promise<boolean>): Promise<void> {
  let over: string | undefined;
  void ended.then(({ output }) => {
    over = output;
  });
  while (!(await moment())) {
    if (over !== undefined) throw new Error(`it was over before it could be disturbed: ${over}`);
    await pause(POLL_MS);
  }
}

/** Kills the CLI that deploys a stack as soon as there is one and the moment has come. */
export async function killedWhen(
  checkout: Checkout,
  stack: string,
  running: Running,
  moment: () => boolean | Promise<boolean>,
): Promise<void> {
  await meanwhile(running, async () => {
    const pid = deployerOf(checkout, stack);
    if (pid === undefined || !(await moment())) return false;
    process.kill(pid, "SIGKILL");
    return true;
  });
}

/** It alone writes its pid down in a lock, which stays when it is killed. */
function deployerOf(checkout: Checkout, stack: string): number | undefined {
  const locks = checkout.path(".bulkhead/pulumi/state/.pulumi/locks/organization/bulkhead", stack);
  try {
    const files = readdirSync(locks).filter((name) => name.endsWith(".json"));
    const pids = files.map((name) => (JSON.parse(readFileSync(join(locks, name), "utf8")) as { pid: number }).pid);
    return pids.find((pid) => programAt(pid) !== undefined);
  } catch {
    // Before the first deployment, or while a lock is being written.
    return undefined;
  }
}
