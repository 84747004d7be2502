import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { parse as checked } from "../../config/issues";
import { isMap } from "../../config/merge";
import { formatPath, type Problem } from "../../config/problems";

/** The cluster does not answer, or the kubeconfig does not lead to one. The message is for the user. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface Cluster {
  server?: string;
  "certificate-authority"?: string;
  "certificate-authority-data"?: string;
  "insecure-skip-tls-verify"?: boolean;
  "tls-server-name"?: string;
  "proxy-url"?: string;
}

/** A program that prints a credential, as `aws eks get-token`. */
export interface ExecPlugin {
  apiVersion?: string;
  command: string;
  args?: string[] | null;
  env?: { name: string; value: string }[] | null;
  provideClusterInfo?: boolean;
  installHint?: string;
}

export interface User {
  "client-certificate"?: string;
  "client-certificate-data"?: string;
  "client-key"?: string;
  "client-key-data"?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  exec?: ExecPlugin;
  "auth-provider"?: { name?: string };
}

interface Context {
  cluster?: string;
  user?: string;
}

type Named<K extends string, T> = { name: string } & { [P in K]?: T };

interface Kubeconfig {
  "current-context"?: string;
  contexts?: Named<"context", Context>[] | null;
  clusters?: Named<"cluster", Cluster>[] | null;
  users?: Named<"user", User>[] | null;
}

const TEXT = z.string().nullish();
const named = (key: string, type: z.ZodType) => z.array(z.looseObject({ name: z.string(), [key]: type })).nullish();

/** As far as something here reads it; whoever gets the text may read more. */
const SHAPE = z.looseObject({
  "current-context": TEXT,
  contexts: named("context", z.looseObject({ cluster: TEXT, user: TEXT }).nullish()),
  clusters: named(
    "cluster",
    z
      .looseObject({
        server: TEXT,
        "certificate-authority": TEXT,
        "certificate-authority-data": TEXT,
        "tls-server-name": TEXT,
        "proxy-url": TEXT,
      })
      .nullish(),
  ),
  users: named(
    "user",
    z
      .looseObject({
        "client-certificate": TEXT,
        "client-certificate-data": TEXT,
        "client-key": TEXT,
        "client-key-data": TEXT,
        token: TEXT,
        tokenFile: TEXT,
        username: TEXT,
        password: TEXT,
        exec: z
          .looseObject({
            command: z.string(),
            args: z.array(z.string()).nullish(),
            env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
          })
          .nullish(),
        "auth-provider": z.looseObject({ name: TEXT }).nullish(),
      })
      .nullish(),
  ),
});

/** One context of a kubeconfig, with what it names. */
export interface Way {
  readonly context: string;
  readonly cluster: Cluster & { readonly server: string };
  readonly user: User;
}

/**
 * Text of a kubeconfig in which no path depends on where it is read: those that were relative to its folder are
 * absolute, so that whoever gets the text finds the same files. @throws Unreachable naming the file when it is not there.
 */
export function readKubeconfig(path: string): string {
  if (!existsSync(path)) throw new Unreachable(`there is no kubeconfig at ${path}`);
  const text = textOf(path);
  const config = parsed(text);
  return anchored(config, dirname(resolve(path))) ? JSON.stringify(config) : text;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Unreachable(`the kubeconfig ${path} cannot be read: ${(error as Error).message}`);
  }
}

/** What kubectl would use here: the files of $KUBECONFIG as one, or ~/.kube/config. */
export function usualKubeconfig(environment: NodeJS.ProcessEnv): string {
  const named = (environment.KUBECONFIG ?? "").split(delimiter).filter((path) => existsSync(path));
  const [first, ...others] = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  if (first === undefined || others.length === 0) return readKubeconfig(first ?? "");
  const configs = [first, ...others].map((path) => parsed(readKubeconfig(path)));
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": configs.map((config) => config["current-context"]).find(Boolean),
    // Of two with one name the first counts, as for kubectl.
    contexts: configs.flatMap(({ contexts }) => contexts ?? []),
    clusters: configs.flatMap(({ clusters }) => clusters ?? []),
    users: configs.flatMap(({ users }) => users ?? []),
  });
}

/** @param wanted Unset: the kubeconfig's current context. @throws Unreachable when there is no such context. */
export function wayThrough(kubeconfig: string, wanted?: string): Way {
  const config = parsed(kubeconfig);
  const contexts = config.contexts ?? [];
  if (contexts.length === 0) throw new Unreachable("the kubeconfig has no contexts");
  const known = contexts.map(({ name }) => `"${name}"`).join(", ");
  const name = wanted ?? config["current-context"];
  const found = contexts.find((context) => context.name === name)?.context;
  if (!name || !found) {
    throw new Unreachable(
      wanted === undefined
        ? `the kubeconfig has no current context; choose one of ${known} with platform.context`
        : `the kubeconfig has no context "${wanted}"; it has ${known}`,
    );
  }
  const cluster = config.clusters?.find((entry) => entry.name === found.cluster)?.cluster;
  const server = cluster?.server?.replace(/\/+$/, "");
  if (!server?.startsWith("https://")) {
    throw new Unreachable(`the kubeconfig's context "${name}" leads to ${server || "no server"}, and not over https`);
  }
  const user = config.users?.find((entry) => entry.name === found.user)?.user ?? {};
  return { context: name, cluster: { ...cluster, server }, user };
}

function parsed(text: string): Kubeconfig {
  // Loaded for whoever has a kubeconfig: on a cluster of our own making nobody reads one.
  const { parse } = require("yaml") as typeof import("yaml");
  let value: unknown;
  try {
    value = parse(text, { merge: true, logLevel: "error" });
  } catch (error) {
    throw new Unreachable(`the kubeconfig cannot be read: ${(error as Error).message.split("\n")[0]}`);
  }
  if (value === null) throw new Unreachable("the kubeconfig cannot be read: it is empty");
  const problems: Problem[] = [];
  if (isMap(value)) checked(SHAPE, value, [], problems);
  const [problem] = problems;
  // Without the value: half of what stands in a kubeconfig is secret.
  if (problem) throw new Unreachable(`the kubeconfig cannot be read: ${formatPath(problem.path)} ${problem.rule}`);
  return Object(value);
}

/** Whether there was a relative path to make absolute. A command without a slash is one on PATH. */
function anchored(config: Kubeconfig, folder: string): boolean {
  const before = JSON.stringify(config);
  const anchor = <T extends object>(holder: T | undefined, ...keys: (keyof T)[]) => {
    for (const key of keys) {
      const path = holder?.[key];
      if (holder && typeof path === "string" && path !== "") Object.assign(holder, { [key]: resolve(folder, path) });
    }
  };
  for (const { cluster } of config.clusters ?? []) anchor(cluster, "certificate-authority");
  for (const { user } of config.users ?? []) {
    anchor(user, "client-certificate", "client-key", "tokenFile");
    if (user?.exec?.command.includes("/")) anchor(user.exec, "command");
  }
  return JSON.stringify(config) !== before;
}
