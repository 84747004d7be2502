import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { isMap } from "./merge";

/**
 * The least that one has to write for a schema to make this of it: defaults that are spelt out hide what somebody chose,
 * and stay behind when a default changes.
 * @param made What the schema made of something. Written out as it is it may be refused: of some lists nobody may write
 * the empty one that is there by default.
 */
export function sparse(type: z.ZodType, made: unknown): unknown {
  const means = (candidate: unknown) => {
    const result = type.safeParse(candidate);
    return result.success && isDeepStrictEqual(result.data, made);
  };
  let written = made;
  // What could not be taken out beside something that may not be written can be once that is gone.
  for (let before: unknown; !isDeepStrictEqual(before, written); ) {
    before = written;
    written = pruned(written, means);
  }
  return written;
}

/** Takes out one field after the other, and what is in those that have to stay. */
function pruned(value: unknown, means: (candidate: unknown) => boolean): unknown {
  if (Array.isArray(value)) {
    let list: unknown[] = value;
    for (const [index, entry] of value.entries()) {
      const before = list;
      const inner = pruned(entry, (candidate) => means(before.with(index, candidate)));
      list = before.with(index, inner);
    }
    return list;
  }
  if (!isMap(value)) return value;
  let map = value;
  for (const key of Object.keys(value)) {
    const { [key]: entry, ...without } = map;
    const before = map;
    if (means(without)) map = without;
    else map = { ...before, [key]: pruned(entry, (candidate) => means({ ...before, [key]: candidate })) };
  }
  return map;
}
