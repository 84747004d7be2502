/**
 * Defaults of the estate under what a tenant says itself: maps are merged key by key, everything else is replaced
 * whole. A list is one decision; half of one list and half of another would be nobody's.
 */
export function merge(defaults: unknown, own: unknown): unknown {
  if (own === undefined || own === null) return defaults;
  if (!isMap(defaults) || !isMap(own)) return own;
  const keys = new Set([...Object.keys(defaults), ...Object.keys(own)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(defaults[key], own[key])]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
