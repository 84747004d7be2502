import { isMap, type Property, type PropertyMap, Unknown, withoutSecrets } from "../plugin/properties";
import { annotated } from "./annotations";
import { immutableFields, type Path, reaches } from "./immutable";
import { equal, nameOf, namespaceOf } from "./objects";
import type { Settings } from "./settings";

export interface Change {
  path: Path;
  kind: "add" | "delete" | "update";
  replace: boolean;
}

export interface Difference {
  changes: Change[];
  /** The old object must go first, because the new one has to have its name. */
  deleteBeforeReplace: boolean;
}

/**
 * What a deployment would change, without asking the server: the inputs of the last deployment against those of this
 * one. `refresh` is what brings the server's side in, by rewriting the old inputs where the live object has drifted.
 */
export function difference(
  olds: PropertyMap,
  news: PropertyMap,
  kind: "object" | "patch",
  settings: Settings,
): Difference {
  const before = withoutSecrets(olds) as PropertyMap;
  const after = withoutSecrets(news) as PropertyMap;
  const fixed = immutableFields(after, kind, settings);
  const changes = changesBetween(before, after, []).map(({ path, kind, value }) => ({
    path,
    kind,
    replace: fixed.some((pattern) => reaches(path, value, pattern)),
  }));
  const sameIdentity = nameOf(before) === nameOf(after) && namespaceOf(before) === namespaceOf(after);
  const mustKeepName = nameOf(after) !== "" && !annotated(after, "autonamed") && sameIdentity;
  return { changes, deleteBeforeReplace: mustKeepName && changes.some((change) => change.replace) };
}

interface RawChange {
  path: Path;
  kind: Change["kind"];
  value: Property;
}

function changesBetween(before: Property, after: Property, path: Path): RawChange[] {
  if (equal(before, after)) return [];
  if (isMap(before) && isMap(after)) return mapChanges(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return mapChanges(byIndex(before), byIndex(after), path, Number);
  return [{ path, kind: "update", value: after instanceof Unknown ? before : after }];
}

function mapChanges(
  before: PropertyMap,
  after: PropertyMap,
  path: Path,
  step: (key: string) => string | number = String,
): RawChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key): RawChange[] => {
    const [old, next] = [before[key], after[key]];
    const here = [...path, step(key)];
    if (old === undefined) return next === undefined ? [] : [{ path: here, kind: "add", value: next }];
    if (next === undefined) return [{ path: here, kind: "delete", value: old }];
    return changesBetween(old, next, here);
  });
}

function byIndex(items: Property[]): PropertyMap {
  return Object.fromEntries(items.entries());
}

/** A path as the engine writes it: `spec.rules[0]`, `metadata.labels["a.b/c"]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text ? `${text}.${step}` : step;
  }, "");
}
