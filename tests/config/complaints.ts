import { parseEstate, type StackSources } from "../../config/estate";
import { ConfigError } from "../../config/problems";

/** What a user is told about a stack: the lines of the one message, without its headline. Empty when all is well. */
export function complaints(values: StackSources["values"], rest: Partial<StackSources> = {}): string[] {
  return messageOf(() => parseEstate({ source: "Pulumi.test.yaml", values, tenantFiles: [], unreadable: [], ...rest }))
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}

/** What a user is told about these tenants. */
export function complaintsAbout(
  tenants: Readonly<Record<string, unknown>>,
  rest: StackSources["values"] = {},
): string[] {
  return complaints({ ...rest, tenants });
}

/** The message of the refusal; empty when nothing is refused. Any other error is a bug and goes through. */
export function messageOf(run: () => unknown): string {
  try {
    run();
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}
