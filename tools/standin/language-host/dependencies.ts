import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  AboutResponse,
  DependencyInfo,
  type GetProgramDependenciesRequest,
  GetProgramDependenciesResponse,
} from "@pulumi/pulumi/proto/language_pb";

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** What `pulumi about` lists: the packages that the program asks for by name, in the version that is installed. */
export function programDependencies(request: GetProgramDependenciesRequest): GetProgramDependenciesResponse {
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const manifest = readManifest(join(folder, "package.json")) as Manifest;
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort();
  return new GetProgramDependenciesResponse().setDependenciesList(
    names.map((name) => new DependencyInfo().setName(name).setVersion(installedVersion(folder, name))),
  );
}

export function aboutNode(): AboutResponse {
  return new AboutResponse().setExecutable(process.execPath).setVersion(process.version);
}

function installedVersion(folder: string, name: string): string {
  const lookup = createRequire(join(folder, "noop.js")).resolve.paths(name) ?? [];
  for (const place of lookup) {
    const manifest = readManifest(join(place, name, "package.json")) as { version?: string };
    if (manifest.version) return manifest.version;
  }
  return "not installed";
}

function readManifest(path: string): object {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}
