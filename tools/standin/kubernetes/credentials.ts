import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import type * as https from "node:https";
import { resolve } from "node:path";
import type { ExecPlugin, User } from "../../../components/cluster/kubeconfig";
import type { Authority } from "./connection";
import type { Access } from "./kubeconfig";

/** An exec credential is renewed this long before it expires, in milliseconds. */
const EARLY = 60_000;

/** Turns what a kubeconfig says into connections. Files and commands are read when first needed. */
export function authorityOf(access: Access): Authority {
  const { cluster, user, folder } = access;
  const read = (data: string | undefined, file: string | undefined): Buffer | undefined => {
    if (data) return Buffer.from(data, "base64");
    return file ? readFileSync(resolve(folder, file)) : undefined;
  };
  const fixed = once(() => ({
    ca: read(cluster["certificate-authority-data"], cluster["certificate-authority"]),
    cert: read(user["client-certificate-data"], user["client-certificate"]),
    key: read(user["client-key-data"], user["client-key"]),
  }));
  const fromCommand = user.exec ? execCredentials(user.exec, folder) : undefined;
  return {
    server: new URL(cluster.server ?? ""),
    async tls() {
      const { ca, cert, key } = fixed();
      const status = await fromCommand?.();
      return definedOnly({
        ca,
        cert: status?.clientCertificateData ?? cert,
        key: status?.clientKeyData ?? key,
        servername: cluster["tls-server-name"],
        rejectUnauthorized: !cluster["insecure-skip-tls-verify"],
      });
    },
    async headers() {
      const token = (await fromCommand?.())?.token ?? tokenOf(user, folder);
      if (token) return { authorization: `Bearer ${token}` };
      if (!user.username) return {};
      const pair = Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64");
      return { authorization: `Basic ${pair}` };
    },
  };
}

function tokenOf(user: User, folder: string): string | undefined {
  if (user.token) return user.token;
  return user.tokenFile ? readFileSync(resolve(folder, user.tokenFile), "utf8").trim() : undefined;
}

interface ExecStatus {
  token?: string;
  clientCertificateData?: string;
  clientKeyData?: string;
  expirationTimestamp?: string;
}

/** Runs a credential plugin, as `aws eks get-token`, and keeps its answer as long as it is good. */
function execCredentials(exec: ExecPlugin, folder: string): () => Promise<ExecStatus> {
  let current: Promise<ExecStatus> | undefined;
  let goodUntil = 0;
  return () => {
    if (!current || Date.now() > goodUntil) {
      goodUntil = Number.POSITIVE_INFINITY;
      current = run(exec, folder).then((status) => {
        if (status.expirationTimestamp) goodUntil = Date.parse(status.expirationTimestamp) - EARLY;
        return status;
      });
      current.catch(() => {
        current = undefined;
      });
    }
    return current;
  };
}

function run(exec: ExecPlugin, folder: string): Promise<ExecStatus> {
  const { command, args, env, apiVersion = "client.authentication.k8s.io/v1" } = exec;
  const variables = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const request = { apiVersion, kind: "ExecCredential", spec: { interactive: false } };
  // A command with a slash is relative to the kubeconfig, any other is looked up on PATH, as kubectl does.
  const program = command.includes("/") ? resolve(folder, command) : command;
  const options = { env: { ...process.env, ...variables, KUBERNETES_EXEC_INFO: JSON.stringify(request) } };
  return new Promise((done, reject) => {
    execFile(program, args ?? [], options, (error, stdout) => {
      if (error) return reject(new Error(`getting credentials: exec: executable ${command} failed: ${error.message}`));
      try {
        done(JSON.parse(stdout).status ?? {});
      } catch {
        reject(new Error(`getting credentials: ${command} did not print an ExecCredential`));
      }
    });
  });
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function definedOnly(options: { [K in keyof https.AgentOptions]: https.AgentOptions[K] | undefined }) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as https.AgentOptions;
}
