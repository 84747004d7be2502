import { equal } from "../plugin/fields";
import { isMap, type Property, type PropertyMap } from "../plugin/properties";

/**
 * The inputs of the last deployment with what has changed on the server since. Fields that the program never
 * mentioned belong to others and are left out. Where the server keeps a value in another spelling than the program's
 * (`1000m` and `1`, an empty list and none), only a change of the server's own spelling counts.
 */
export function withDrift(inputs: PropertyMap, before: PropertyMap, now: PropertyMap): PropertyMap {
  const then = withStringData(before, inputs);
  const current = withStringData(now, inputs);
  // A state without a live object says nothing about the server's spelling.
  const known = Object.keys(before).length > 0;
  const drifted: PropertyMap = {};
  for (const [key, value] of Object.entries(inputs)) {
    const seen = driftOf(value, known ? then[key] : value, current[key]);
    if (seen !== undefined) drifted[key] = seen;
  }
  return drifted;
}

/** Undefined: the field is gone. */
function driftOf(input: Property, before: Property | undefined, now: Property | undefined): Property | undefined {
  if (equal(before, now)) return input;
  if (isMap(input) && isMap(now)) {
    const old = isMap(before) ? before : {};
    const entries = Object.entries(input).map(([key, value]) => [key, driftOf(value, old[key], now[key])] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, Property] => entry[1] !== undefined));
  }
  if (Array.isArray(input) && Array.isArray(now)) {
    const old = Array.isArray(before) ? before : [];
    return now.flatMap((item, index) => {
      const model = input[index];
      if (model === undefined) return equal(old[index], item) ? [] : [item];
      return [driftOf(model, old[index], item) ?? item];
    });
  }
  return now;
}

/** A Secret's `stringData` is never read back; the server keeps it under `data`, encoded. */
function withStringData(live: PropertyMap, inputs: PropertyMap): PropertyMap {
  const { stringData } = inputs;
  const { data } = live;
  if (!isMap(stringData) || !isMap(data)) return live;
  const decoded = Object.keys(stringData).flatMap((key) => {
    const value = data[key];
    return typeof value === "string" ? [[key, Buffer.from(value, "base64").toString("utf8")]] : [];
  });
  return { ...live, stringData: Object.fromEntries(decoded) };
}
