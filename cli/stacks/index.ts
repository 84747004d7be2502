import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { parseEstate } from "../../config/estate";
import { isMap, valueAt } from "../../config/merge";
import { ConfigError } from "../../config/problems";
import { fileOfStack, readStackFile } from "../../config/read";
import { readYaml } from "../../config/yaml";
import { replaceFile } from "../offboard/stack-file";
import { checkWritable, NotWritable } from "../output";
import { differences, MADE, type OwnStack, ownStacks, stackText } from "./own-stack";

interface Options {
  readonly stack: string;
  readonly write?: true;
  readonly json?: true;
}

/** How a tenant's own stack stands. `foreign`: the file of that name is somebody else's. `left over`: nobody has it any more. */
type State = "missing" | "up to date" | "differs" | "foreign" | "left over" | "written";

interface Line {
  readonly tenant: string;
  readonly stack: string;
  readonly file: string;
  readonly state: State;
  /** Fields in which it differs; why it is foreign, or what to do about what is left over. */
  readonly details: readonly string[];
}

/** States in which nothing is left to do. */
const DONE: ReadonlySet<State> = new Set(["up to date", "written"]);

/** `bulkhead stacks`: the stacks of tenants with a cluster of their own, and their files. */
export function stacksCommand(): Command {
  return new Command("stacks")
    .description("list the stacks of tenants with a cluster of their own, and write their files")
    .option("--stack <name>", "stack whose Pulumi.<name>.yaml has the tenants", "dev")
    .option("--write", "write the files that are missing or differ")
    .option("--json", "print JSON instead of a line for each")
    .addHelpText("after", "\nexit code: 0 every file is as it should be, 1 one is not, or could not be written")
    .action((options: Options) => {
      try {
        process.exitCode = stacks(process.cwd(), options);
      } catch (error) {
        if (!(error instanceof NotWritable)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
      }
    });
}

function stacks(root: string, { stack, write, json }: Options): number {
  const estate = parseEstate(readStackFile(root, stack));
  if (estate.parent) throw new ConfigError(fileOfStack(stack), [childless(estate.parent.stack)]);
  const wanted = ownStacks(estate, stack);
  const found = wanted.map((own) => lineOf(root, own, stack));
  const lines = write ? written(root, stack, wanted, found) : found;
  const all = [...lines, ...leftOver(root, stack, new Set(wanted.map(({ file }) => file)))];
  process.stdout.write(json ? `${JSON.stringify(all, null, 2)}\n` : textOf(all, stack));
  return all.every(({ state }) => DONE.has(state)) ? 0 : 1;
}

function childless(parent: string) {
  const rule = `is itself the stack of a tenant of ${parent}; run: npx bulkhead stacks --stack ${parent}`;
  return { path: ["parent"], rule };
}

function lineOf(root: string, own: OwnStack, parent: string): Line {
  const { tenant, stack, file } = own;
  const line = (state: State, details: readonly string[] = []) => ({ tenant, stack, file, state, details });
  const path = join(root, file);
  if (!existsSync(path)) return line("missing");
  const maker = makerOf(path);
  if (!isMadeFor(maker, tenant, parent)) return line("foreign", [foreignText(maker)]);
  try {
    const fields = differences(parseEstate(readStackFile(root, stack)), own.estate);
    return fields.length === 0 ? line("up to date") : line("differs", fields);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return line("differs", ["it is no stack file by itself"]);
  }
}

/** Whom a file says to be made for; undefined for one that is not made by this command. */
interface Maker {
  readonly tenant: unknown;
  readonly stack: unknown;
}

function makerOf(path: string): Maker | undefined {
  const reading = readYaml(path);
  if (!("value" in reading) || !readFileSync(path, "utf8").startsWith(MADE)) return undefined;
  const parent = valueAt(reading.value, ["config", "bulkhead:parent"]);
  return isMap(parent) ? { tenant: parent.tenant, stack: parent.stack } : undefined;
}

function isMadeFor(maker: Maker | undefined, tenant: string, parent: string): boolean {
  return maker?.tenant === tenant && maker.stack === parent;
}

function foreignText(maker: Maker | undefined): string {
  const whose = maker
    ? `it is made for tenant ${maker.tenant} of stack ${maker.stack}`
    : "it was not made by this command";
  return `${whose}, and is left as it is; rename that stack (pulumi stack rename), or give the tenant another id`;
}

/** @throws NotWritable before any file is written. */
function written(root: string, parent: string, wanted: readonly OwnStack[], lines: readonly Line[]): Line[] {
  const stale = lines.filter(({ state }) => state === "missing" || state === "differs");
  checkWritable(...stale.map(({ file }) => join(root, file)));
  return lines.map((line) => {
    const own = wanted.find(({ file }) => file === line.file);
    if (!stale.includes(line) || !own) return line;
    const path = join(root, line.file);
    const reading = existsSync(path) ? readYaml(path) : { value: undefined };
    replaceFile(path, stackText(own, parent, "value" in reading ? reading.value : undefined));
    return { ...line, state: "written" };
  });
}

/** Files that were made for tenants which have no cluster of their own any more. */
function leftOver(root: string, parent: string, wanted: ReadonlySet<string>): Line[] {
  const files = readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name) && !wanted.has(name));
  return files.sort().flatMap((file) => {
    const maker = makerOf(join(root, file));
    if (maker?.stack !== parent) return [];
    const stack = file.replace(/^Pulumi\.|\.yaml$/g, "");
    const details = [`pulumi destroy --stack ${stack}, pulumi stack rm ${stack}, then remove the file`];
    return [{ tenant: String(maker.tenant), stack, file, state: "left over" as const, details }];
  });
}

function textOf(lines: readonly Line[], parent: string): string {
  if (lines.length === 0) return `no tenant of ${parent} has a cluster of its own\n`;
  const width = Math.max(...lines.map(({ stack }) => stack.length));
  const told = lines.map(({ stack, file, state, details }) => {
    const more = details.length === 0 ? "" : `: ${details.join(", ")}`;
    return `${stack.padEnd(width)}  ${file}  ${state}${more}`;
  });
  const stale = lines.some(({ state }) => state === "missing" || state === "differs");
  const hint = stale ? [`npx bulkhead stacks --stack ${parent} --write writes what is missing or differs`] : [];
  return `${[...told, ...hint].join("\n")}\n`;
}
