import { randomBytes } from "node:crypto";
import { at, textAt, withField, without } from "../plugin/fields";
import { isMap, type Property, type PropertyMap } from "../plugin/properties";
import { annotation } from "./annotations";
import { fieldManagerIn } from "./checkpoint";
import type { Cluster } from "./cluster";
import { nameOf } from "./objects";

/** The manager of every create. Its fields pass to the resource's own manager with the first update. */
export const CREATOR = "pulumi-kubernetes";

/** Managers whose fields an update takes over: our own creates, and kubectl's applies before an import. */
const PREDECESSORS = new Set([
  "Update pulumi-kubernetes",
  "Update pulumi-kubernetes.exe",
  "Update pulumi-resource-kubernetes",
  "Update kubectl",
  "Update before-first-apply",
  "Apply kubectl",
]);

/** The field manager of one resource: the user's choice, else the one in the state, else a new one. */
export function fieldManagerOf(inputs: PropertyMap, state: PropertyMap): string {
  return (
    annotation(inputs, "patchFieldManager") || fieldManagerIn(state) || `${CREATOR}-${randomBytes(4).toString("hex")}`
  );
}

/**
 * Makes `manager` the owner of what the create set. Without that a field that is taken out of the program would stay
 * on the object for ever: server-side apply removes only what the applying manager owns.
 */
export async function takeOver(live: PropertyMap, manager: string, cluster: Cluster): Promise<PropertyMap> {
  const entries = managedFields(live);
  const [ours, others] = partition(entries, (entry) => isPredecessor(entry) || isOwnedBy(entry, manager));
  if (!ours.some(isPredecessor)) return live;
  const fields = ours.map((entry) => (isMap(entry.fieldsV1) ? entry.fieldsV1 : {}));
  const merged = { ...ours[0], manager, operation: "Apply", fieldsV1: fields.reduce(union, {}) };
  const patch = [
    { op: "replace", path: "/metadata/managedFields", value: [...others, merged] },
    { op: "replace", path: "/metadata/resourceVersion", value: textAt(live, "metadata", "resourceVersion") },
  ];
  return cluster.object(live, {
    method: "PATCH",
    name: nameOf(live),
    contentType: "application/json-patch+json",
    body: patch,
  });
}

/** Whether an apply may overrule other managers. A preview may where the real run would own the fields by then. */
export function mayForce(live: PropertyMap): boolean {
  const entries = managedFields(live);
  return (
    entries.length === 0 || entries.some((entry) => textAt(entry, "operation") === "Update" && isPredecessor(entry))
  );
}

/** Lets go of every field: what nobody else wants goes back to its default. */
export async function relinquish(live: PropertyMap, manager: string, cluster: Cluster): Promise<void> {
  const { apiVersion = "", kind = "" } = live;
  const { name = "", namespace } = isMap(live.metadata) ? live.metadata : {};
  const metadata = namespace === undefined ? { name } : { name, namespace };
  await cluster.object(live, {
    method: "PATCH",
    name: nameOf(live),
    query: { fieldManager: manager },
    contentType: "application/apply-patch+yaml",
    body: { apiVersion, kind, metadata },
  });
}

/**
 * The inputs to apply when the user ignores changes of some fields: what another manager owns is left to it, anything
 * else is sent as it is live, so that it stays as it is.
 */
export function withIgnored(inputs: PropertyMap, live: PropertyMap, ignored: string[], manager: string): PropertyMap {
  const [ours, theirs] = partition(managedFields(live), (entry) => textAt(entry, "manager") === manager);
  return ignored.reduce((object, path) => {
    const fields = path.split(".");
    const owns = (entry: Property) => at(entry, "fieldsV1", ...fields.map((field) => `f:${field}`)) !== undefined;
    if (theirs.some(owns) && !ours.some(owns)) return without(object, ...fields);
    const value = at(live, ...fields);
    return value === undefined ? object : withField(object, value, ...fields);
  }, inputs);
}

function managedFields(live: PropertyMap): PropertyMap[] {
  const entries = at(live, "metadata", "managedFields");
  return Array.isArray(entries) ? entries.filter(isMap) : [];
}

function isPredecessor(entry: PropertyMap): boolean {
  const key = `${textAt(entry, "operation")} ${textAt(entry, "manager")}`;
  return PREDECESSORS.has(key) && !textAt(entry, "subresource");
}

function isOwnedBy(entry: PropertyMap, manager: string): boolean {
  return (
    textAt(entry, "manager") === manager && textAt(entry, "operation") === "Apply" && !textAt(entry, "subresource")
  );
}

/** Field sets are nested maps that end in {}. */
function union(left: PropertyMap, right: PropertyMap): PropertyMap {
  const merged = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const other = merged[key];
    merged[key] = isMap(other) && isMap(value) ? union(other, value) : value;
  }
  return merged;
}

function partition<T>(items: readonly T[], chosen: (item: T) => boolean): [T[], T[]] {
  return [items.filter(chosen), items.filter((item) => !chosen(item))];
}
