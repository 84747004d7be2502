import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import type { Estate, StackSources, Tenant } from "../../config/estate";
import { parseEstate } from "../../config/estate";
import { isMap } from "../../config/merge";
import { ownEstate, writtenGuardrails } from "../../config/own-cluster";
import { formatPath } from "../../config/problems";
import { fileOfStack } from "../../config/read";
import * as schema from "../../config/schema";
import { sparse } from "../../config/sparse";

/** What has to stand in the file of a tenant's own stack. */
export interface OwnStack {
  readonly tenant: string;
  readonly stack: string;
  readonly file: string;
  /** Values of the stack's own keys without their `bulkhead:`. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly estate: Estate;
}

/** The stacks of all tenants with a cluster of their own, as the parent's estate has them. */
export function ownStacks(parent: Estate, stack: string): OwnStack[] {
  return parent.apart.map((own) => {
    const values = valuesOf(ownEstate(parent, stack, own));
    const file = fileOfStack(own.stack);
    return { tenant: own.tenant.id, stack: own.stack, file, values, estate: estateFrom(own.stack, values) };
  });
}

/** @throws ConfigError, which would be a mistake of ours: the parent's estate was checked for it. */
function estateFrom(stack: string, values: StackSources["values"]): Estate {
  return parseEstate({ stack, source: fileOfStack(stack), values, tenantFiles: [], unreadable: [] });
}

function valuesOf({ parent, platform, guardrails, tenants }: Estate): Record<string, unknown> {
  const rules = sparse(schema.guardrails, writtenGuardrails(guardrails));
  return {
    parent,
    platform: sparse(schema.platform, platform),
    ...(isMap(rules) && Object.keys(rules).length > 0 ? { guardrails: rules } : {}),
    tenants: Object.fromEntries(tenants.map((tenant) => [tenant.id, sparse(schema.tenant, specOf(tenant))])),
  };
}

/** As people write a tenant: its id is the key, and its only namespace goes without saying where it is called the same. */
function specOf({ id, namespaces, ...spec }: Tenant): object {
  const [first] = namespaces;
  const unsaid = namespaces.length === 1 && first?.name === id;
  return { ...spec, namespaces: unsaid ? [] : namespaces.map(({ part }) => part) };
}

/** Where two estates differ, as paths into their stack files; the deepest that tell it, and none when they do not. */
export function differences(one: Estate, other: Estate): string[] {
  return apartAt(fieldsOf(one), fieldsOf(other), []).sort();
}

function fieldsOf({ parent, platform, guardrails, tenants }: Estate): object {
  return {
    parent,
    platform,
    guardrails,
    tenants: Object.fromEntries(tenants.map((tenant) => [tenant.id, specOf(tenant)])),
  };
}

function apartAt(one: unknown, other: unknown, path: readonly string[]): string[] {
  if (isDeepStrictEqual(one, other)) return [];
  if (!isMap(one) || !isMap(other)) return [formatPath(path)];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => apartAt(one[key], other[key], [...path, key]));
}

/** First line of every file that is ours to write anew: what stands below it is made. */
export const MADE = "# Made by npx bulkhead stacks:";

/**
 * Text of the stack's file. Keys that are not Bulkhead's, such as a profile of another account or the salt of the stack's
 * secrets, are whoever wrote them, and stay.
 * @param before What the file holds so far, as a map. Unset: there is none.
 */
export function stackText({ stack, tenant, values }: OwnStack, parent: string, before: unknown = {}): string {
  const file = isMap(before) ? before : {};
  const config = isMap(file.config) ? file.config : { "pulumi:disable-default-providers": ["kubernetes", "aws"] };
  const others = Object.entries(config).filter(([key]) => !key.startsWith("bulkhead:"));
  const ours = Object.entries(values).map(([key, value]) => [`bulkhead:${key}`, value]);
  const { config: _, ...rest } = file;
  const content = { config: Object.fromEntries([...others, ...ours]), ...rest };
  return [
    `${MADE} tenant ${tenant} of ${fileOfStack(parent)} on a cluster of its own.`,
    `# Everything under bulkhead: is written anew: edit ${fileOfStack(parent)}, then npx bulkhead stacks --stack ${parent} --write,`,
    `# then pulumi up --stack ${stack}. Other keys are yours, and stay.`,
    stringify(content, { lineWidth: 120, aliasDuplicateObjects: false, flowCollectionPadding: true }),
  ].join("\n");
}
