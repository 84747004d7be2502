import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { withLock } from "../toolchain/lock";
import type { Report } from "../toolchain/progress";

const POLL_MS = 200;

/** One `npm start` at a time: a second one would take the first one's deployment for one that was interrupted. */
export async function alone<T>(folder: string, report: Report, work: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const waiting = patience("npm start", report);
  return withLock(
    join(folder, "start.lock"),
    ({ pid }) => waiting.for(pid),
    () => {
      waiting.end();
      return work();
    },
  );
}

/**
 * Waits until no CLI works on a stack of this folder any more, be it somebody's own or one whose `npm start` was
 * killed, and removes the locks of those that were killed and could not do so themselves.
 */
export async function untilUnlocked(folder: string, report: Report): Promise<void> {
  const waiting = patience("pulumi", report);
  for (let owner = liveOwner(folder); owner !== undefined; owner = liveOwner(folder)) {
    waiting.for(owner);
    await pause(POLL_MS);
  }
  waiting.end();
}

function patience(what: string, report: Report) {
  const start = Date.now();
  let waited = false;
  return {
    for: (pid: number) => {
      waited = true;
      report({
        what,
        doing: `waiting for process ${pid}, which is at it`,
        elapsed: Date.now() - start,
        state: "working",
      });
    },
    end: () => {
      if (waited) report({ what, doing: "waiting", elapsed: Date.now() - start, state: "done" });
    },
  };
}

/** Lock of a file backend, as the Pulumi CLI writes it. */
interface Lock {
  readonly pid?: number;
}

function liveOwner(folder: string): number | undefined {
  const locks = join(folder, "pulumi", "state", ".pulumi", "locks");
  if (!existsSync(locks)) return undefined;
  const files = readdirSync(locks, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => join(entry.parentPath, entry.name));
  return files.map(ownerOf).find((owner) => owner !== undefined);
}

/** Who holds a lock; undefined for a dead owner, whose lock is removed. */
function ownerOf(file: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(file, "utf8")) as Lock;
    if (pid !== undefined && programName(pid).startsWith("pulumi")) return pid;
    rmSync(file, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return undefined;
}

/** The kernel hands pids out again, so that a pid alone says nothing; empty for a program that has ended. */
function programName(pid: number): string {
  if (process.platform !== "linux") {
    return basename(spawnSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim());
  }
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}
