import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "..", "..");
const sources = join(root, "tools", "standin");

/**
 * Turns the stand-in plugins into plain JavaScript below `folder` and returns where they are. A plugin starts with
 * every single command, and loading a compiler first would cost it half a second each time. Safe under two
 * concurrent callers: the result is named after its inputs and moved into place whole.
 */
export function compileStandins(folder: string): string {
  const files = typescriptFiles(sources);
  const digest = createHash("sha256");
  for (const file of files) digest.update(relative(sources, file)).update("\0").update(readFileSync(file));
  const name = `standin-${digest.digest("hex").slice(0, 16)}`;
  const target = join(folder, name);
  if (!existsSync(target)) {
    build(files, target);
    removeOlder(folder, name);
  }
  return target;
}

function build(files: readonly string[], target: string): void {
  const typescript = require("typescript") as typeof import("typescript");
  const draft = `${target}.${process.pid}.draft`;
  for (const file of files) {
    const { outputText } = typescript.transpileModule(readFileSync(file, "utf8"), {
      compilerOptions: {
        target: typescript.ScriptTarget.ES2023,
        module: typescript.ModuleKind.CommonJS,
        esModuleInterop: true,
      },
    });
    const output = join(draft, relative(sources, file).replace(/\.ts$/, ".js"));
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, outputText);
  }
  // The folder may lie anywhere, and a plugin needs the packages of this repository.
  symlinkSync(join(root, "node_modules"), join(draft, "node_modules"));
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

function removeOlder(folder: string, current: string): void {
  for (const entry of readdirSync(folder)) {
    if (/^standin-[0-9a-f]{16}$/.test(entry) && entry !== current) {
      rmSync(join(folder, entry), { recursive: true, force: true });
    }
  }
}

function typescriptFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => join(folder, path));
}
