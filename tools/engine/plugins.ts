import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
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
 * Whether a CLI brings the official language host along. The CLI that we build has a script in that place, which
 * starts whatever BULKHEAD_LANGUAGE_HOST names.
 */
export function languageHostOf(pulumi: string): Origin {
  const beside = join(dirname(realpathSync(pulumi)), "pulumi-language-nodejs");
  if (!existsSync(beside)) return "stand-in";
  return readFileSync(beside).subarray(0, 4096).includes("BULKHEAD_LANGUAGE_HOST") ? "stand-in" : "official";
}

export interface KubernetesPluginOptions {
  pulumi: string;
  home: string;
  languageHost: Origin;
  network: "offline" | "online";
}

/** Command line of one of our stand-in plugins. */
export function standin(name: string): string[] {
  return [process.execPath, "-r", join(ROOT, "register.js"), join(ROOT, "tools", "standin", name, "main.ts")];
}

/**
 * Puts the kubernetes plugin into `home`: the official one when this machine has exactly that version, or when an
 * official CLI can fetch it; otherwise the stand-in. A CLI that we had to build says that nothing can be fetched.
 */
export function provideKubernetesPlugin(options: KubernetesPluginOptions): Origin {
  const place = placeOf(KUBERNETES, options.home);
  if (isOfficial(place)) return "official";
  const installed = placeOf(KUBERNETES, process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"));
  if (installed !== place && isOfficial(installed)) {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(installed, place);
    return "official";
  }
  if (options.languageHost === "official" && options.network === "online" && download(options, place)) {
    return "official";
  }
  placeStandin(KUBERNETES, options.home, {});
  return "stand-in";
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

function download({ pulumi, home }: KubernetesPluginOptions, place: string): boolean {
  const result = spawnSync(pulumi, ["plugin", "install", "resource", KUBERNETES.name, KUBERNETES.version], {
    env: { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: DOWNLOAD_LIMIT,
    stdio: "ignore",
  });
  return result.status === 0 && isOfficial(place);
}

/** The stand-in is a small script, the official plugin a binary of a hundred megabytes. */
function isOfficial(place: string): boolean {
  const executable = join(place, executableOf(KUBERNETES));
  if (!existsSync(executable)) return false;
  const target = realpathSync(executable);
  return lstatSync(target).size > 1024 * 1024 && !existsSync(`${place}.partial`);
}
