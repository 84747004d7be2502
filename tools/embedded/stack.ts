import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programAt } from "../toolchain/program";

/** The embedded cluster carries one stack at a time: two would fight over the shared roles and over tenants' names. */
export function residentStack(folder: string): string | undefined {
  const file = residence(folder);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

export function settle(folder: string, stack: string): void {
  writeFileSync(residence(folder), `${stack}\n`);
}

export function vacate(folder: string): void {
  rmSync(residence(folder), { force: true });
}

function residence(folder: string): string {
  return join(folder, "stack");
}

/** Lock of a file backend, as the Pulumi CLI writes it. */
interface Lock {
  readonly pid?: number;
}

/** Removes the locks of CLI processes that were killed and could not do so themselves. Live ones are left alone. */
export function releaseDeadLocks(folder: string): void {
  const locks = join(folder, "pulumi", "state", ".pulumi", "locks");
  if (!existsSync(locks)) return;
  for (const entry of readdirSync(locks, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const { pid } = JSON.parse(readFileSync(file, "utf8")) as Lock;
    if (pid !== undefined && programAt(pid) === undefined) rmSync(file, { force: true });
  }
}
