import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Toolchain } from "../toolchain";
import {
  type FetchOptions,
  fetchKubernetesPlugin,
  languageHostOf,
  type Origin,
  provideAwsPlugin,
  provideKubernetesPlugin,
  standin,
} from "./plugins";
import { writeScript } from "./scripts";

/**
 * Protects nothing, and is not meant to: the embedded estate is a throw-away on this machine. A stack that matters has
 * its own, which is why the embedded CLI leaves stack files alone (redirect.ts).
 */
export const PASSPHRASE = "bulkhead-embedded";

export interface EngineOptions {
  /** The Pulumi CLI to use, and whether it is the machine's. */
  pulumi: Toolchain["pulumi"];
  /** Where home, state and wrappers live. Unset: `.bulkhead` in the repository. */
  folder?: string;
  /** Command line of kubectl, e.g. a binary and "kubectl". Unset: no kubectl wrapper is written. */
  kubectl?: readonly string[];
  /** Administrator's kubeconfig. Unset: `kubeconfig` in the folder. */
  kubeconfig?: string;
  /** Unset: the official one where it is to be had. */
  kubernetesPlugin?: "stand-in";
}

/** A Pulumi CLI with its own home, file backend and plugins, apart from whatever else this machine has. */
export interface Engine {
  folder: string;
  /** Wrapper to call: `<folder>/bin/pulumi`, with everything set. */
  pulumi: string;
  /** Wrapper for kubectl: `<folder>/bin/kubectl`; only there when a kubectl was given. */
  kubectl: string;
  /** Variables that the wrapper sets, for programs that call the CLI in other ways (the Automation API). */
  environment: Readonly<Record<string, string>>;
  languageHost: Origin;
  kubernetesPlugin: Origin;
}

export const REPOSITORY = join(__dirname, "..", "..");
export const ENGINE_FOLDER = join(REPOSITORY, ".bulkhead");

/** Fetches what an engine in `folder` is better off with; without it, the engine has a stand-in. */
export async function fetchPlugins(options: Omit<FetchOptions, "home"> & Pick<EngineOptions, "folder">): Promise<void> {
  await fetchKubernetesPlugin({ ...options, home: homeIn(resolve(options.folder ?? ENGINE_FOLDER)) });
}

function homeIn(folder: string): string {
  return join(folder, "pulumi");
}

/** Sets the engine up; idempotent, and quick when there is nothing to do. */
export function provideEngine(options: EngineOptions): Engine {
  const folder = resolve(options.folder ?? ENGINE_FOLDER);
  const home = homeIn(folder);
  const state = join(home, "state");
  mkdirSync(state, { recursive: true });
  const host = join(folder, "standin", "pulumi-language-nodejs");
  writeScript(host, {
    purpose: "Stand-in for pulumi-language-nodejs.",
    command: standin("language-host"),
  });
  const languageHost = languageHostOf(options.pulumi);
  const kubernetesPlugin = provideKubernetesPlugin({ home, folder, wanted: options.kubernetesPlugin ?? "any" });
  provideAwsPlugin({ home, folder });
  const bin = join(folder, "bin");
  writeScript(join(bin, "aws"), {
    purpose: "What a kubeconfig for EKS calls, for the cloud in this folder.",
    environment: { BULKHEAD_FOLDER: folder },
    command: standin("aws-cli"),
  });
  const kubeconfig = options.kubeconfig ?? join(folder, "kubeconfig");
  const environment = {
    PULUMI_HOME: home,
    // Without the sidecar files that the backend writes in place: a CLI killed at the wrong moment left one empty, and
    // with it a stack that could not be read.
    PULUMI_BACKEND_URL: `${pathToFileURL(state).href}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    KUBECONFIG: kubeconfig,
    ...QUIET,
    ...(languageHost === "stand-in" ? { BULKHEAD_LANGUAGE_HOST: host, PULUMI_IGNORE_AMBIENT_PLUGINS: "true" } : {}),
    ...(kubernetesPlugin === "stand-in" ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
  };
  const pulumi = join(bin, "pulumi");
  const kubectl = join(bin, "kubectl");
  writeScript(pulumi, {
    purpose: "The embedded Pulumi CLI, with its own home, state and plugins.",
    environment,
    // A kubeconfig for EKS calls `aws`, which has to be the one of this folder.
    before: bin,
    first: [process.execPath, "-r", join(REPOSITORY, "register.js"), join(__dirname, "redirect-main.ts"), folder],
    command: [options.pulumi.file],
  });
  if (options.kubectl) {
    writeScript(kubectl, {
      purpose: "kubectl for the embedded control plane.",
      environment: { KUBECONFIG: kubeconfig },
      command: options.kubectl,
    });
  }
  return { folder, pulumi, kubectl, environment, languageHost, kubernetesPlugin };
}

/** Nothing here should wait for, or talk to, anything beyond this machine. */
const QUIET = {
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
  PULUMI_SUPPRESS_NEO_LINK: "true",
  // A copy of each earlier state doubles the writing, and the estate is a throw-away.
  PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
};
