import { parseEstate, type StackSources } from "../../config/estate";
import { ConfigError } from "../../config/problems";

/** What a user is told about a stack: the lines of the one message, without its headline. Empty when all is well. */
export function complaints(values: StackSources["values"], rest: Partial<StackSources> = {}): string[] {
  return messageOf(() =>
    parseEstate({ stack: "test", source: "Pulumi.test.yaml", values, tenantFiles: [], unreadable: [], ...rest }),
  )
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

/** What is said about tenant acme when a field of it, by its path, holds a value. */
export function about(path: string, value: unknown): string[] {
  return complaintsAbout({ acme: nested(path, value) }).map((line) => line.replace(/^tenants\.acme\./, ""));
}

/** What is said about a field of the platform. */
export function aboutPlatform(path: string, value: unknown): string[] {
  const platform = { kind: "existing", ...nested(path, value) };
  return complaintsAbout({ acme: {} }, { platform }).map((line) => line.replace(/^platform\./, ""));
}

function nested(path: string, value: unknown): object {
  return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}
