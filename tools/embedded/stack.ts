import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The embedded cluster carries one stack at a time: two would fight over the shared roles and over tenants' names. */
export function residentStack(folder: string): string | undefined {
  const file = residence(folder);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

export function settle(folder: string, stack: string): void {
  writeFileSync(residence(folder), `${stack}\n`);
}

/** What has a script of ours mean a stack: nothing for the one it means by itself. */
export function stackFlag(stack: string): string {
  return stack === "dev" ? "" : ` -- --stack ${stack}`;
}

function residence(folder: string): string {
  return join(folder, "stack");
}
