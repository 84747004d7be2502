import { existsSync, readFileSync } from "node:fs";
import { Agent, type RequestOptions, request } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

/** What an API server answered; a refusal is an answer too. */
export interface Answer {
  readonly status: number;
  /** Parsed JSON; the plain text where the server sent none. */
  readonly body: unknown;
  /** Deprecations and Warn-mode policies, in the server's words. */
  readonly warnings: readonly string[];
}

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** Media type of the body. Unset: application/json. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly signal?: AbortSignal;
}

/** The cluster does not answer, or the kubeconfig does not lead to one. The message is for the user. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Longest wait for one answer: the API server itself gives up on most requests after 60 seconds. */
const PATIENCE_MS = 60_000;

/** A live cluster, reached the way kubectl reaches it: certificates, tokens and exec plugins of a kubeconfig. */
export class ClusterApi {
  private constructor(
    readonly server: string,
    readonly context: string,
    private readonly options: RequestOptions,
  ) {}

  /** @throws Unreachable when the kubeconfig has no such context, or its credentials cannot be had. */
  static async connect(kubeconfig: string, context?: string): Promise<ClusterApi> {
    const config = parsedKubeconfig(kubeconfig);
    if (context !== undefined) selectContext(config, context);
    const cluster = config.getCurrentCluster();
    if (!cluster)
      throw new Unreachable(
        `the kubeconfig has no current context; choose one of ${contexts(config)} with platform.context`,
      );
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new Unreachable(
        `the kubeconfig's credentials for ${cluster.server} cannot be had: ${(error as Error).message}`,
      );
    }
    return new ClusterApi(cluster.server, config.getCurrentContext(), { ...options, agent: keptAlive(options.agent) });
  }

  /** @throws Unreachable when no answer comes; never for a refusal. */
  ask(path: string, ask: Ask = {}): Promise<Answer> {
    const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    const options: RequestOptions = {
      ...this.options,
      method: ask.method ?? "GET",
      timeout: PATIENCE_MS,
      headers: {
        ...(this.options.headers as Record<string, string>),
        accept: "application/json",
        ...(body === undefined
          ? {}
          : { "content-type": ask.contentType ?? "application/json", "content-length": Buffer.byteLength(body) }),
        ...(ask.headers as Record<string, string | string[]>),
      },
      ...(ask.signal ? { signal: ask.signal } : {}),
    };
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new Unreachable(`${this.server} does not answer: ${error.message}`));
      const sent = request(`${this.server}${path}`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () => {
          const warnings = [response.headers.warning ?? []]
            .flat()
            .map((line) => /^\d+ \S+ "(.*)"$/.exec(line)?.[1] ?? line);
          resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString("utf8")), warnings });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
      sent.on("error", fail);
      sent.end(body);
    });
  }

  /** The body of a successful GET. @throws Unreachable, with the server's words, on any other answer. */
  async get<T>(path: string): Promise<T> {
    const answer = await this.ask(path);
    if (answer.status === 200) return answer.body as T;
    throw new Unreachable(`${this.server} refuses GET ${path}: ${messageOf(answer)}`);
  }

  /** Ends idle connections, so that a program can end. */
  close(): void {
    (this.options.agent as Agent).destroy();
  }
}

/** The reason an API server gave, as a person would read it. */
export function messageOf({ status, body }: Answer): string {
  const message = typeof body === "object" && body !== null ? (body as { message?: unknown }).message : body;
  return typeof message === "string" && message !== "" ? message : `status ${status}`;
}

/** @throws Unreachable naming the file when it is not there. */
export function readKubeconfig(path: string): string {
  if (!existsSync(path)) throw new Unreachable(`there is no kubeconfig at ${path}`);
  return readFileSync(path, "utf8");
}

function parsedKubeconfig(text: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch (error) {
    throw new Unreachable(`the kubeconfig cannot be read: ${(error as Error).message.split("\n")[0]}`);
  }
  if (config.getContexts().length === 0) throw new Unreachable("the kubeconfig has no contexts");
  return config;
}

/** The kubeconfig's own agent where it goes through a proxy, which a copy of its options would leave out. */
function keptAlive(agent: RequestOptions["agent"]): Agent {
  const given = agent as Agent | undefined;
  if (given && given.constructor !== Agent) return given;
  return new Agent({ ...given?.options, keepAlive: true, maxSockets: 32 });
}

function selectContext(config: KubeConfig, context: string): void {
  if (!config.getContextObject(context)) {
    throw new Unreachable(`the kubeconfig has no context "${context}"; it has ${contexts(config)}`);
  }
  config.setCurrentContext(context);
}

function contexts(config: KubeConfig): string {
  return (
    config
      .getContexts()
      .map(({ name }) => `"${name}"`)
      .join(", ") || "none"
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
