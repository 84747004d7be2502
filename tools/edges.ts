import { resolve } from "node:path";
import { violations } from "./edges/rules";
import { readTree } from "./edges/source";

/**
 * Checks who imports whom (docs/decisions/ and CONTRIBUTING.md say why), in the repository or in the folder that is
 * the argument. Prints `file:line: what; what to do instead` for each violation, and then exits with 1.
 */
function main(root = resolve(__dirname, "..")): void {
  const found = violations(readTree(root));
  for (const { file, line, what, instead } of found) console.error(`${file}:${line}: ${what}; ${instead}`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

main(process.argv[2]);
