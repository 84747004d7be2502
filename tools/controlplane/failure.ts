import { readFileSync } from "node:fs";

/** A component that does not start. The message holds the end of its log, and says what the user can do. */
export class ControlPlaneFailure extends Error {
  constructor(component: string, problem: string, log: string) {
    super(
      [
        `${component} ${problem}; the end of ${log}:`,
        ...lastLines(log).map((line) => `  ${line}`),
        "if this does not go away, begin anew with: npm run stop -- --wipe",
      ].join("\n"),
    );
    this.name = "ControlPlaneFailure";
    this.stack = this.message;
  }
}

function lastLines(log: string): string[] {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  return lines.slice(-8).map((line) => line.slice(0, 300));
}
