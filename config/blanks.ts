import { isMap, valueAt } from "./merge";
import type { Problem } from "./problems";

/**
 * Lists whose entries are judged one by one, and for each a legal entry to stand in place of one that could not be read.
 * The others keep their positions by it, and are complained about in the same message.
 */
const BLANKS: Readonly<Record<string, (index: number) => unknown>> = {
  "access.admins": subject,
  "access.developers": subject,
  "access.viewers": subject,
  "network.egress": peer,
  "network.ingress": peer,
  "network.hosts": (index) => `${index}.invalid`,
};

function subject(index: number): object {
  return { user: `unread ${index}` };
}

function peer(index: number): object {
  return { namespace: `unread-${index}` };
}

/** Field, list and position of the entry that a problem of a tenant is in; undefined for one that is in no such list. */
export type Entry = readonly [field: string, list: string, index: number];

export function entryOf({ path: [, , field, list, index] }: Problem): Entry | undefined {
  if (typeof field !== "string" || typeof list !== "string" || typeof index !== "number") return undefined;
  return Object.hasOwn(BLANKS, `${field}.${list}`) ? [field, list, index] : undefined;
}

/** A tenant's fields with blanks in place of some entries. */
export function withBlanks(fields: Readonly<Record<string, unknown>>, entries: readonly Entry[]) {
  return entries.reduce<Readonly<Record<string, unknown>>>(withBlank, fields);
}

function withBlank(fields: Readonly<Record<string, unknown>>, [field, list, index]: Entry) {
  const lists = fields[field];
  const written = valueAt(lists, [list]);
  if (!isMap(lists) || !Array.isArray(written)) return fields;
  const entries = written.map((entry, position) => (position === index ? BLANKS[`${field}.${list}`]?.(index) : entry));
  return { ...fields, [field]: { ...lists, [list]: entries } };
}
