import type { Problem } from "./problems";

/** Deeper than any field; a YAML alias that contains itself is endlessly deep. */
const DEEPEST = 20;

/** The one key that JavaScript would take for something else than a name. */
const FORBIDDEN = "__proto__";

/** A copy of what was written, without what no field could hold. What is left out is reported. */
export function plain(
  value: unknown,
  path: readonly PropertyKey[],
  problems: Problem[],
  within: readonly unknown[] = [],
): unknown {
  // Dates, sets and the like, which some YAML tags make, are for the schema to refuse.
  if (!isPlainMap(value) && !Array.isArray(value)) return value;
  if (within.includes(value) || within.length > DEEPEST) {
    problems.push({ path, rule: `contains itself, or is nested more than ${DEEPEST} levels deep; write it out` });
    return undefined;
  }
  const inner = (key: PropertyKey, entry: unknown) => plain(entry, [...path, key], problems, [...within, value]);
  if (Array.isArray(value)) return value.map((entry, index) => inner(index, entry));
  const entries = Object.entries(value).flatMap(([key, entry]) => {
    if (key !== FORBIDDEN) return [[key, inner(key, entry)]];
    problems.push({ path: [...path, key], rule: "is not a name that anything can have here" });
    return [];
  });
  return Object.fromEntries(entries);
}

function isPlainMap(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
