import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "../engine";

/** The policy pack of this repository. */
export const PACK = join(REPOSITORY, "policies");

/** Compiles the pack: the engine starts plain JavaScript in a tenth of the time that it takes over TypeScript. */
export async function buildPack(): Promise<void> {
  const compiler = require.resolve("typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [compiler, "-p", join(PACK, "tsconfig.build.json")]);
}
