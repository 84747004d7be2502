const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What came of work that a signal may have asked to end. */
export interface Ended<T> {
  readonly result: T;
  readonly interrupted: boolean;
}

/**
 * Stays until `work`, which runs another program, has ended by itself, and tells it of signals instead of dying of
 * them: a CLI that loses its reader in the middle of a deployment leaves operations behind of which nobody knows how
 * they ended. Ctrl-C is not passed on, since the terminal sends it to the whole group, and a second one means "at once".
 */
export async function seenToItsEnd<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Ended<T>> {
  const abort = new AbortController();
  let interrupted = false;
  const heard = (signal: NodeJS.Signals) => {
    interrupted = true;
    if (signal !== "SIGINT") abort.abort();
  };
  const silenced = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  for (const signal of SIGNALS) process.removeAllListeners(signal).on(signal, heard);
  try {
    return { result: await work(abort.signal), interrupted };
  } finally {
    for (const [signal, listeners] of silenced) {
      process.off(signal, heard);
      for (const listener of listeners) process.on(signal, listener);
    }
  }
}
