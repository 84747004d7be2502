import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildPart, partFolder } from "./build";
import { defaultCacheFolder } from "./cache";
import { CommandFailed } from "./command";
import { neededGo, provideGo, type Workshop } from "./golang";
import { type ComponentName, type Lookup, machineControlPlane, machineKwok, machinePulumi } from "./machine";
import { CannotBuild, MissingToolchain } from "./missing";
import type { Report } from "./progress";
import { controlPlane, karpenter, kwok, pulumi, type Recipe } from "./recipes";

export { type ComponentName, components } from "./machine";
export { MissingToolchain } from "./missing";
export { describeProgress, type Progress, progressPrinter, type Report } from "./progress";
export { karpenterVersion } from "./recipes";

/** Where a part came from: the machine, an earlier build of ours, or a build just now. */
export type Origin = "PATH" | "KUBEBUILDER_ASSETS" | "cache" | "built";

/** The programs of the embedded estate; every file is an absolute path. */
export interface Toolchain {
  /**
   * The Pulumi CLI. Built by us ("cache", "built"), it starts the program named by BULKHEAD_LANGUAGE_HOST as its Node
   * language host; from PATH, it has its own.
   */
  readonly pulumi: { readonly file: string; readonly origin: Origin };
  readonly controlPlane: {
    readonly origin: Origin;
    /** File and leading arguments of a component: all may live in one binary. */
    readonly command: (component: ComponentName) => readonly [file: string, ...args: string[]];
  };
  readonly kwok: { readonly file: string; readonly origin: Origin };
}

export interface ToolchainOptions {
  readonly report: Report;
  /** Unset: BULKHEAD_CACHE, or bulkhead in the user's cache folder. */
  readonly cacheFolder?: string;
  /** "offline": only what the machine and the caches have. Unset: "online". */
  readonly network?: "online" | "offline";
  /** Unset: that of this program. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Finds the toolchain on this machine or in the cache, and builds what neither has (everything: seven minutes on two
 * cores, once). Throws MissingToolchain when that is impossible.
 */
export async function provideToolchain(options: ToolchainOptions): Promise<Toolchain> {
  const environment = options.environment ?? process.env;
  const [ownPulumi, ownControlPlane] = await Promise.all([
    machinePulumi(environment),
    machineControlPlane(environment),
  ]);
  const ownKwok = machineKwok(environment);
  const lacking = [lack(pulumi, ownPulumi), lack(controlPlane, ownControlPlane), lack(kwok, ownKwok)];
  const parts = await provideParts(lacking.flat(), options);
  return {
    pulumi: ownPulumi.found ? { file: ownPulumi.file, origin: "PATH" } : parts(pulumi),
    controlPlane: ownControlPlane.found
      ? { origin: ownControlPlane.origin, command: (component) => [ownControlPlane.files[component]] }
      : { origin: parts(controlPlane).origin, command: (component) => [parts(controlPlane).file, component] },
    kwok: ownKwok.found ? { file: ownKwok.file, origin: "PATH" } : parts(kwok),
  };
}

/** The autoscaler that runs in place of its pods. */
export interface Karpenter {
  readonly file: string;
  readonly origin: Origin;
  /** The folder of one of its charts. */
  readonly chart: (name: ChartName) => string;
}

export const chartNames = ["karpenter", "karpenter-crd"] as const;
export type ChartName = (typeof chartNames)[number];

/**
 * Takes Karpenter from the cache, or builds it (about 3 minutes on two cores, once). Apart from the rest: only
 * stacks with pools that it scales need it. No machine has its own, since it is made to run as a pod.
 * Throws MissingToolchain when that is impossible.
 */
export async function provideKarpenter(options: ToolchainOptions): Promise<Karpenter> {
  const parts = await provideParts([{ recipe: karpenter, reason: "it is always built" }], options);
  const { file, origin } = parts(karpenter);
  return { file, origin, chart: (name) => join(dirname(file), "charts", name) };
}

/** A part that the machine does not have, and why what it has does not do. */
export interface LackingPart {
  readonly recipe: Recipe;
  readonly reason: string;
}

export interface ProvidedPart {
  readonly file: string;
  readonly origin: "cache" | "built";
}

/** Takes the parts from the cache, or builds them into it, one after the other: each build uses all cores. */
export async function provideParts(
  parts: readonly LackingPart[],
  options: ToolchainOptions,
): Promise<(recipe: Recipe) => ProvidedPart> {
  const environment = options.environment ?? process.env;
  const { report, network = "online", cacheFolder = defaultCacheFolder(environment) } = options;
  const folder = (recipe: Recipe) => partFolder(recipe, cacheFolder);
  const unbuilt = parts.filter(({ recipe }) => !existsSync(folder(recipe)));
  const built = await buildAll(unbuilt, { report, network, cacheFolder, environment });
  return (recipe) => ({ file: join(folder(recipe), recipe.name), origin: built.get(recipe) ?? "cache" });
}

async function buildAll(
  parts: readonly LackingPart[],
  workshop: Workshop,
): Promise<ReadonlyMap<Recipe, "cache" | "built">> {
  const origins = new Map<Recipe, "cache" | "built">();
  for (const [index, { recipe }] of parts.entries()) {
    try {
      const go = await provideGo(neededGo(recipe.module), workshop);
      origins.set(recipe, await buildPart(recipe, go, workshop));
    } catch (error) {
      if (error instanceof CannotBuild || error instanceof CommandFailed) {
        throw missingToolchain(parts.slice(index), error.message, workshop);
      }
      throw error;
    }
  }
  return origins;
}

function missingToolchain(parts: readonly LackingPart[], why: string, workshop: Workshop): MissingToolchain {
  const missing = parts.map(({ recipe, reason }) => ({
    title: recipe.title,
    reason: `${reason}; not in the cache (${workshop.cacheFolder})`,
    remedy: recipe.remedy,
  }));
  const again = workshop.network === "offline" ? "run once without --offline" : "run again";
  return new MissingToolchain(missing, why, `install Go 1.26 or newer and ${again}`);
}

function lack<T>(recipe: Recipe, lookup: Lookup<T>): LackingPart[] {
  return lookup.found ? [] : [{ recipe, reason: lookup.reason }];
}
