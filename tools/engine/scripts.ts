import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface Script {
  /** Said in the script's first lines to whoever opens it. */
  purpose: string;
  /** Variables that the command always gets, whatever the caller has set. */
  environment?: Readonly<Record<string, string>>;
  /** Folder whose programs the command finds before all others. Unset: none. */
  before?: string;
  /** Command that gets the script's arguments and prints what its shell is to do first. Unset: nothing. */
  first?: readonly string[];
  /** The command that takes the script's place, with its leading arguments. */
  command: readonly string[];
}

/** Writes an executable that works from every folder and under paths with spaces; untouched when nothing changed. */
export function writeScript(path: string, { purpose, environment = {}, before, first, command }: Script): void {
  const lines = [
    "#!/bin/sh",
    `# ${purpose}`,
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${shellQuote(value)}`),
    ...(before === undefined ? [] : [`export PATH=${shellQuote(before)}:"$PATH"`]),
    ...(first === undefined ? [] : [`first=$(${first.map(shellQuote).join(" ")} "$@") || exit`, 'eval "$first"']),
    `exec ${command.map(shellQuote).join(" ")} "$@"`,
  ];
  const text = `${lines.join("\n")}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  // Moved into place: a shell reads a script while it runs it.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  chmodSync(draft, 0o755);
  renameSync(draft, path);
}

export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
