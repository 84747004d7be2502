import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Thing } from "../../../../../tools/standin/aws/store";
import { defaultCacheFolder, keepFolder } from "../../../../../tools/toolchain/cache";

/** One step in an account: a thing of the stand-in is made, or taken away. */
export type Step = { readonly make: Pick<Thing, "token" | "id" | "inputs"> } | { readonly end: Thing };

const REQUIREMENTS = join(__dirname, "requirements.txt");

/** A double of AWS that others wrote. */
export interface Moto {
  /** For each step of each account what came of it: "done", "not asked", or the code of the refusal. */
  outcomes(accounts: readonly (readonly Step[])[]): string[][];
}

/** moto, from the cache or from PyPI; in words why it is not to be had. */
export async function provideMoto(): Promise<Moto | string> {
  const { status, stdout } = spawnSync("python3", ["--version"], { encoding: "utf8" });
  if (status !== 0) return "there is no python3";
  const key = createHash("sha256").update(stdout).update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const folder = join(defaultCacheFolder(process.env), `moto-${key}`);
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS];
  try {
    await keepFolder(
      folder,
      "moto",
      () => {},
      async (into) => {
        execFileSync("python3", [...install, "--target", into], { stdio: ["ignore", "ignore", "pipe"] });
      },
    );
  } catch (error) {
    return `pip cannot install it: ${(error as { stderr?: Buffer }).stderr?.toString().trim().split("\n").at(-1)}`;
  }
  return {
    outcomes: (accounts) => {
      const env = { ...process.env, PYTHONPATH: folder };
      const input = JSON.stringify(accounts);
      const printed = execFileSync("python3", [join(__dirname, "replay.py")], { env, input, encoding: "utf8" });
      return JSON.parse(printed) as string[][];
    },
  };
}
