import type { Result } from "./run";
import { TIERS, type Tier } from "./tiers";
import { VERDICTS, type Verdict } from "./verdict";

export type Tally = Readonly<Record<Verdict, number>>;

export function tally(results: readonly Result[]): Tally {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(verdict)])) as Record<Verdict, number>;
}

/** Counts of each tier of which something was tried, in their order. */
export function tallyByTier(results: readonly Result[]): (Tally & { readonly tier: Tier; readonly tried: number })[] {
  return TIERS.map((tier) => {
    const own = results.filter((result) => result.tier === tier);
    return { tier, tried: own.length, ...tally(own) };
  }).filter(({ tried }) => tried > 0);
}
