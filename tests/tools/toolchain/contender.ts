import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { withLock } from "../../../tools/toolchain/lock";

/** At each full 20 ms from `begin` on: takes the lock of the next counter and, while it has it, adds one. */
async function main(counters: readonly string[], begin: number): Promise<void> {
  for (const [round, counter] of counters.entries()) {
    while (Date.now() < begin + 20 * round) {
      // All contenders are to come in the same moment, which no timer is exact enough for.
    }
    await withLock(
      `${counter}.lock`,
      () => {},
      async () => {
        const count = Number(readFileSync(counter, "utf8"));
        await pause(3);
        writeFileSync(counter, String(count + 1));
      },
    );
  }
}

const [begin, ...counters] = process.argv.slice(2);
void main(counters, Number(begin));
