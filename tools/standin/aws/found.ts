import { equal, without } from "../plugin/fields";
import type { PropertyMap } from "../plugin/properties";
import { DEFAULTS } from "./naming";
import { inputsOf } from "./read";
import { Store } from "./store";

/**
 * Id of what was made from exactly these inputs and is none of those that are known; undefined when there is none. On
 * a real account one looks for names and tags.
 * @param folder The estate's folder.
 * @param token As aws:ec2/vpc:Vpc.
 */
export function foundInCloud(
  folder: string,
  token: string,
  inputs: PropertyMap,
  known: ReadonlySet<string>,
): string | undefined {
  const things = new Store(folder).read().all(token);
  const same = things.find(
    (thing) => !known.has(thing.id) && equal(without(inputsOf(thing), DEFAULTS), without(inputs, DEFAULTS)),
  );
  return same?.id;
}
