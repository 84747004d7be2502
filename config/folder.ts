import { type Dirent, existsSync, readdirSync, statSync } from "node:fs";
import { basename, extname, isAbsolute, join, normalize } from "node:path";
import type { TenantFile } from "./estate";
import type { Problem } from "./problems";
import { readYaml } from "./yaml";

const EXTENSIONS = [".yaml", ".yml"];

/** The tenants of a folder, one file each. Whatever could not be read is told to `unreadable`. */
export function readTenantsFolder(root: string, folder: unknown, unreadable: Problem[]): TenantFile[] {
  const fault = folderFault(root, folder);
  if (fault !== undefined || typeof folder !== "string") {
    unreadable.push({ path: ["tenantsFolder"], value: folder, rule: fault ?? "is not a path" });
    return [];
  }
  const place = normalize(folder).replace(/\/$/, "");
  const entries = readdirSync(join(root, place), { withFileTypes: true }).sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  const seen = new Set<string>();
  return entries.flatMap((entry) => {
    const file = join(place, entry.name);
    const rule = entryFault(entry, seen, place);
    if (rule !== undefined) unreadable.push({ file, path: [], rule });
    if (rule !== undefined || !isTenantFile(entry.name)) return [];
    seen.add(idOf(entry.name));
    return [readTenantFile(root, file, unreadable)];
  });
}

function folderFault(root: string, folder: unknown): string | undefined {
  if (typeof folder !== "string") return "is not a folder's path; write one, as tenants";
  const place = normalize(folder);
  if (isAbsolute(place) || place === ".." || place.startsWith("../")) {
    return "leads out of the project; name a folder inside it, as tenants";
  }
  if (["", ".", "./"].includes(place)) return "is the project itself; name a folder inside it, as tenants";
  const path = join(root, place);
  if (existsSync(path) && statSync(path).isDirectory()) return undefined;
  return "is not a folder of the project; create it or remove the key";
}

/** A file that is passed over is a tenant that is removed, so only what cannot be meant as one is. */
function entryFault({ name }: Dirent, seen: ReadonlySet<string>, place: string): string | undefined {
  if (name.startsWith(".") || name.endsWith(".md")) return undefined;
  if (!isTenantFile(name)) return "is not a tenant's file; name it <id>.yaml or move it out of the folder";
  if (!seen.has(idOf(name))) return undefined;
  return `is a second file of tenant "${idOf(name)}" in ${place}; keep one of them`;
}

function isTenantFile(name: string): boolean {
  return !name.startsWith(".") && EXTENSIONS.includes(extname(name));
}

function idOf(name: string): string {
  return basename(name, extname(name));
}

function readTenantFile(root: string, file: string, unreadable: Problem[]): TenantFile {
  const id = idOf(file);
  const reading = readYaml(join(root, file));
  if ("value" in reading) return { file, id, value: reading.value };
  unreadable.push({ file, path: [], rule: reading.fault });
  return { file, id };
}
