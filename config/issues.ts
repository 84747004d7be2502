import { z } from "zod";
import { valueAt } from "./merge";
import { didYouMean, lookAlike, type Problem } from "./problems";
import { MISSING } from "./schema/grammar";

type Issue = z.core.$ZodIssue;

/** What a schema makes of a value; undefined after telling `problems` everything that is wrong with it. */
export function parse<S extends z.ZodType>(
  type: S,
  value: unknown,
  path: readonly PropertyKey[],
  problems: Problem[],
): z.output<S> | undefined {
  const result = type.safeParse(value);
  if (result.success) return result.data;
  problems.push(...problemsOf(result.error.issues, value, type, path));
  return undefined;
}

/** Turns what the schema refused into problems: one for each unknown key, each with the value as it was written. */
function problemsOf(
  issues: readonly Issue[],
  input: unknown,
  schema: z.ZodType,
  prefix: readonly PropertyKey[],
): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, issue.path, input);
      return issue.keys.map((key) => ({ path: [...path, key], rule: unknownKey(key, known, path) }));
    }
    if (issue.code === "invalid_key") return [{ path, rule: keyRule(issue, path) }];
    const value = valueAt(input, issue.path);
    // A default may be what is wrong: nothing stands there, and nothing is missing.
    if (value === undefined && issue.code === "custom") return [{ path, rule: issue.message }];
    if (value === undefined && issue.message.startsWith(MISSING)) return [{ path, rule: issue.message }];
    if (value === undefined) return [{ path, rule: `${MISSING}${wanted(issue)}` }];
    if (value === null) return [{ path, rule: `is empty; write ${wanted(issue)} or remove the key` }];
    return [{ path, value, rule: ruleOf(issue, value) }];
  });
}

export function unknownKey(key: string, known: readonly string[], path: readonly PropertyKey[] = []): string {
  if (path[0] === "tenants" && path.length === 2 && path[1] === key) {
    return `is the tenant's own id; write its fields without it (${known.join(", ")})`;
  }
  return `is not a field here${didYouMean(key, known)} (${known.join(", ")})`;
}

function keyRule(issue: z.core.$ZodIssueInvalidKey, path: readonly PropertyKey[]): string {
  const rules = issue.issues.map(({ message }) => message).join("; ");
  return `${rules}${lookAlike(String(path.at(-1)))}`;
}

/** What belongs where nothing stands. */
function wanted(issue: Issue): string {
  if (issue.code === "invalid_type") return article(issue.expected);
  if (issue.code === "invalid_value") return issue.values.map(String).join(" or ");
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) return choicesOf(issue).join(" or ");
  return "a value";
}

function ruleOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case "invalid_value":
      return choiceRule(issue.message, value, issue.values.map(String));
    case "invalid_union":
      return issue.discriminator === undefined ? issue.message : choiceRule(issue.message, value, choicesOf(issue));
    case "invalid_type":
      return withWayOut(own(issue.message) ?? `is not ${article(issue.expected)}`, issue.expected, value);
    case "too_small":
      return own(issue.message) ?? `is less than ${issue.minimum}`;
    case "too_big":
      return own(issue.message) ?? `is more than ${issue.maximum}`;
    default:
      return `${issue.message}${typeof value === "string" ? strangerIn(value, issue.message) : ""}`;
  }
}

/** A suggestion shows by itself which letter it replaces. */
function strangerIn(value: string, rule: string): string {
  return rule.includes("did you mean") ? "" : lookAlike(value);
}

function choiceRule(message: string, value: unknown, choices: readonly string[]): string {
  return `${own(message) ?? "is not to be had"}${typeof value === "string" ? didYouMean(value, choices) : ""} (${choices.join(", ")})`;
}

function choicesOf(issue: z.core.$ZodIssueInvalidUnion): string[] {
  return ("options" in issue ? (issue.options ?? []) : []).map(String);
}

/** A message set in the schema. zod's own start with a capital, ours with a verb. */
function own(message: string): string | undefined {
  return /^[a-z]/.test(message) ? message : undefined;
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

function withWayOut(rule: string, expected: string, value: unknown): string {
  return rule.includes(";") ? rule : `${rule}${otherwise(expected, value)}`;
}

/** The way out of a mix-up of types. */
function otherwise(expected: string, value: unknown): string {
  const scalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (expected === "string" && scalar) return "; put it in quotes";
  if (expected === "array" && scalar) return `; write ${isShort(value) ? `[${value}]` : "it in brackets"}`;
  if (expected === "array") return "; put a dash before each entry";
  if ((expected === "int" || expected === "number") && typeof value === "string" && /^\d+(\.\d+)?$/.test(value)) {
    return "; write it without quotes";
  }
  return expected === "object" || expected === "record" ? "; write names and values, as name: value" : "";
}

function isShort(value: string | number | boolean): boolean {
  return String(value).length <= 40;
}

/** The fields that the schema knows at a path; follows the branch of a union that the input chose. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], input: unknown): string[] {
  let current = unwrap(schema, input);
  for (const [index, key] of path.entries()) {
    current = unwrap(child(current, key), valueAt(input, path.slice(0, index + 1)));
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
