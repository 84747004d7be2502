import type { z } from "zod";
import { problemsOf } from "./issues";
import type { Problem } from "./problems";

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
