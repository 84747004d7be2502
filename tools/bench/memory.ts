import { readdirSync, readFileSync } from "node:fs";

/** Programs of a deployment, by what their command line says. The language host starts the program. */
const PARTS = {
  engine: /(^|\/)pulumi\0/,
  program: /cmd\/run(\/index\.js)?\0|cmd\/run\/run/,
  aws: /standin\/aws\//,
  kubernetes: /standin\/kubernetes\//,
} as const;

/** Most memory that each program of a deployment had in use at once, in MiB. Nothing where there is no /proc. */
export type Peaks = Partial<Record<keyof typeof PARTS, number>>;

const SAMPLE_MS = 100;

/** The peaks of what this process starts while `work` runs. The kernel keeps them, so no sample misses one for long. */
export async function withPeaks<T>(work: () => Promise<T>): Promise<{ result: T; peaks: Peaks }> {
  const peaks: Peaks = {};
  const timer = setInterval(() => note(peaks), SAMPLE_MS);
  try {
    return { result: await work(), peaks };
  } finally {
    clearInterval(timer);
  }
}

function note(peaks: Peaks): void {
  if (process.platform !== "linux") return;
  for (const pid of descendants(process.pid)) {
    const command = read(pid, "cmdline");
    const [part] = Object.entries(PARTS).find(([, pattern]) => pattern.test(command)) ?? [];
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(read(pid, "status"))?.[1];
    if (part === undefined || kib === undefined) continue;
    const known = part as keyof typeof PARTS;
    peaks[known] = Math.max(peaks[known] ?? 0, Number(kib) / 1024);
  }
}

function descendants(pid: number): number[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), Number(/^PPid:\s+(\d+)$/m.exec(read(Number(name), "status"))?.[1])]),
  );
  const children = (parent: number): number[] =>
    [...parents].filter(([, of]) => of === parent).flatMap(([child]) => [child, ...children(child)]);
  return children(pid);
}

/** A process may end while it is looked at. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
