import { type Command, InvalidArgumentError } from "commander";
import { Unreachable } from "../components/cluster/api";
import { ConfigError } from "../config/problems";
import { NotWritable } from "./output";

/** Exit code of a command that was to find something out and did not, or not everything. */
const NO_VERDICT = 3;

type Fault = new (...args: never[]) => Error;

/**
 * Runs a command whose exit code is a verdict. Whatever keeps it from one ends with 3: what could not be made sense of,
 * nobody is to take for something that was found.
 * @param mendable By whoever runs the command, besides what every command may meet; told without a stack trace.
 */
export async function verdict(find: () => Promise<number>, mendable: Fault): Promise<void> {
  try {
    process.exitCode = await find();
  } catch (error) {
    const told = [mendable, Unreachable, ConfigError, NotWritable].some((kind) => error instanceof kind);
    process.stderr.write(`${told ? (error as Error).message : (error as Error).stack}\n`);
    process.exitCode = NO_VERDICT;
  }
}

/** The same for what stands on the command line. */
export function withVerdict(command: Command): Command {
  return command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : NO_VERDICT));
}

/** Requests under way at the same time, as an option says it. */
export function requests(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("give a number of 1 or more");
}
