import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Every process that runs in a folder or whose command line names it, this one left out. */
export function processesOf(folder: string): Process[] {
  return all().filter(({ pid, command, cwd }) => {
    return pid !== process.pid && (command.includes(folder) || cwd.startsWith(folder));
  });
}

/** Ends programs at once, with the process groups that they lead. Those that have ended since are left alone. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    for (const target of [-pid, pid]) {
      try {
        process.kill(target, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }
}

function all(): (Process & { cwd: string })[] {
  if (process.platform !== "linux") {
    const lines = execFileSync("ps", ["-axo", "pid=,command="], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => {
      const [pid = "", ...command] = line.trim().split(" ");
      return { pid: Number(pid), command: command.join(" "), cwd: "" };
    });
  }
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => ({
    pid: Number(pid),
    command: orNothing(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " "),
    cwd: orNothing(() => readlinkSync(`/proc/${pid}/cwd`)),
  }));
}

/** A process may end while it is looked at. */
function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
