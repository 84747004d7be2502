import { isMap, type PropertyMap, withoutSecrets } from "../plugin/properties";
import type { Declarations } from "./declarations";
import type { Kind } from "./kind";
import { completed, type NameInput } from "./naming";
import { type Complaint, mismatches } from "./shapes";

export interface Checked {
  readonly inputs: PropertyMap;
  readonly complaints: readonly Complaint[];
}

/**
 * Completes the inputs, and finds everything that the cloud would refuse whatever else there is.
 * @param defaultTags Tags that the provider puts on everything that has tags.
 */
export function check(
  news: PropertyMap,
  kind: Kind,
  input: NameInput,
  declarations: Declarations,
  defaultTags: PropertyMap,
): Checked {
  const given = withoutNulls(withoutSecrets(news) as PropertyMap);
  const inputs = completed(given, kind, input);
  const shapes = mismatches(inputs, kind.token, declarations);
  // Rules read what they know to be there, so they are asked only once the types are right.
  const rules = shapes.length > 0 ? [] : (kind.rules ?? []).flatMap((rule) => rule(inputs));
  return { inputs: tagged(inputs, kind, declarations, defaultTags), complaints: [...shapes, ...rules] };
}

/** As the real provider does it: other tags on everything are a change of each thing. */
function tagged(inputs: PropertyMap, { token }: Kind, { resources }: Declarations, defaultTags: PropertyMap) {
  if (resources[token]?.outputs.tagsAll === undefined || Object.keys(defaultTags).length === 0) return inputs;
  return { ...inputs, tagsAll: { ...defaultTags, ...(isMap(inputs.tags) ? inputs.tags : {}) } };
}

function withoutNulls(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
}
