import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { isRunning, type Program, self } from "./program";
import { undoneAfter } from "./undo";

const pollMilliseconds = 100;

/**
 * Runs `work` while this program alone holds the lock `file`, whose folder must exist. While another program holds it,
 * `waiting` is called again and again. A lock whose owner is dead is taken over. Not reentrant.
 */
export async function withLock<T>(file: string, waiting: (owner: Program) => void, work: () => Promise<T>): Promise<T> {
  for (let owner = take(file); owner !== "taken"; owner = take(file)) {
    waiting(owner);
    await pause(pollMilliseconds);
  }
  return undoneAfter(() => rmSync(file, { force: true }), work);
}

/** Who holds the lock `file`; undefined when nobody does, or nobody alive. */
export function lockOwner(file: string): Program | undefined {
  const owner = read(file);
  return owner && isRunning(owner) ? owner : undefined;
}

function take(file: string): Program | "taken" {
  if (claim(file)) {
    return "taken";
  }
  const owner = read(file);
  if (owner === undefined) {
    return take(file);
  }
  if (isRunning(owner)) {
    return owner;
  }
  return inherit(file, owner) ?? take(file);
}

/**
 * Removes the lock of a dead owner. Two heirs at once are kept apart by a lock on that inheritance: without it, the
 * slower one would remove the lock that the faster one has just taken.
 */
function inherit(file: string, dead: Program): Program | undefined {
  const inheritance = `${file}.${dead.pid}`;
  const heir = take(inheritance);
  if (heir !== "taken") {
    return heir;
  }
  if (read(file)?.born === dead.born) {
    rmSync(file, { force: true });
  }
  rmSync(inheritance, { force: true });
  return undefined;
}

/** A hard link appears whole or not at all, so nobody ever reads a lock without an owner in it. */
function claim(file: string): boolean {
  const draft = `${file}.draft-${process.pid}`;
  writeFileSync(draft, JSON.stringify(self));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(file: string): Program | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Program;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
