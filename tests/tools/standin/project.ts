import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Engine,
  provideEngine,
  REPOSITORY,
  type RunOptions,
  type RunResult,
  runPulumi,
} from "../../../tools/engine";
import { progressPrinter, provideToolchain, type Toolchain } from "../../../tools/toolchain";

/** One resource of the fixture program. */
export interface Declared {
  /** Module and class of @pulumi/kubernetes, e.g. "core/v1:Namespace". */
  type: string;
  /** Logical name. */
  name: string;
  /** Arguments; the text `@name` stands for the metadata.name of that resource, as an output. */
  args: object;
  /** Resource options, as far as they are plain. */
  options?: object;
  /** Logical names of those that it depends on without naming them. Only in the fixture for @pulumi/aws. */
  after?: readonly string[];
  /** Fields of `args` to be made secrets. */
  secret?: readonly string[];
}

/** Arguments of the fixture's kubernetes provider. */
export type ProviderArguments = Readonly<Record<string, unknown>>;

export const machineToolchain = (): Promise<Toolchain> => provideToolchain({ report: progressPrinter() });

/** The real CLI with stand-in plugins in a folder of its own, whose name has a space in it, and the fixture program. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "bulkhead standin-"));
  readonly program = join(this.folder, "program");
  readonly engine: Engine;
  private stacks = 0;

  /** @param fixture Folder of the program. Unset: the one for @pulumi/kubernetes. */
  constructor(
    readonly toolchain: Toolchain,
    fixture = join(__dirname, "program"),
  ) {
    const folder = join(this.folder, "estate");
    this.engine = provideEngine({
      pulumi: toolchain.pulumi,
      kubectl: toolchain.controlPlane.command("kubectl"),
      folder,
    });
    mkdirSync(this.program);
    cpSync(fixture, this.program, { recursive: true });
    symlinkSync(join(REPOSITORY, "node_modules"), join(this.program, "node_modules"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return runPulumi(this.engine, args, { cwd: this.program, ...options });
  }

  async stack(): Promise<Stack> {
    this.stacks += 1;
    const stack = new Stack(this, `s${this.stacks}`);
    await succeed(this.run(["stack", "init", stack.name]));
    return stack;
  }
}

/** A stack of the fixture program; each command deploys what is declared. */
export class Stack {
  provider: ProviderArguments = { clusterIdentifier: "test" };

  constructor(
    private readonly project: Project,
    readonly name: string,
  ) {}

  declare(...resources: readonly Declared[]): void {
    const content = { provider: this.provider, resources };
    writeFileSync(join(this.project.program, "declared.json"), JSON.stringify(content));
  }

  up = (...more: string[]) => this.run("up", {}, "--yes", "--skip-preview", ...more);
  preview = (...more: string[]) => this.run("preview", {}, "--diff", ...more);
  refresh = (...more: string[]) => this.run("refresh", {}, "--yes", "--skip-preview", ...more);
  destroy = (...more: string[]) => this.run("destroy", {}, "--yes", "--skip-preview", ...more);

  async run(command: string, options: RunOptions, ...more: string[]): Promise<RunResult> {
    const args = [command, "--stack", this.name, "--non-interactive", "--color", "never", ...more];
    return this.project.run(args, options);
  }

  /** The resource of a logical name as the state has it; undefined when it has not. */
  async resource(name: string): Promise<StateResource | undefined> {
    const { stdout } = await succeed(this.project.run(["stack", "export", "--stack", this.name]));
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: StateResource[] } };
    return deployment.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
  }
}

export interface StateResource {
  urn: string;
  id: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

/** For commands that are not under test. */
export async function succeed(running: Promise<RunResult>): Promise<RunResult> {
  const result = await running;
  if (result.code !== 0) throw new Error(`pulumi failed with ${result.code}:\n${result.stdout}\n${result.stderr}`);
  return result;
}

/** Asks again and again; a test that waits in vain runs into its own time limit. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(50);
}

export const read = (path: string): string => readFileSync(path, "utf8");
