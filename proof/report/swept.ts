import type { Result } from "../attacks/run";

const SWEEPS = new Set(["T51", "T52", "T53"]);

/** One of the thousands that follow from discovery, and as it should be: worth a count, not a line. */
export function isSwept({ threat, verdict }: Pick<Result, "threat" | "verdict">): boolean {
  return SWEEPS.has(threat) && verdict === "passed";
}
