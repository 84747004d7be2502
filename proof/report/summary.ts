import { type Tally, tally, tallyByTier } from "../attacks/tally";
import type { Tier } from "../attacks/tiers";
import type { Proof } from "../prove";

/** What a script wants to know: 0 proven, 1 something got through, 2 undecided under --strict, 3 not carried through. */
export function exitCode(proof: Proof, undecided: "tolerated" | "refused"): 0 | 1 | 2 | 3 {
  const { results, strangers, broken, evidence } = proof;
  if (broken !== undefined) return 3;
  const { failed, inconclusive } = tally(results);
  if (failed > 0 || strangers.some(({ claims }) => claims.length > 0)) return 1;
  if (isComputed(proof)) return evidence.every(({ level }) => level === "derived") ? 0 : 1;
  if (shortcomings(proof).length > 0) return 3;
  return undecided === "refused" && (inconclusive > 0 || strangers.length > 0) ? 2 : 0;
}

/** Of a tenant that administers its own cluster nothing is claimed that could be attacked: what is claimed is computed. */
function isComputed({ evidence }: Proof): boolean {
  return evidence.length > 0 && evidence.every(({ claim }) => claim.atMost === "derived");
}

/** Why the proof is none, or is not over yet; empty for one that was carried through. */
export function shortcomings(proof: Proof): string[] {
  const { results, broken, left } = proof;
  const { passed, failed } = tally(results);
  const isNone = broken === undefined && passed + failed === 0 && !isComputed(proof);
  return [
    ...(broken === undefined ? [] : [`incomplete: ${broken}`]),
    // Nothing was refused that should have been: that is no proof, however little was wrong.
    ...(isNone ? ["no proof: nothing was stopped by whom it should be"] : []),
    ...left.map((it) => `left behind: ${it}`),
  ];
}

/** `4,021 attacks: 3,998 refused as they should be, 0 not, 3 undecided, 20 not testable here; 12.3 s`. */
export function headline(proof: Proof): string {
  const { results, seconds } = proof;
  return [
    `${results.length} attacks: ${countsText(tally(results))}; ${seconds.toFixed(1)} s`,
    ...shortcomings(proof),
  ].join("\n");
}

/** The same for each tier, a line each. */
export function tierLines({ results }: Proof): string[] {
  return tallyByTier(results).map(
    (counts) => `tier ${counts.tier} (${NEEDED[counts.tier]}): ${counts.tried} attacks, ${countsText(counts)}`,
  );
}

const NEEDED: Readonly<Record<Tier, string>> = {
  A: "the API server alone answers",
  B: "controllers and the scheduler too",
  C: "real nodes",
  D: "a cloud's identities",
  S: "only what was planned",
};

function countsText({ passed, failed, inconclusive, untestable }: Tally): string {
  return `${passed} stopped by whom they should be, ${failed} not, ${inconclusive} undecided, ${untestable} not testable here`;
}
