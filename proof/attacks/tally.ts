import type { Result } from "./run";
import { VERDICTS, type Verdict } from "./verdict";

export type Tally = Readonly<Record<Verdict, number>>;

export function tally(results: readonly Result[]): Tally {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(verdict)])) as Record<Verdict, number>;
}
