import { z } from "zod";
import { isMap } from "./merge";
import { stack, tenant } from "./schema";

/** The part of JSON Schema (draft 2020-12) that zod writes for our schema. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** What the keys of a stack may hold, without their `bulkhead:`. */
export function stackSchema(): JsonSchema {
  return jsonSchemaOf(stack);
}

/** What a file of the tenants' folder may hold. */
export function tenantFileSchema(): JsonSchema {
  return { title: "Tenant file of Bulkhead", ...jsonSchemaOf(tenant) };
}

/** A whole stack file. Keys of other programs are theirs; a key of ours that we do not know is a slip. */
export function stackFileSchema(): JsonSchema {
  const { $schema, $defs = {}, properties = {} } = stackSchema();
  const ours = Object.entries(properties).map(([key, value]) => [`bulkhead:${key}`, value] as const);
  const known = Object.keys(properties).join("|");
  return {
    ...($schema === undefined ? {} : { $schema }),
    title: "Stack file of Bulkhead",
    type: "object",
    properties: {
      config: {
        description: "Configuration of the stack: Bulkhead's keys and those of other programs.",
        type: "object",
        properties: Object.fromEntries(ours),
        propertyNames: { pattern: `^(bulkhead:(${known})|(?!bulkhead:)[^:]+:.+)$` },
      },
    },
    $defs,
  };
}

function jsonSchemaOf(type: z.ZodType): JsonSchema {
  const written: unknown = z.toJSONSchema(type, { io: "input", override: ({ jsonSchema }) => unbounded(jsonSchema) });
  if (!isMap(written)) throw new TypeError("a JSON Schema is a map");
  return written;
}

/** Every whole number of JavaScript has this bound, which says nothing about the field. */
function unbounded(schema: { maximum?: number | undefined }): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}
