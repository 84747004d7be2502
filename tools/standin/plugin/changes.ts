import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { equal } from "./fields";
import { isMap, type Property, type PropertyMap, Unknown } from "./properties";

export type Path = readonly (string | number)[];

export interface Change {
  path: Path;
  kind: "add" | "delete" | "update";
  replace: boolean;
}

/** What changes from one set of inputs to the next; a change that reaches one of the `fixed` fields replaces. */
export function changesOf(before: PropertyMap, after: PropertyMap, fixed: readonly string[]): Change[] {
  return changesBetween(before, after, []).map(({ path, kind, value }) => ({
    path,
    kind,
    replace: fixed.some((pattern) => reaches(path, value, pattern)),
  }));
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

/** Whether a change at `path`, to or from `value`, reaches a field that `pattern` names. */
function reaches(path: Path, value: Property, pattern: string): boolean {
  const fields = pattern.split(".");
  for (const [index, step] of path.entries()) {
    const field = fields[index];
    if (field === undefined) return true;
    if (field !== "*" && field !== step) return false;
    if (field === "*" && typeof step !== "number") return false;
  }
  return contains(value, fields.slice(path.length));
}

function contains(value: Property | undefined, fields: readonly string[]): boolean {
  const [field, ...rest] = fields;
  if (field === undefined) return value !== undefined;
  if (field === "*") return Array.isArray(value) && value.some((item) => contains(item, rest));
  return isMap(value) && field in value && contains(value[field], rest);
}

const KINDS = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** Changes as the engine takes them: each with its path, and whether it replaces. */
export function diffResponse(changes: readonly Change[]): DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  const response = new DiffResponse().setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE).setHasdetaileddiff(true);
  for (const { path, kind, replace } of changes) {
    const text = pathText(path);
    // Both sides of the comparison are inputs, so the old value to show is the old input.
    const detail = new PropertyDiff().setKind(KINDS[kind][replace ? 1 : 0]).setInputdiff(true);
    response.getDetaileddiffMap().set(text, detail);
    if (replace) response.addReplaces(text);
  }
  return response;
}
