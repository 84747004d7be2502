import { type Change, changesOf } from "../plugin/changes";
import { type PropertyMap, withoutSecrets } from "../plugin/properties";
import { annotated } from "./annotations";
import { immutableFields } from "./immutable";
import { nameOf, namespaceOf } from "./objects";
import type { Settings } from "./settings";

export interface Difference {
  changes: Change[];
  /** The old object must go first, because the new one has to have its name. */
  deleteBeforeReplace: boolean;
}

/**
 * What a deployment would change, without asking the server: the inputs of the last deployment against those of this
 * one. `refresh` is what brings the server's side in, by rewriting the old inputs where the live object has drifted.
 */
export function difference(
  olds: PropertyMap,
  news: PropertyMap,
  kind: "object" | "patch",
  settings: Settings,
): Difference {
  const before = withoutSecrets(olds) as PropertyMap;
  const after = withoutSecrets(news) as PropertyMap;
  const fixed = immutableFields(after, kind, settings);
  const changes = changesOf(before, after, fixed);
  const sameIdentity = nameOf(before) === nameOf(after) && namespaceOf(before) === namespaceOf(after);
  const mustKeepName = nameOf(after) !== "" && !annotated(after, "autonamed") && sameIdentity;
  return { changes, deleteBeforeReplace: mustKeepName && changes.some((change) => change.replace) };
}
