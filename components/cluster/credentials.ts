import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, type RequestOptions } from "node:https";
import { type Cluster, type ExecPlugin, Unreachable, type User, type Way } from "./kubeconfig";

/** Requests at a time: more would queue at the API server. */
const SOCKETS = 32;

/** How a request convinces the API server, as kubectl's do. @throws Unreachable when the credentials cannot be had. */
export async function credentialsOf({ cluster, user }: Way): Promise<RequestOptions> {
  try {
    const printed = user.exec ? await printedBy(user.exec, cluster) : {};
    return {
      ca: material(cluster["certificate-authority-data"], cluster["certificate-authority"]),
      cert: printed.clientCertificateData ?? material(user["client-certificate-data"], user["client-certificate"]),
      key: printed.clientKeyData ?? material(user["client-key-data"], user["client-key"]),
      rejectUnauthorized: !cluster["insecure-skip-tls-verify"],
      headers: authorization(user, printed.token),
      agent: agentFor(cluster["proxy-url"]),
      ...(cluster["tls-server-name"] ? { servername: cluster["tls-server-name"] } : {}),
    };
  } catch (error) {
    throw new Unreachable(
      `the kubeconfig's credentials for ${cluster.server} cannot be had: ${(error as Error).message}`,
    );
  }
}

function material(encoded: string | undefined, file: string | undefined): Buffer | undefined {
  if (encoded) return Buffer.from(encoded, "base64");
  return file ? readFileSync(file) : undefined;
}

function authorization(user: User, printed: string | undefined): Record<string, string> {
  const token = printed ?? user.token ?? (user.tokenFile && readFileSync(user.tokenFile, "utf8").trim());
  if (token) return { authorization: `Bearer ${token}` };
  if (user.username) {
    return { authorization: `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}` };
  }
  const provider = user["auth-provider"]?.name;
  if (provider) throw new Error(`auth-provider "${provider}" is not supported; use its exec plugin`);
  return {};
}

/** A proxy's agent is loaded for those who have one: it is a part of the start that nobody else needs. */
function agentFor(proxy: string | undefined): Agent {
  const options = { keepAlive: true, maxSockets: SOCKETS };
  if (!proxy) return new Agent(options);
  if (!proxy.startsWith("socks")) {
    const { HttpsProxyAgent } = require("hpagent") as typeof import("hpagent");
    return new HttpsProxyAgent({ ...options, proxy });
  }
  const { SocksProxyAgent } = require("socks-proxy-agent") as typeof import("socks-proxy-agent");
  // The proxy looks the name up, as kubectl has it: it often is known on the other side only.
  return new SocksProxyAgent(proxy.replace(/^socks5?:/, "socks5h:"), options) as unknown as Agent;
}

interface Printed {
  token?: string;
  clientCertificateData?: string;
  clientKeyData?: string;
}

/** The answer of a credential plugin, asked as kubectl asks it. */
function printedBy(plugin: ExecPlugin, cluster: Cluster): Promise<Printed> {
  const {
    command,
    args,
    env,
    apiVersion = "client.authentication.k8s.io/v1",
    provideClusterInfo,
    installHint,
  } = plugin;
  const { server, "certificate-authority-data": authority } = cluster;
  const shown = provideClusterInfo ? { cluster: { server, "certificate-authority-data": authority } } : {};
  const request = { apiVersion, kind: "ExecCredential", spec: { interactive: false, ...shown } };
  const options = {
    env: {
      ...process.env,
      ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(request),
    },
  };
  return new Promise((done, reject) => {
    execFile(command, args ?? [], options, (error, stdout, stderr) => {
      const missing = (error as NodeJS.ErrnoException | null)?.code === "ENOENT";
      if (missing) return reject(new Error([`there is no ${command}`, installHint?.trim()].filter(Boolean).join("; ")));
      if (error) return reject(new Error(`${command} failed: ${stderr.trim() || error.message}`));
      try {
        done(JSON.parse(stdout).status ?? {});
      } catch {
        reject(new Error(`${command} printed no ExecCredential`));
      }
    });
  });
}
