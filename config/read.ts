import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { StackSources } from "./estate";
import { readTenantsFolder } from "./folder";
import { isMap } from "./merge";
import { ConfigError, didYouMean, type Problem } from "./problems";
import { readYaml } from "./yaml";

const NAMESPACE = "bulkhead";

/** File of a stack, relative to the project. */
export function fileOfStack(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/**
 * Sources of a stack from its file, without the Pulumi engine: for what has to work before anything is installed.
 * @throws ConfigError when there is no such stack file, with the names of those there are.
 */
export function readStackFile(root: string, stack: string): StackSources {
  const source = fileOfStack(stack);
  const path = join(root, source);
  if (!existsSync(path)) {
    const there = readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
    const rule = `is not there${didYouMean(source, there)} (stack files here: ${there.join(", ") || "none"})`;
    throw new ConfigError(source, [{ path: [], rule }]);
  }
  const unreadable: Problem[] = [];
  return sourcesOf(root, stack, configOf(path, unreadable), unreadable);
}

/** Sources of a stack from the configuration that the Pulumi engine hands to the program: JSON text for every map. */
export function readEngineConfig(root: string, stack: string, config: Readonly<Record<string, string>>): StackSources {
  const values = Object.fromEntries(Object.entries(config).map(([key, text]) => [key, fromEngine(text)]));
  return sourcesOf(root, stack, values, []);
}

function fromEngine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function configOf(path: string, unreadable: Problem[]): Readonly<Record<string, unknown>> {
  const reading = readYaml(path);
  if ("fault" in reading) {
    unreadable.push({ path: [], rule: reading.fault });
    return {};
  }
  const file = reading.value ?? {};
  if (!isMap(file)) {
    unreadable.push({ path: [], value: file, rule: "is not a stack file; write config: and the keys below it" });
    return {};
  }
  const config = file.config ?? {};
  if (isMap(config)) return config;
  unreadable.push({
    path: ["config"],
    value: config,
    rule: `is not a map; write ${NAMESPACE}:tenants: and the like below it`,
  });
  return {};
}

function sourcesOf(
  root: string,
  stack: string,
  config: Readonly<Record<string, unknown>>,
  unreadable: Problem[],
): StackSources {
  unreadable.push(...strayKeys(Object.keys(config)));
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${NAMESPACE}:`));
  const values = Object.fromEntries(own.map(([key, value]) => [key.slice(NAMESPACE.length + 1), value]));
  const { tenantsFolder: folder } = values;
  const isSet = folder !== undefined && folder !== "";
  const source = fileOfStack(stack);
  return { stack, source, values, tenantFiles: isSet ? readTenantsFolder(root, folder, unreadable) : [], unreadable };
}

/** Keys that nobody would ever read, because their namespace is missing or misspelt. */
function strayKeys(keys: readonly string[]): Problem[] {
  return keys.flatMap((key): Problem[] => {
    const [namespace = "", name] = key.split(":");
    if (name === undefined) return [{ path: ["config", key], rule: `has no namespace; write ${NAMESPACE}:${key}` }];
    const hint = didYouMean(namespace, [NAMESPACE]);
    return hint === "" ? [] : [{ path: ["config", key], rule: `is not read by anybody${hint}` }];
  });
}
