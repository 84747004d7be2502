import { type Entry, entryOf, withBlanks } from "./blanks";
import type { Tenant, TenantFile } from "./estate";
import { parse } from "./issues";
import { isMap, merge, valueAt } from "./merge";
import { namespaceName } from "./names";
import { nearest, type Problem } from "./problems";
import { type TenantSpec, tenant as tenantSchema } from "./schema";

/** A tenant as its author wrote it. */
export interface WrittenTenant {
  readonly id: string;
  /** File of its own, where it has one. */
  readonly file?: string;
  /** Fields it says itself; undefined where its file could not be read. */
  readonly own: unknown;
}

/** A tenant as far as it could be parsed; what is named holds defaults or blanks in place of what was wrong. */
export interface DraftTenant {
  readonly tenant: Tenant;
  readonly wrongFields: ReadonlySet<string>;
  /** Entries of lists, in fields that are right but for these. */
  readonly wrongEntries: readonly Entry[];
}

/** What all tenants start from, without the fields that are wrong in it. */
export interface Defaults {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly wrongFields: ReadonlySet<string>;
}

const FIELDS = Object.keys(tenantSchema.shape);

export function writtenTenants(
  inline: Readonly<Record<string, unknown>>,
  files: readonly TenantFile[],
  problems: Problem[],
): WrittenTenant[] {
  // An id with nothing after it is a tenant with every default.
  const written = new Map<string, WrittenTenant>(
    Object.entries(inline).map(([id, own]) => [id, { id, own: own ?? {} }]),
  );
  for (const { id, file, ...rest } of files) {
    if (written.has(id)) {
      problems.push({ path: ["tenants", id], rule: `is declared twice; remove it here or delete ${file}` });
    } else {
      written.set(id, { id, file, own: "value" in rest ? (rest.value ?? {}) : undefined });
    }
  }
  return [...written.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

export function parseDefaults(value: unknown, problems: Problem[]): Defaults {
  const found: Problem[] = [];
  const parsed = parse(tenantSchema, value, ["defaults"], found);
  problems.push(...found);
  if (!isMap(value)) return { fields: {}, wrongFields: new Set(parsed ? [] : FIELDS) };
  const wrongFields = fieldsAt(found, 1);
  return { fields: without(value, wrongFields), wrongFields };
}

/**
 * A tenant with mistakes is parsed again without the fields or entries they are in, so that what the others get wrong
 * is reported in the same message.
 */
export function draftTenant({ id, own }: WrittenTenant, defaults: Defaults, problems: Problem[]): DraftTenant[] {
  if (own === undefined) return [];
  const found: Problem[] = [];
  const value = merge(defaults.fields, own);
  const spec = parse(tenantSchema, value, ["tenants", id], found);
  problems.push(...found);
  if (spec) return [{ tenant: named(id, applying(spec, own)), wrongFields: defaults.wrongFields, wrongEntries: [] }];
  if (!isMap(value)) return [];
  const wrongFields = fieldsAt(
    found.filter((problem) => entryOf(problem) === undefined),
    2,
  );
  const wrongEntries = found.map(entryOf).filter((entry) => entry !== undefined);
  const partial = tenantSchema.safeParse(without(withBlanks(value, wrongEntries), wrongFields));
  if (!partial.success) return [];
  return [
    {
      tenant: named(id, applying(partial.data, own)),
      wrongFields: new Set([...wrongFields, ...defaults.wrongFields]),
      wrongEntries,
    },
  ];
}

/** Fields with problems, and those that a misspelt one was meant to be. */
function fieldsAt(problems: readonly Problem[], depth: number): Set<string> {
  const fields = problems.map(({ path }) => String(path[depth]));
  return new Set([...fields, ...fields.flatMap((field) => nearest(field, FIELDS) ?? [])]);
}

function without(fields: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !names.has(field)));
}

/** A pool or cluster in the defaults is meant for the tenants that have one of their own, and says nothing to the others. */
function applying({ pool, cluster, ...rest }: TenantSpec, own: unknown): TenantSpec {
  const { nodes, cluster: kind } = rest.isolation;
  const says = (field: string) => valueAt(own, [field]) !== undefined;
  return {
    ...rest,
    ...(pool && (nodes === "dedicated" || says("pool")) ? { pool } : {}),
    ...(cluster && (kind === "dedicated" || says("cluster")) ? { cluster } : {}),
  };
}

function named(id: string, spec: TenantSpec): Tenant {
  const parts = spec.namespaces.length > 0 ? spec.namespaces : [undefined];
  const namespaces = parts.map((part) => ({ name: namespaceName(id, part), part: part ?? id }));
  return { ...spec, id, namespaces };
}

/** Moves a problem to where its cause was written: the tenant's own file, or the estate's defaults. */
export function located(problem: Problem, written: ReadonlyMap<string, WrittenTenant>, defaults: unknown): Problem {
  const [top, id, ...field] = problem.path;
  const tenant = top === "tenants" && id !== undefined ? written.get(String(id)) : undefined;
  if (!tenant) return problem;
  const isInherited = valueAt(tenant.own, field) === undefined && valueAt(defaults, field) !== undefined;
  if (isInherited && field.length > 0) return { ...problem, path: ["defaults", ...field] };
  return tenant.file === undefined ? problem : { ...problem, file: tenant.file, path: field };
}
