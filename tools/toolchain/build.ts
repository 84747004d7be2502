import { createHash } from "node:crypto";
import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keepFolder } from "./cache";
import { run } from "./command";
import type { Go, Workshop } from "./golang";
import { reported } from "./progress";
import type { Recipe } from "./recipes";

/**
 * Where a part is kept once it is built. The name depends on everything that goes into the part but the patch version
 * of Go: what the cache holds must be found on a machine without Go, and go.mod states the oldest Go that will do.
 */
export function partFolder(recipe: Recipe, cacheFolder: string): string {
  const { package: main, flags, scripts, folders } = recipe;
  const made = {
    main,
    flags,
    scripts,
    folders,
    platform: process.platform,
    arch: process.arch,
    sources: sourcesOf(recipe.module),
  };
  const key = createHash("sha256").update(JSON.stringify(made)).digest("hex").slice(0, 16);
  return join(cacheFolder, `${recipe.name}-${key}`);
}

/** Builds a part into its folder, unless it is there by now. */
export async function buildPart(recipe: Recipe, go: Go, workshop: Workshop): Promise<"cache" | "built"> {
  const folder = partFolder(recipe, workshop.cacheFolder);
  return keepFolder(folder, recipe.title, workshop.report, async (into) => {
    await compile(recipe, go, into, workshop);
    await copyFolders(recipe, go, into);
    for (const [name, script] of Object.entries(recipe.scripts)) {
      writeFileSync(join(into, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
  });
}

/** What a module cache holds may be read only, which would keep a part from being deleted. */
async function copyFolders({ module, folders = {} }: Recipe, { environment, file }: Go, into: string): Promise<void> {
  for (const [name, source] of Object.entries(folders)) {
    const found = await run([file, "list", "-m", "-f", "{{.Dir}}", source.module], { environment, folder: module });
    const copy = join(into, name);
    cpSync(join(found.trim(), source.path), copy, { recursive: true });
    for (const entry of ["", ...(readdirSync(copy, { recursive: true }) as string[])])
      chmodSync(join(copy, entry), 0o755);
  }
}

/** File name and text. A checkout on another system may have other line ends, but it is the same source. */
function sourcesOf(module: string): [string, string][] {
  return readdirSync(module)
    .filter((name) => name === "go.mod" || name === "go.sum" || name.endsWith(".go"))
    .sort()
    .map((name) => [name, readFileSync(join(module, name), "utf8").replaceAll("\r\n", "\n")]);
}

async function compile(recipe: Recipe, go: Go, into: string, { report }: Workshop): Promise<void> {
  const { environment, file } = go;
  await reported(recipe.title, report, async (say) => {
    const unit = "packages";
    let modules = 0;
    let packages = 0;
    say("looking at its sources");
    const listed = await run(
      [file, "list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", ...recipe.flags, recipe.package],
      {
        environment,
        folder: recipe.module,
        onLine: (line) => line.startsWith("go: downloading") && say("fetching", { done: ++modules, unit: "modules" }),
      },
    );
    const stale = listed.split("\n").filter((line) => line !== "").length;
    say("compiling", { done: 0, of: stale, unit });
    await run([file, "build", "-v", ...recipe.flags, "-o", join(into, recipe.name), recipe.package], {
      environment,
      folder: recipe.module,
      onLine: (line) => {
        if (/^[^\s:]+$/.test(line)) {
          packages += 1;
          say(packages < stale ? "compiling" : "linking", { done: Math.min(packages, stale), of: stale, unit });
        }
      },
    });
  });
}
