const undos: (() => void)[] = [];
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Runs `work`, and `undo` when it is over, however that comes about: done, failed, or this program ended in the middle
 * by a signal, an exit or a crash. `undo` must be synchronous, since a program that is ending waits for nothing.
 */
export async function undoneAfter<T>(undo: () => void, work: () => Promise<T>): Promise<T> {
  if (undos.length === 0) {
    listen("on");
  }
  undos.push(undo);
  try {
    return await work();
  } finally {
    undos.splice(undos.lastIndexOf(undo), 1);
    undo();
    if (undos.length === 0) {
      listen("off");
    }
  }
}

function listen(how: "on" | "off"): void {
  process[how]("exit", undoAll);
  for (const name of Object.keys(signals)) {
    process[how](name, exit);
  }
}

function exit(signal: keyof typeof signals): void {
  process.exit(128 + signals[signal]);
}

/** Latest first: a program is ended before its folder goes, and the folder goes before its lock. */
function undoAll(): void {
  while (undos.length > 0) {
    try {
      undos.pop()?.();
    } catch {
      // The others still get their turn, and the next run sweeps.
    }
  }
}
