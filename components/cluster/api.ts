import { type Agent, type RequestOptions, request } from "node:https";
import { credentialsOf } from "./credentials";
import { Unreachable, type Way, wayThrough } from "./kubeconfig";

export { readKubeconfig, Unreachable } from "./kubeconfig";

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

/** Said of a credential, before anything is asked about rights: an expired token, or one that was taken back. */
export const UNAUTHORIZED = 401;

/** Longest wait for one answer: the API server itself gives up on most requests after 60 seconds. */
const PATIENCE_MS = 60_000;

/** A live cluster, reached the way kubectl reaches it: certificates, tokens and exec plugins of a kubeconfig. */
export class ClusterApi {
  /** Under way while credentials are read again, so that requests at the same time share one reading. */
  private renewal: Promise<RequestOptions> | undefined;

  private constructor(
    readonly server: string,
    readonly context: string,
    private readonly way: Way,
    private options: RequestOptions,
  ) {}

  /** @throws Unreachable when the kubeconfig has no such context, or its credentials cannot be had. */
  static async connect(kubeconfig: string, context?: string): Promise<ClusterApi> {
    const way = wayThrough(kubeconfig, context);
    return new ClusterApi(way.cluster.server, way.context, way, await credentialsOf(way));
  }

  /**
   * A credential that has run out is had anew, once: tokens of exec plugins live for minutes, and files are rotated.
   * @throws Unreachable when no answer comes, or the credential cannot be had again; never for a refusal.
   */
  async ask(path: string, ask: Ask = {}): Promise<Answer> {
    const used = this.options;
    const answer = await this.send(path, ask, used);
    return answer.status === UNAUTHORIZED ? this.send(path, ask, await this.renewed(used)) : answer;
  }

  private async renewed(used: RequestOptions): Promise<RequestOptions> {
    if (this.options !== used) return this.options;
    this.renewal ??= credentialsOf(this.way).finally(() => {
      this.renewal = undefined;
    });
    // The agent stays: requests of others are under way on it, and it keeps connections of other credentials apart.
    const { agent: _, ...fresh } = await this.renewal;
    if (this.options === used) this.options = { ...fresh, agent: used.agent };
    return this.options;
  }

  private send(path: string, ask: Ask, credentials: RequestOptions): Promise<Answer> {
    const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    const options: RequestOptions = {
      ...credentials,
      method: ask.method ?? "GET",
      timeout: PATIENCE_MS,
      headers: {
        ...(credentials.headers as Record<string, string>),
        accept: "application/json",
        ...(body === undefined
          ? {}
          : { "content-type": ask.contentType ?? "application/json", "content-length": Buffer.byteLength(body) }),
        ...(ask.headers as Record<string, string | string[]>),
      },
      ...(ask.signal ? { signal: ask.signal } : {}),
    };
    const answered = new Promise<Answer>((resolve, fail) => {
      const sent = request(`${this.server}${path}`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () => {
          const warnings = warningsIn(response.headers.warning ?? "");
          resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString("utf8")), warnings });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
      sent.on("error", fail);
      sent.end(body);
    });
    return answered.catch((error: Error) => {
      throw new Unreachable(`${this.server} does not answer: ${error.message}`);
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

/** Several headers arrive as one, and quotes within a warning with a backslash before them. */
export function warningsIn(header: string | string[]): string[] {
  const quoted = [header]
    .flat()
    .join(", ")
    .matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...quoted].map(([, text = ""]) => text.replaceAll(/\\(.)/g, "$1"));
}

/** The reason an API server gave, as a person would read it. */
export function messageOf({ status, body }: Answer): string {
  const message = typeof body === "object" && body !== null ? (body as { message?: unknown }).message : body;
  return typeof message === "string" && message !== "" ? message : `status ${status}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
