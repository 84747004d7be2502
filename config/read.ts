import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { parseDocument } from "yaml";
import type { StackSources, TenantFile } from "./estate";
import { ConfigError, type Problem } from "./problems";

const PREFIX = "bulkhead:";

/**
 * Sources of a stack from its file, without the Pulumi engine: for what has to work before anything is installed.
 * @throws ConfigError when there is no such stack file, with the names of those there are.
 */
export function readStackFile(root: string, stack: string): StackSources {
  const source = `Pulumi.${stack}.yaml`;
  const path = join(root, source);
  if (!existsSync(path)) {
    const there = readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
    throw new ConfigError(source, [
      { path: [source], rule: `is not there; stack files here: ${there.join(", ") || "none"}` },
    ]);
  }
  const unreadable: Problem[] = [];
  const document = readYaml(path, [source], unreadable) as { config?: unknown } | null | undefined;
  const config = document?.config ?? {};
  const own = Object.entries(config).filter(([key]) => key.startsWith(PREFIX));
  return withTenantFiles(
    root,
    source,
    Object.fromEntries(own.map(([key, value]) => [key.slice(PREFIX.length), value])),
    unreadable,
  );
}

/** Sources of a stack from the configuration that the Pulumi engine hands to the program: JSON text for every map. */
export function readEngineConfig(root: string, stack: string, config: Readonly<Record<string, string>>): StackSources {
  const own = Object.entries(config).filter(([key]) => key.startsWith(PREFIX));
  const values = Object.fromEntries(own.map(([key, text]) => [key.slice(PREFIX.length), fromEngine(text)]));
  return withTenantFiles(root, `Pulumi.${stack}.yaml`, values, []);
}

function fromEngine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function withTenantFiles(
  root: string,
  source: string,
  values: Record<string, unknown>,
  unreadable: Problem[],
): StackSources {
  const folder = values.tenantsFolder;
  if (folder === undefined || folder === "") return { source, values, tenantFiles: [], unreadable };
  const path = ["tenantsFolder"];
  if (typeof folder !== "string") {
    unreadable.push({ path, value: folder, rule: "is not a folder's path; write one, as tenants" });
    return { source, values, tenantFiles: [], unreadable };
  }
  const place = join(root, folder);
  if (!existsSync(place) || !statSync(place).isDirectory()) {
    unreadable.push({
      path,
      value: folder,
      rule: "is not a folder beside the stack file; create it or remove the key",
    });
    return { source, values, tenantFiles: [], unreadable };
  }
  return { source, values, tenantFiles: tenantFilesIn(place, folder, unreadable), unreadable };
}

function tenantFilesIn(place: string, folder: string, unreadable: Problem[]): TenantFile[] {
  const names = readdirSync(place)
    .filter((name) => [".yaml", ".yml"].includes(extname(name)))
    .sort();
  const files = names.map((name) => ({
    file: join(folder, name),
    id: basename(name, extname(name)),
    path: join(place, name),
  }));
  const seen = new Set<string>();
  return files.flatMap(({ file, id, path }) => {
    if (seen.has(id)) {
      unreadable.push({ path: ["tenants", id], rule: `has two files in ${folder}; keep one of them` });
      return [];
    }
    seen.add(id);
    return [{ file, id, value: readYaml(path, [file], unreadable) }];
  });
}

function readYaml(path: string, at: string[], unreadable: Problem[]): unknown {
  const document = parseDocument(readFileSync(path, "utf8"), { prettyErrors: true });
  for (const error of document.errors) {
    unreadable.push({ path: at, rule: `is not valid YAML: ${error.message.split("\n")[0]?.replace(/:$/, "")}` });
  }
  return document.errors.length > 0 ? {} : document.toJS();
}
