import { type PropertyMap, withoutSecrets } from "../plugin/properties";
import type { Declarations } from "./declarations";
import type { Kind } from "./kind";
import { completed, type NameInput } from "./naming";
import { type Complaint, mismatches } from "./shapes";

export interface Checked {
  readonly inputs: PropertyMap;
  readonly complaints: readonly Complaint[];
}

/** Completes the inputs, and finds everything that the cloud would refuse whatever else there is. */
export function check(news: PropertyMap, kind: Kind, input: NameInput, declarations: Declarations): Checked {
  const given = withoutNulls(withoutSecrets(news) as PropertyMap);
  const inputs = completed(given, kind, input);
  const shapes = mismatches(inputs, kind.token, declarations);
  // Rules read what they know to be there, so they are asked only once the types are right.
  const rules = shapes.length > 0 ? [] : (kind.rules ?? []).flatMap((rule) => rule(inputs));
  return { inputs, complaints: [...shapes, ...rules] };
}

function withoutNulls(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
}
