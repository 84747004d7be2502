import { isMap, type Property, type PropertyMap, Unknown } from "../plugin/properties";
import type { Declarations, Fields, Shape } from "./declarations";

/** What is wrong with an input, in the real provider's words as far as there are any. */
export interface Complaint {
  /** As vpcConfig.subnetIds[0]. */
  readonly property: string;
  readonly reason: string;
}

/** Everything in the inputs that the SDK's declarations do not allow: unknown keys, wrong types, what is missing. */
export function mismatches(inputs: PropertyMap, token: string, declarations: Declarations): Complaint[] {
  const declared = declarations.resources[token];
  if (!declared) throw new Error(`there are no declarations of ${token}`);
  return fieldMismatches(inputs, declared.inputs, "", declarations);
}

function fieldMismatches(value: PropertyMap, fields: Fields, path: string, declarations: Declarations): Complaint[] {
  const unknownKeys = Object.keys(value)
    .filter((key) => !(key in fields) && key !== "__defaults")
    .map((key) => ({ property: joined(path, key), reason: "Invalid or unknown key" }));
  const others = Object.entries(fields).flatMap(([key, { shape, optional }]): Complaint[] => {
    const property = joined(path, key);
    const given = value[key];
    if (given !== undefined && given !== null) return shapeMismatches(given, shape, property, declarations);
    if (optional) return [];
    const reason = `Missing required argument. The argument "${snake(key)}" is required, but no definition was found`;
    return [{ property, reason }];
  });
  return [...unknownKeys, ...others];
}

function shapeMismatches(value: Property, shape: Shape, path: string, declarations: Declarations): Complaint[] {
  if (value instanceof Unknown || shape === "any") return [];
  if (typeof shape === "string") return simpleMismatch(value, shape, path);
  if ("anyOf" in shape) {
    const tried = shape.anyOf.map((one) => shapeMismatches(value, one, path, declarations));
    // An object is held against the object that is declared, so that the complaint says what is wrong inside it.
    return tried.find((found) => found.length === 0) ?? (isMap(value) ? tried.at(-1) : tried[0]) ?? [];
  }
  if ("list" in shape) {
    if (!Array.isArray(value)) return [wrong(path, "list", value)];
    return value.flatMap((item, index) => shapeMismatches(item, shape.list, `${path}[${index}]`, declarations));
  }
  if (!isMap(value)) return [wrong(path, "object", value)];
  if ("object" in shape) return fieldMismatches(value, declarations.objects[shape.object] ?? {}, path, declarations);
  return Object.entries(value).flatMap(([key, inner]) =>
    inner === null ? [] : shapeMismatches(inner, shape.map, joined(path, key), declarations),
  );
}

function simpleMismatch(value: Property, shape: string, path: string): Complaint[] {
  return typeof value === shape ? [] : [wrong(path, shape, value)];
}

function wrong(property: string, expected: string, value: Property): Complaint {
  const found = value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
  return { property, reason: `expected ${expected} type, got ${found} type` };
}

function joined(path: string, key: string): string {
  if (!/^\w+$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Terraform's spelling, which is the one that the real provider's messages have. */
function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
