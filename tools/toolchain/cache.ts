import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { lockOwner, withLock } from "./lock";
import type { Program } from "./program";
import type { Report } from "./progress";
import { undoneAfter } from "./undo";

/** BULKHEAD_CACHE, or the user's cache folder: outside the repository, so that a fresh clone finds it again. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv): string {
  const { BULKHEAD_CACHE, XDG_CACHE_HOME } = environment;
  return BULKHEAD_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "bulkhead");
}

/**
 * Sees to it that `folder` is there, whole. When it is not, `fill` gets another, empty folder, which takes this name
 * once it is full. Of several programs that want the same folder one fills it, and the others wait and report so.
 */
export async function keepFolder(
  folder: string,
  what: string,
  report: Report,
  fill: (into: string) => Promise<void>,
): Promise<"cache" | "built"> {
  if (existsSync(folder)) {
    return "cache";
  }
  mkdirSync(dirname(folder), { recursive: true });
  const start = Date.now();
  const tell = (doing: string, state: "working" | "done") =>
    report({ what, doing, elapsed: Date.now() - start, state });
  let waited = false;
  const waiting = ({ pid }: Program) => {
    waited = true;
    tell(`waiting for process ${pid}, which is at it`, "working");
  };
  return withLock(`${folder}.lock`, waiting, async () => {
    if (!existsSync(folder)) {
      await fillWhole(folder, fill);
      return "built";
    }
    if (waited) {
      tell("waiting", "done");
    }
    return "cache";
  });
}

async function fillWhole(folder: string, fill: (into: string) => Promise<void>): Promise<void> {
  sweep(dirname(folder), basename(folder));
  const unfinished = `${folder}.unfinished-${process.pid}`;
  await undoneAfter(
    () => rmSync(unfinished, { recursive: true, force: true, maxRetries: 3 }),
    async () => {
      mkdirSync(unfinished);
      await fill(unfinished);
      renameSync(unfinished, folder);
    },
  );
}

/** Removes what interrupted runs left: everything unfinished that nobody alive is working on. */
function sweep(cacheFolder: string, mine: string): void {
  for (const name of readdirSync(cacheFolder)) {
    const entry = /^(.+)\.unfinished-\d+$/.exec(name)?.[1];
    if (entry !== undefined && (entry === mine || !lockOwner(join(cacheFolder, `${entry}.lock`)))) {
      rmSync(join(cacheFolder, name), { recursive: true, force: true });
    }
  }
}
