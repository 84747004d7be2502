import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A program that runs or ran on this machine. A pid alone is not enough: the kernel hands pids out again. */
export interface Program {
  readonly pid: number;
  /** When it was started, in the kernel's own words; only ever compared for equality. */
  readonly born: string;
}

/** The program that has this pid now; undefined when there is none, or only its exit code is left. */
export function programAt(pid: number): Program | undefined {
  const born = process.platform === "linux" ? bornByProc(pid) : bornByPs(pid);
  return born === undefined ? undefined : { pid, born };
}

export function isRunning(program: Program): boolean {
  return programAt(program.pid)?.born === program.born;
}

/** This very program. */
export const self: Program = { pid: process.pid, born: programAt(process.pid)?.born ?? "unknown" };

function bornByProc(pid: number): string | undefined {
  try {
    // The second field is the command in parentheses and may hold blanks; what comes after it counts from the state.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop()?.split(" ") ?? [];
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const [state, threads, start] = [fields[0], Number(fields[17]), fields[19]];
    // Of a killed program the first thread may be over while others still hold its files and its ports.
    return state === "Z" && threads <= 1 ? undefined : `${start}@${boot}`;
  } catch {
    return undefined;
  }
}

function bornByPs(pid: number): string | undefined {
  const { status, stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
  const [state = "Z", ...start] = stdout.trim().split(/\s+/);
  return status !== 0 || state.startsWith("Z") ? undefined : start.join(" ");
}
