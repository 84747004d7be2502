/**
 * Defaults of the estate under what a tenant says itself: maps are merged key by key, everything else is replaced
 * whole. A list is one decision; half of one list and half of another would be nobody's.
 */
export function merge(defaults: unknown, own: unknown): unknown {
  if (own === undefined) return defaults;
  if (!isMap(defaults) || !isMap(own)) return own;
  const keys = new Set([...Object.keys(defaults), ...Object.keys(own)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(entry(defaults, key), entry(own, key))]));
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Value at a path of keys and positions, never one that every object inherits. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => entry(inner, key), value);
}

function entry(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<PropertyKey, unknown>)[key];
}
