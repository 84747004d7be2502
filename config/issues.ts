import { z } from "zod";
import { didYouMean, type Problem } from "./problems";

type Issue = z.core.$ZodIssue;

/** Turns what the schema refused into problems: one for each unknown key, each with the value as it was written. */
export function problemsOf(
  issues: readonly Issue[],
  input: unknown,
  schema: z.ZodType,
  prefix: readonly PropertyKey[],
): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, issue.path, input);
      return issue.keys.map((key) => ({ path: [...path, key], rule: unknownKey(key, known) }));
    }
    const value = valueAt(input, issue.path);
    return [value === undefined ? { path, rule: missing(issue) } : { path, value, rule: ruleOf(issue, value) }];
  });
}

export function unknownKey(key: string, known: readonly string[]): string {
  return `is not a field here${didYouMean(key, known) || ";"} (${known.join(", ")})`;
}

function missing(issue: Issue): string {
  const expected = issue.code === "invalid_type" ? `; write ${article(issue.expected)}` : "; write it";
  return `is missing${expected}`;
}

function ruleOf(issue: Issue, value: unknown): string {
  if (issue.code === "invalid_value") {
    const choices = issue.values.map(String);
    return `${issue.message}${didYouMean(String(value), choices) || ";"} (${choices.join(", ")})`;
  }
  if (issue.code === "invalid_type") return `is not ${article(issue.expected)}`;
  if (issue.code === "too_small") return ownMessage(issue.message, `is less than ${issue.minimum}`);
  if (issue.code === "too_big") return ownMessage(issue.message, `is more than ${issue.maximum}`);
  return issue.message;
}

/** zod's own wording starts with a capital; ours, set in the schema, with a verb. */
function ownMessage(message: string, otherwise: string): string {
  return /^[a-z]/.test(message) ? message : otherwise;
}

const ARTICLES: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "a text",
  array: "a list",
  object: "a map of fields",
  record: "a map",
};

function article(type: string): string {
  return ARTICLES[type] ?? `a ${type}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === "object" ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

/** The fields that the schema knows at a path; follows the branch of a union that the input chose. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], input: unknown): string[] {
  let current = unwrap(schema, input);
  let value = input;
  for (const key of path) {
    value = valueAt(value, [key]);
    current = unwrap(child(current, key), value);
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

function child(schema: z.ZodType | undefined, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  return undefined;
}

function unwrap(schema: z.ZodType | undefined, value: unknown): z.ZodType | undefined {
  let current = schema;
  while (current instanceof z.ZodDefault || current instanceof z.ZodPrefault || current instanceof z.ZodOptional) {
    current = current.unwrap() as z.ZodType;
  }
  if (!(current instanceof z.ZodDiscriminatedUnion)) return current;
  const kind = valueAt(value, ["kind"]);
  return current.options.find(
    (option): option is z.ZodObject =>
      option instanceof z.ZodObject && option.shape.kind?.safeParse(kind).success === true,
  );
}
