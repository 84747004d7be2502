import { type Change, changesOf } from "../plugin/changes";
import { without } from "../plugin/fields";
import { type PropertyMap, withoutSecrets } from "../plugin/properties";
import type { Kind } from "./kind";
import { DEFAULTS } from "./naming";

export interface Difference {
  readonly changes: readonly Change[];
  /** The old one must go first, because the new one has to have its name. */
  readonly deleteBeforeReplace: boolean;
}

/** What a deployment would change: the inputs of the last one against those of this one. */
export function difference(olds: PropertyMap, news: PropertyMap, state: PropertyMap, kind: Kind): Difference {
  const [before, after] = [olds, news].map((inputs) => without(withoutSecrets(inputs) as PropertyMap, DEFAULTS));
  if (!before || !after) throw new Error("there are no inputs to compare");
  const removed = (kind.removals ?? []).filter((field) => before[field] !== undefined && after[field] === undefined);
  const changes = changesOf(before, after, ["region", ...kind.fixed, ...removed]);
  // One that came to nothing can only be thrown away.
  if (FAILED.includes(String(state.status))) changes.push({ path: ["status"], kind: "update", replace: true });
  const replaces = changes.some(({ replace }) => replace);
  return { changes, deleteBeforeReplace: replaces && keepsName(before, after, news, kind) };
}

const FAILED = ["CREATE_FAILED", "FAILED"];

/** A name that the program gives, and gives again. */
function keepsName(before: PropertyMap, after: PropertyMap, news: PropertyMap, { naming }: Kind): boolean {
  if (!naming || after[naming.field] === undefined || before[naming.field] !== after[naming.field]) return false;
  const defaulted = news[DEFAULTS];
  return !(Array.isArray(defaulted) && defaulted.includes(naming.field));
}
