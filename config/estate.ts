import type { z } from "zod";
import { crosschecks } from "./crosschecks";
import { parse, unknownKey } from "./issues";
import { isMap } from "./merge";
import { knowingOwners, livesApart, type OwnCluster, ownStackName } from "./own-cluster";
import { plain } from "./plain";
import { knowingAdministrators } from "./platform";
import { byPlace, ConfigError, type Problem } from "./problems";
import * as schema from "./schema";
import { draftTenant, located, parseDefaults, writtenTenants } from "./written";

/** Everything Bulkhead knows: what the platform is and which tenants share it. Plain data, no Pulumi in it. */
export interface Estate {
  readonly platform: schema.Platform;
  readonly guardrails: schema.Guardrails;
  /** Those that live on the platform's cluster. Sorted by id, so that the order in which people write them never shows. */
  readonly tenants: readonly Tenant[];
  /** Those that have a cluster of their own, which is made by a stack of its own. Sorted by id. */
  readonly apart: readonly OwnCluster[];
  /** Where the only tenant of this stack comes from. Unset: the tenants are its own. */
  readonly parent?: schema.Parent;
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
  /** As dev. */
  readonly stack: string;
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
  /** Relative to the project. */
  readonly file: string;
  readonly id: string;
  /** Left out where the file could not be read: there is such a tenant, and nothing is known of it. */
  readonly value?: unknown;
}

/** The keys a stack file may carry after `bulkhead:`. */
export const STACK_KEYS = Object.keys(schema.stack.shape);

/**
 * Without a platform the tenants go to the control plane that `npm start` runs on this machine, on simulated nodes as
 * they ask for them: there is no runtime that one of those would lack.
 */
const EMBEDDED_PLATFORM: z.input<typeof schema.platform> = {
  kind: "existing",
  capabilities: { runtimes: { gvisor: "runsc", kata: "kata-qemu" } },
};

/** What says nothing of what tenants may ask for: a slip there keeps nothing else from being looked at. */
const ASIDE = ["deletionProtection", "endpoint", "logDays", "permissionsBoundary", "support", "tags"];

/** The platform, without what is wrong with it where the rest can be judged without that. */
function parsePlatform(value: unknown, problems: Problem[]): schema.Platform | undefined {
  const found: Problem[] = [];
  const platform = parse(schema.platform, value, ["platform"], found);
  problems.push(...found);
  const wrong = new Set(found.map(({ path: [, field] }) => field));
  if (platform || ![...wrong].every((field) => ASIDE.includes(String(field)))) return platform;
  const rest = Object.entries(value as object).filter(([field]) => !wrong.has(field));
  return schema.platform.safeParse(Object.fromEntries(rest)).data;
}

/**
 * The estate of a stack.
 * @throws ConfigError with every problem there is, never only the first.
 */
export function parseEstate(sources: StackSources): Estate {
  const problems: Problem[] = [...sources.unreadable];
  const values = plainValues(sources, problems);
  problems.push(...unknownKeys(values));
  const platform = parsePlatform(orElse(values.platform, EMBEDDED_PLATFORM), problems);
  const asked = parse(schema.guardrails, orElse(values.guardrails, {}), ["guardrails"], problems);
  const guardrails = asked && platform ? knowingAdministrators(asked, platform) : asked;
  const lineage = orElse(values.parent, undefined);
  const parent = lineage === undefined ? undefined : parse(schema.parent, lineage, ["parent"], problems);
  const defaults = parseDefaults(orElse(values.defaults, {}), problems);
  const inline = inlineTenants(values.tenants, problems);
  const written = writtenTenants(inline ?? {}, plainFiles(sources, problems), problems);
  const drafts = written.flatMap((tenant) => draftTenant(tenant, defaults, problems));
  const ids = new Set(written.map(({ id }) => id));
  const complete = inline !== undefined && !sources.unreadable.some(({ path }) => path[0] === "tenantsFolder");
  problems.push(...crosschecks({ platform, guardrails, parent, ids, complete }, drafts));
  if (problems.length === 0 && written.length === 0) {
    problems.push({ path: ["tenants"], rule: "is missing; name at least one tenant, as tenants: { acme: {} }" });
  }
  if (problems.length > 0 || !platform || !guardrails) {
    const authors = new Map(written.map((tenant) => [tenant.id, tenant]));
    const found = problems.map((problem) => located(problem, authors, values.defaults));
    throw new ConfigError(sources.source, found.sort(byPlace));
  }
  const all = drafts.map(({ tenant }) => tenant);
  const isApart = (tenant: Tenant) => livesApart(tenant, platform, parent);
  const tenants = all.filter((tenant) => !isApart(tenant));
  return {
    platform,
    guardrails: knowingOwners(guardrails, tenants),
    tenants,
    apart: all.filter(isApart).map((tenant) => ({ tenant, stack: ownStackName(sources.stack, tenant.id) })),
    ...(parent ? { parent } : {}),
  };
}

function plainValues({ values }: StackSources, problems: Problem[]): Record<string, unknown> {
  const copy = plain({ ...values }, [], problems);
  return isMap(copy) ? copy : {};
}

function plainFiles({ tenantFiles }: StackSources, problems: Problem[]): TenantFile[] {
  return tenantFiles.map((entry) =>
    "value" in entry ? { ...entry, value: plain(entry.value, ["tenants", entry.id], problems) } : entry,
  );
}

/** Pulumi.yaml declares every key with an empty default, so an empty map is what "not set" looks like. */
function orElse(value: unknown, otherwise: unknown): unknown {
  const isUnset = value === undefined || (isMap(value) && Object.keys(value).length === 0);
  return isUnset ? otherwise : value;
}

function unknownKeys(values: StackSources["values"]): Problem[] {
  return Object.keys(values)
    .filter((key) => !STACK_KEYS.includes(key))
    .map((key) => ({ path: [key], rule: unknownKey(key, STACK_KEYS) }));
}

/** Tenants that stand in the stack file itself; undefined when they cannot be told apart. */
function inlineTenants(value: unknown, problems: Problem[]): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined || isMap(value)) return value ?? {};
  const rule = "write each tenant under its id, as tenants: { acme: {} }";
  problems.push(
    value === null
      ? { path: ["tenants"], rule: `is empty; ${rule}` }
      : { path: ["tenants"], value, rule: `is not a map; ${rule}` },
  );
  return undefined;
}
