import { join } from "node:path";
import { type Estate, parseEstate, type Tenant } from "../../config/estate";
import { readStackFile } from "../../config/read";

export const ROOT = join(__dirname, "../..");

/** Values of a stack's own keys without their `bulkhead:`, as a stack file has them. */
export type StackValues = Readonly<Record<string, unknown>>;

/** Values of a committed stack file. */
export function stackValues(stack: string): StackValues {
  return readStackFile(ROOT, stack).values;
}

/** The estate of a stack that has these values. */
export function estateOf(values: StackValues): Estate {
  return parseEstate({ stack: "test", source: "Pulumi.test.yaml", values, tenantFiles: [], unreadable: [] });
}

/** An estate of tenants as people write them. */
export function estateWith(tenants: Readonly<Record<string, unknown>>, rest: StackValues = {}): Estate {
  return estateOf({ ...rest, tenants });
}

/** One tenant of an estate of its own. */
export function tenantWith(written: unknown, rest: StackValues = {}, id = "acme"): Tenant {
  const tenant = estateWith({ [id]: written }, rest).tenants.find((candidate) => candidate.id === id);
  if (!tenant) throw new Error(`no tenant ${id}`);
  return tenant;
}
