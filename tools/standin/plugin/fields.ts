import { isMap, type Property, type PropertyMap } from "./properties";

/** The value at a path of map keys, or undefined. */
export function at(value: Property | undefined, ...path: string[]): Property | undefined {
  let current: Property | undefined = value;
  for (const key of path) current = isMap(current) ? current[key] : undefined;
  return current;
}

export function textAt(value: Property | undefined, ...path: string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

export function numberAt(value: Property | undefined, ...path: string[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

/** The object without one field, given by a path of map keys. The original stays as it is. */
export function without(object: PropertyMap, ...path: string[]): PropertyMap {
  const [key, ...rest] = path;
  if (key === undefined || !(key in object)) return object;
  const { [key]: inner, ...others } = object;
  if (rest.length === 0) return others;
  return isMap(inner) ? { ...object, [key]: without(inner, ...rest) } : object;
}

/** The object with one field set, given by a path of map keys. */
export function withField(object: PropertyMap, value: Property, ...path: string[]): PropertyMap {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const inner = object[key];
  return { ...object, [key]: rest.length === 0 ? value : withField(isMap(inner) ? inner : {}, value, ...rest) };
}

export function equal(left: Property | undefined, right: Property | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (!isMap(left) || !isMap(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && equal(left[key], right[key]));
}
