import { tally } from "../attacks/tally";
import type { Proof } from "../prove";

/** What a script wants to know: 0 proven, 1 something got through, 2 undecided under --strict, 3 not carried through. */
export function exitCode(
  { results, strangers, broken, evidence }: Proof,
  undecided: "tolerated" | "refused",
): 0 | 1 | 2 | 3 {
  if (broken !== undefined) return 3;
  const { passed, failed, inconclusive } = tally(results);
  if (failed > 0 || strangers.some(({ claims }) => claims.length > 0)) return 1;
  // Of a tenant that administers its own cluster nothing is claimed that could be attacked: what is claimed is computed.
  if (evidence.length > 0 && evidence.every(({ claim }) => claim.atMost === "derived")) {
    return evidence.every(({ level }) => level === "derived") ? 0 : 1;
  }
  // Nothing was refused that should have been: that is no proof, however little was wrong.
  if (passed === 0) return 3;
  return undecided === "refused" && (inconclusive > 0 || strangers.length > 0) ? 2 : 0;
}

/** `4,021 attacks: 3,998 refused as they should be, 0 not, 3 undecided, 20 not testable here; 12.3 s`. */
export function headline({ results, seconds, broken }: Proof): string {
  const { passed, failed, inconclusive, untestable } = tally(results);
  const counts = `${passed} stopped by whom they should be, ${failed} not, ${inconclusive} undecided, ${untestable} not testable here`;
  const end = broken === undefined ? "" : `\nincomplete: ${broken}`;
  return `${results.length} attacks: ${counts}; ${seconds.toFixed(1)} s${end}`;
}
