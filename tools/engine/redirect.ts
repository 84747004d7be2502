import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { shellQuote } from "./scripts";
import { copyProject, copyStackFile, selectedStack } from "./stack-files";

/** A call of the embedded CLI, before the CLI has it. */
export interface Call {
  readonly args: readonly string[];
  /** The caller's folder, as its shell knows it. */
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Flags with a value that may stand before the command; all others look the same with and without one. */
const OPTIONS = {
  stack: { type: "string", short: "s" },
  cwd: { type: "string", short: "C" },
  color: { type: "string" },
  verbose: { type: "string", short: "v" },
  tracing: { type: "string" },
  profiling: { type: "string" },
  create: { type: "boolean", short: "c" },
} as const;

/**
 * What a shell has to evaluate before it calls the CLI, so that no stack file of the user is written to: the CLI adds
 * the salt of its passphrase to it, and ours is no secret. Deployments read a copy instead (the CLI takes each flag from
 * PULUMI_OPTION_*, too, since 3.208), and stacks are made and removed where the copies lie. `pulumi config` is left
 * alone: whoever sets a value means the file.
 */
export function redirection({ args, cwd, environment }: Call, repository: string, folder: string): string {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, strict: false });
  const [command, subcommand] = positionals;
  const project = projectAround(resolve(cwd, text(values.cwd) ?? ""));
  if (project === undefined || realpathSync(project) !== realpathSync(repository)) return "";
  if (command === "config") return "";
  if (command === "stack" && managesStacks(subcommand, values.create === true)) {
    const made = text(values.stack) ?? positionals[2];
    if (made !== undefined) copyStackFile(repository, folder, shortName(made));
    return `set -- -C ${shellQuote(copyProject(repository, folder))} "$@"\n`;
  }
  const stack = text(values.stack) ?? (environment.PULUMI_STACK || selectedStack(join(folder, "pulumi"), project));
  if (stack === undefined) return "";
  return `export PULUMI_OPTION_CONFIG_FILE=${shellQuote(copyStackFile(repository, folder, shortName(stack)))}\n`;
}

/** Commands that write or remove a stack file and cannot be told which. */
function managesStacks(subcommand: string | undefined, create: boolean): boolean {
  if (subcommand === "select") return create;
  return ["init", "new", "rm", "remove"].includes(subcommand ?? "");
}

/** organization/bulkhead/dev is what the file calls dev. */
function shortName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

function projectAround(folder: string): string | undefined {
  if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  return dirname(folder) === folder ? undefined : projectAround(dirname(folder));
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
