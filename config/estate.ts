import { z } from "zod";
import { crosschecks, type DraftTenant } from "./crosschecks";
import { problemsOf, unknownKey } from "./issues";
import { merge } from "./merge";
import { namespaceName } from "./names";
import { ConfigError, type Problem } from "./problems";
import * as schema from "./schema";

/** Everything Bulkhead knows: what the platform is and which tenants share it. Plain data, no Pulumi in it. */
export interface Estate {
  readonly platform: schema.Platform;
  readonly guardrails: schema.Guardrails;
  /** Sorted by id, so that the order in which people write tenants never shows anywhere. */
  readonly tenants: readonly Tenant[];
}

export interface Tenant extends Omit<schema.TenantSpec, "namespaces"> {
  readonly id: string;
  readonly namespaces: readonly Namespace[];
}

export interface Namespace {
  /** Full name on the cluster, as acme-web. */
  readonly name: string;
  /** Name inside the tenant, as web; the tenant's id where it has a single namespace of that name. */
  readonly part: string;
}

/** A stack's configuration as it was read, before anything about it is believed. */
export interface StackSources {
  /** What the user calls it, as Pulumi.dev.yaml; the headline of every complaint. */
  readonly source: string;
  /** Own keys of the stack without their `bulkhead:`. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Tenants that stand in files of their own, one each. */
  readonly tenantFiles: readonly TenantFile[];
  /** What could not even be read. */
  readonly unreadable: readonly Problem[];
}

export interface TenantFile {
  readonly file: string;
  readonly id: string;
  readonly value: unknown;
}

/** The keys a stack file may carry after `bulkhead:`. */
export const STACK_KEYS = ["platform", "tenants", "tenantsFolder", "defaults", "guardrails"] as const;

/** Without a platform the tenants go to the control plane that `npm start` runs on this machine. */
const EMBEDDED_PLATFORM: z.input<typeof schema.platform> = { kind: "existing" };

/**
 * The estate of a stack.
 * @throws ConfigError with every problem there is, never only the first.
 */
export function parseEstate(sources: StackSources): Estate {
  const { values } = sources;
  const problems: Problem[] = [...sources.unreadable, ...unknownKeys(values)];
  const platform = parse(schema.platform, isEmpty(values.platform) ? EMBEDDED_PLATFORM : values.platform, ["platform"], problems);
  const guardrails = parse(schema.guardrails, values.guardrails ?? {}, ["guardrails"], problems);
  const defaults = parse(schema.tenant, values.defaults ?? {}, ["defaults"], problems) ? (values.defaults ?? {}) : {};
  const written = writtenTenants(sources, problems);
  const tenants = [...written].sort(byId).flatMap(([id, value]) => parseTenant(id, merge(defaults, value), problems));
  problems.push(...crosschecks({ platform, guardrails, ids: new Set(written.keys()) }, tenants));
  if (problems.length > 0 || !platform || !guardrails) throw new ConfigError(sources.source, problems);
  return { platform, guardrails, tenants: tenants.map(({ tenant }) => tenant) };
}

/** Pulumi.yaml declares every key with an empty default, so an empty map is what "not set" looks like. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function unknownKeys(values: StackSources["values"]): Problem[] {
  return Object.keys(values)
    .filter((key) => !(STACK_KEYS as readonly string[]).includes(key))
    .map((key) => ({ path: [key], rule: unknownKey(key, STACK_KEYS) }));
}

function writtenTenants({ values, tenantFiles }: StackSources, problems: Problem[]): Map<string, unknown> {
  const inline = parse(z.record(z.string(), z.unknown()), values.tenants ?? {}, ["tenants"], problems) ?? {};
  const written = new Map(Object.entries(inline));
  for (const { file, id, value } of tenantFiles) {
    if (written.has(id))
      problems.push({ path: ["tenants", id], rule: `is declared twice; remove it here or delete ${file}` });
    else written.set(id, value);
  }
  if (written.size === 0 && problems.length === 0) {
    problems.push({ path: ["tenants"], rule: "is missing; name at least one tenant, as tenants: { acme: {} }" });
  }
  return written;
}

/**
 * A tenant with mistakes is parsed again without the fields they are in, so that what its other fields get wrong
 * is reported in the same message.
 */
function parseTenant(id: string, value: unknown, problems: Problem[]): DraftTenant[] {
  const found: Problem[] = [];
  const spec = parse(schema.tenant, value ?? {}, ["tenants", id], found);
  problems.push(...found);
  if (spec) return [{ tenant: withNamespaces(id, spec), wrongFields: new Set() }];
  const wrongFields = new Set(found.map(({ path }) => String(path[2])));
  const rest = Object.entries(Object(value)).filter(([field]) => !wrongFields.has(field));
  const partial = schema.tenant.safeParse(Object.fromEntries(rest));
  return partial.success ? [{ tenant: withNamespaces(id, partial.data), wrongFields }] : [];
}

function withNamespaces(id: string, spec: schema.TenantSpec): Tenant {
  const parts = spec.namespaces.length > 0 ? spec.namespaces : [undefined];
  const namespaces = parts.map((part) => ({ name: namespaceName(id, part), part: part ?? id }));
  return { ...spec, id, namespaces };
}

function parse<S extends z.ZodType>(
  type: S,
  value: unknown,
  path: string[],
  problems: Problem[],
): z.output<S> | undefined {
  const result = type.safeParse(value);
  if (result.success) return result.data;
  problems.push(...problemsOf(result.error.issues, value, type, path));
  return undefined;
}

function byId([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
