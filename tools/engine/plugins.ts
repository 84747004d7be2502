import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Report, Toolchain } from "../toolchain";
import { CommandFailed, run } from "../toolchain/command";
import { reported } from "../toolchain/progress";
import { writeScript } from "./scripts";

const ROOT = join(__dirname, "..", "..");

/** A resource plugin, and the version that this repository's SDK asks for. */
interface Plugin {
  readonly name: string;
  readonly version: string;
}

const KUBERNETES: Plugin = { name: "kubernetes", version: require("@pulumi/kubernetes/package.json").version };
const AWS: Plugin = { name: "aws", version: require("@pulumi/aws/package.json").version };

const folderOf = ({ name, version }: Plugin) => `resource-${name}-v${version}`;
const executableOf = ({ name }: Plugin) => `pulumi-resource-${name}`;

/** How long a download of the official plugin may take before the stand-in is used instead, in milliseconds. */
const DOWNLOAD_LIMIT = 90_000;

export type Origin = "official" | "stand-in";

/**
 * Whether a CLI brings the official language host along. The machine's is only used with one, which need not lie beside
 * it: version managers put both on PATH by way of shims. The CLI that we build starts what BULKHEAD_LANGUAGE_HOST names.
 */
export function languageHostOf({ origin }: Toolchain["pulumi"]): Origin {
  return origin === "PATH" ? "official" : "stand-in";
}

export interface FetchOptions {
  readonly pulumi: Toolchain["pulumi"];
  readonly home: string;
  readonly network: "offline" | "online";
  readonly report: Report;
}

/** Command line of one of our stand-in plugins. */
export function standin(name: string): string[] {
  return [process.execPath, "-r", join(ROOT, "register.js"), join(ROOT, "tools", "standin", name, "main.ts")];
}

/**
 * Fetches the official kubernetes plugin into `home` where the machine's CLI can do that, unless it is there. Whether it
 * came, provideKubernetesPlugin sees. A CLI that we had to build says that nothing can be fetched.
 */
export async function fetchKubernetesPlugin({ pulumi, home, network, report }: FetchOptions): Promise<void> {
  const isThere = isOfficial(placeOf(KUBERNETES, home)) || isOfficial(installedPlace());
  if (isThere || languageHostOf(pulumi) === "stand-in" || network === "offline") return;
  const { name, version } = KUBERNETES;
  const environment = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    await reported("Pulumi's kubernetes plugin", report, async (say) => {
      say(`fetching version ${version}`);
      await run([pulumi.file, "plugin", "install", "resource", name, version], { environment, limit: DOWNLOAD_LIMIT });
    });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
  }
}

export interface KubernetesPluginOptions {
  readonly home: string;
  /** Of the embedded control plane, beside which the stand-in runs what a chart's pods would do. */
  readonly folder: string;
  /** "stand-in": also where the official one is to be had. */
  readonly wanted: "any" | "stand-in";
}

/**
 * Puts the kubernetes plugin into `home`: the official one when it is there or this machine has it, else, or where it is
 * asked for, the stand-in.
 */
export function provideKubernetesPlugin({ home, folder, wanted }: KubernetesPluginOptions): Origin {
  if (wanted === "any" && placeOfficial(home)) return "official";
  placeStandin(KUBERNETES, home, { BULKHEAD_FOLDER: folder });
  return "stand-in";
}

/** Whether the official kubernetes plugin is in `home` by now. */
function placeOfficial(home: string): boolean {
  const place = placeOf(KUBERNETES, home);
  if (isOfficial(place)) return true;
  const installed = installedPlace();
  if (isOfficial(installed)) {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(installed, place);
    return true;
  }
  return false;
}

/** Where the user's own CLI keeps the plugin. */
function installedPlace(): string {
  return placeOf(KUBERNETES, process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"));
}

/**
 * Puts the stand-in aws plugin into `home`, whatever else this machine has: the embedded engine works on a cloud in
 * `folder`, and never touches a real one.
 */
export function provideAwsPlugin({ home, folder }: { readonly home: string; readonly folder: string }): void {
  placeStandin(AWS, home, { BULKHEAD_FOLDER: folder });
}

function placeOf(plugin: Plugin, home: string): string {
  return join(home, "plugins", folderOf(plugin));
}

function placeStandin(plugin: Plugin, home: string, environment: Readonly<Record<string, string>>): void {
  const place = placeOf(plugin, home);
  // A link leads into the user's own home, where nothing of ours belongs.
  if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(place);
  writeScript(join(place, executableOf(plugin)), {
    purpose: `Stand-in for ${executableOf(plugin)} ${plugin.version}.`,
    environment,
    command: standin(plugin.name),
  });
}

/** The stand-in is a small script, the official plugin a binary of a hundred megabytes. */
function isOfficial(place: string): boolean {
  const executable = join(place, executableOf(KUBERNETES));
  if (!existsSync(executable)) return false;
  const target = realpathSync(executable);
  return lstatSync(target).size > 1024 * 1024 && !existsSync(`${place}.partial`);
}
