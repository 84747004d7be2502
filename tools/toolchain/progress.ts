import type { WriteStream } from "node:tty";

/** How far some work has come. */
export interface Progress {
  /** What is worked on: "Kubernetes control plane". */
  readonly what: string;
  /** What happens to it: "compiling". */
  readonly doing: string;
  readonly count?: Count;
  /** Milliseconds since this work began. */
  readonly elapsed: number;
  /** The last word on this work comes with "done" or "failed". */
  readonly state: "working" | "done" | "failed";
}

export interface Count {
  readonly done: number;
  /** Unset: nobody knows yet. */
  readonly of?: number;
  readonly unit: string;
}

export type Report = (progress: Progress) => void;

/** Tells what happens now, and how far it has come. */
export type Say = (doing: string, count?: Count) => void;

/** Runs `work` and reports about it: whenever it says something, once a second anyway, and when it is over. */
export async function reported<T>(what: string, report: Report, work: (say: Say) => Promise<T>): Promise<T> {
  const start = Date.now();
  let latest: { doing: string; count?: Count } | undefined;
  const tell = (state: Progress["state"]) => {
    if (latest) {
      report({ what, ...latest, elapsed: Date.now() - start, state });
    }
  };
  const timer = setInterval(tell, 1000, "working");
  try {
    const result = await work((doing, count) => {
      latest = count ? { doing, count } : { doing };
      tell("working");
    });
    tell("done");
    return result;
  } catch (error) {
    tell("failed");
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** "Kubernetes control plane: compiling, 812 of 2,722 packages, 2m10s" */
export function describeProgress({ what, doing, count, elapsed, state }: Progress): string {
  const step = { working: doing, done: "ready", failed: `${doing} failed` }[state];
  return [
    `${what}: ${step}`,
    ...(count && state === "working" ? [describeCount(count)] : []),
    describeTime(elapsed),
  ].join(", ");
}

/**
 * Prints progress for people. On a terminal: one line that is rewritten. Elsewhere: a line when something begins and
 * ends, and one every 15 seconds between.
 */
export function progressPrinter(stream: WriteStream | NodeJS.WritableStream = process.stderr): Report {
  return "isTTY" in stream && stream.isTTY ? rewriting(stream) : appending(stream);
}

function rewriting(stream: WriteStream): Report {
  return (progress) => {
    const line = describeProgress(progress).slice(0, stream.columns - 1);
    stream.write(`\r${line}\x1b[K${progress.state === "working" ? "" : "\n"}`);
  };
}

function appending(stream: NodeJS.WritableStream): Report {
  const interval = 15_000;
  let printed = { what: "", elapsed: 0 };
  return (progress) => {
    const due = progress.what !== printed.what || progress.elapsed - printed.elapsed >= interval;
    if (due || progress.state !== "working") {
      printed = progress;
      stream.write(`${describeProgress(progress)}\n`);
    }
  };
}

function describeCount({ done, of, unit }: Count): string {
  const number = (value: number) => value.toLocaleString("en-US");
  return of === undefined ? `${number(done)} ${unit}` : `${number(done)} of ${number(of)} ${unit}`;
}

function describeTime(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
}
