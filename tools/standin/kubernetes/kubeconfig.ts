import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import type { Cluster, User } from "../../../components/cluster/kubeconfig";

interface Context {
  cluster?: string;
  user?: string;
  namespace?: string;
}

type Named<K extends string, T> = { name: string } & { [P in K]?: T };

export interface Kubeconfig {
  "current-context"?: string;
  contexts?: Named<"context", Context>[] | null;
  clusters?: Named<"cluster", Cluster>[] | null;
  users?: Named<"user", User>[] | null;
}

export interface Choice {
  /** Unset: the file's own current-context. */
  context?: string;
  /** Unset: the context's cluster. */
  cluster?: string;
}

export interface Access {
  cluster: Cluster;
  user: User;
  /** Namespace of the context, "" when it names none. */
  namespace: string;
  /** What relative paths in the file are relative to. */
  folder: string;
}

/** Reads a kubeconfig given as a path or as its own text (YAML or JSON). */
export function parseKubeconfig(pathOrText: string): { config: Kubeconfig; folder: string } {
  const path = pathOrText.replace(/^~(?=$|\/)/, homedir());
  const file = isFile(path);
  const text = file ? readFileSync(path, "utf8") : pathOrText;
  const config: unknown = text.trimStart().startsWith("{") ? JSON.parse(text) : parseYaml(text);
  if (typeof config !== "object" || config === null) throw new Error("it is neither a file nor a kubeconfig");
  return { config: config as Kubeconfig, folder: file ? dirname(resolve(path)) : process.cwd() };
}

/** The kubeconfig that kubectl would use here: the first file of $KUBECONFIG, else ~/.kube/config. */
export function ambientKubeconfig(): string | undefined {
  const named = (process.env.KUBECONFIG ?? "").split(delimiter).filter(Boolean);
  const candidates = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  return candidates.find(isFile);
}

export function activeCluster(config: Kubeconfig, choice: Choice): Cluster | undefined {
  const context = contextOf(config, choice);
  if (!context) return undefined;
  const name = choice.cluster || context.cluster;
  return config.clusters?.find((entry) => entry.name === name)?.cluster;
}

export function accessOf(config: Kubeconfig, folder: string, choice: Choice): Access {
  const context = contextOf(config, choice);
  if (!context) throw new Error(`context "${choice.context || config["current-context"] || ""}" does not exist`);
  const cluster = activeCluster(config, choice);
  if (!cluster?.server)
    throw new Error(`cluster "${choice.cluster || context.cluster}" does not exist or has no server`);
  const user = config.users?.find((entry) => entry.name === context.user)?.user ?? {};
  return { cluster, user, namespace: context.namespace ?? "", folder };
}

function contextOf(config: Kubeconfig, choice: Choice): Context | undefined {
  const name = choice.context || config["current-context"];
  return config.contexts?.find((entry) => entry.name === name)?.context;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function parseYaml(text: string): unknown {
  // Loaded only for YAML: it takes a third of the plugin's start.
  const { parse } = require("yaml") as typeof import("yaml");
  return parse(text);
}
