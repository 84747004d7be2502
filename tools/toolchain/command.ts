import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { undoneAfter } from "./undo";

export type Command = readonly [file: string, ...args: string[]];

export interface CommandOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly folder?: string;
  /** Milliseconds after which it is ended, and has failed. Unset: it may take as long as it likes. */
  readonly limit?: number;
  /** Called with each line of standard error as it comes. */
  readonly onLine?: (line: string) => void;
}

/** A command that could not be run or did not exit with 0. The message ends with the last lines it printed. */
export class CommandFailed extends Error {}

const keptLines = 12;

/** Runs a command to its end and gives its standard output. It, and all it started, ends when this program does. */
export async function run(command: Command, options: CommandOptions): Promise<string> {
  const [file, ...args] = command;
  const { environment, folder, limit, onLine } = options;
  // A group of its own: a signal to the group reaches the compilers that `go build` starts, too.
  const child = spawn(file, args, { cwd: folder, env: environment, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  const lines: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  createInterface(child.stderr).on("line", (line) => {
    lines.push(line);
    lines.splice(0, lines.length - keptLines);
    onLine?.(line);
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`),
    );
  });
  const timer = limit === undefined ? undefined : setTimeout(() => endGroup(child.pid), limit);
  const failure = await undoneAfter(
    () => endGroup(child.pid),
    () => ended,
  );
  clearTimeout(timer);
  if (failure !== undefined) {
    throw new CommandFailed([`${command.slice(0, 2).join(" ")} ${failure}`, ...lines].join("\n    "));
  }
  return Buffer.concat(output).toString("utf8");
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) {
      process.kill(-pid, "SIGTERM");
    }
  } catch {
    // Nobody is left in the group.
  }
}
