import * as http from "node:http";
import * as https from "node:https";
import { type Authority, clientError } from "./connection";
import { Throttle } from "./throttle";

export interface Request {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  contentType?: string;
}

export interface Response {
  status: number;
  body: unknown;
}

export interface ClientSettings {
  /** Requests a second. */
  qps: number;
  /** Requests that may go out at once before `qps` counts. */
  burst: number;
  /** How long one request may take, in milliseconds. 0: as long as it likes. */
  timeout: number;
}

/** As client-go: a server that is busy is asked again this often. */
const MAX_RETRIES = 10;
const SOCKETS = 64;

/** HTTP to one API server over kept-alive connections, throttled as the real provider's client is. */
export class ApiClient {
  private readonly throttle: Throttle;
  private readonly agent: http.Agent;
  /** A watch keeps its connection for minutes, which must not be one that others wait for. */
  private readonly watchAgent: http.Agent;
  private heard = false;

  constructor(
    private readonly authority: Authority,
    private readonly settings: ClientSettings,
  ) {
    this.throttle = new Throttle(settings.qps, settings.burst);
    const agent = (options: http.AgentOptions) =>
      authority.server.protocol === "http:" ? new http.Agent(options) : new https.Agent(options);
    this.agent = agent({ keepAlive: true, maxSockets: SOCKETS, scheduling: "lifo" });
    this.watchAgent = agent({});
  }

  /** Whether the server has ever answered. */
  get answered(): boolean {
    return this.heard;
  }

  /** Sends, and sends again when the server was busy or dropped an idle connection. Rejects when it is not there. */
  async send(request: Request): Promise<Response> {
    for (let retry = 0; ; retry++) {
      await this.throttle.pass();
      const outcome = await this.attempt(request);
      if (!("again" in outcome)) return outcome;
      if (retry === MAX_RETRIES) throw outcome.error;
      await new Promise((resolve) => setTimeout(resolve, outcome.again));
    }
  }

  private async attempt(request: Request): Promise<Response | { again: number; error: Error }> {
    const outgoing = await this.open(request);
    try {
      const incoming = await this.exchange(outgoing, request);
      const text = await readAll(incoming);
      const again = retryAfter(incoming, request);
      if (again !== undefined) return { again, error: new Error(text || "the server is busy") };
      return { status: incoming.statusCode ?? 0, body: parse(text) };
    } catch (error) {
      if (mayRepeat(request, outgoing, error)) return { again: 50, error: error as Error };
      throw clientError(this.authority.server, error);
    }
  }

  /**
   * Follows the changes of what `path` selects, one call per event, until the server ends the stream or `onEvent`
   * returns "stop". Resolves then; the caller decides whether to look again.
   */
  async watch(request: Request, onEvent: (event: WatchEvent) => "go on" | "stop", signal: AbortSignal): Promise<void> {
    await this.throttle.pass();
    const watching = { ...request, query: { ...request.query, watch: "true" } };
    const outgoing = await this.open(watching, { agent: this.watchAgent });
    const abort = () => outgoing.destroy();
    signal.addEventListener("abort", abort);
    try {
      const incoming = await this.exchange(outgoing, request);
      if (incoming.statusCode !== 200) {
        incoming.resume();
        return;
      }
      for await (const event of eventsOf(incoming)) {
        if (onEvent(event) === "stop") return;
      }
    } catch (error) {
      if (!signal.aborted) throw clientError(this.authority.server, error);
    } finally {
      signal.removeEventListener("abort", abort);
      outgoing.destroy();
    }
  }

  private async open(
    request: Request,
    special: https.RequestOptions = { agent: this.agent, timeout: this.settings.timeout },
  ): Promise<http.ClientRequest> {
    const { server, tls, headers } = this.authority;
    const query = new URLSearchParams(request.query).toString();
    const options: https.RequestOptions = {
      ...(await tls()),
      ...special,
      hostname: server.hostname.replace(/^\[|\]$/g, ""),
      port: server.port || (server.protocol === "http:" ? 80 : 443),
      path: `${server.pathname.replace(/\/$/, "")}${request.path}${query ? `?${query}` : ""}`,
      method: request.method,
      headers: {
        accept: "application/json",
        "user-agent": "pulumi-kubernetes-standin",
        ...(await headers()),
      },
    };
    return server.protocol === "http:" ? http.request(options) : https.request(options);
  }

  private exchange(outgoing: http.ClientRequest, request: Request): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      outgoing.once("response", (incoming) => {
        this.heard = true;
        resolve(incoming);
      });
      outgoing.on("error", reject);
      outgoing.once("timeout", () => outgoing.destroy(new Error("request timed out")));
      if (request.body === undefined) {
        outgoing.end();
        return;
      }
      const text = Buffer.from(JSON.stringify(request.body));
      outgoing.setHeader("content-type", request.contentType ?? "application/json");
      outgoing.setHeader("content-length", text.length);
      outgoing.end(text);
    });
  }
}

export interface WatchEvent {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  object: unknown;
}

async function* eventsOf(incoming: http.IncomingMessage): AsyncGenerator<WatchEvent> {
  let rest = "";
  incoming.setEncoding("utf8");
  for await (const chunk of incoming) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line) yield JSON.parse(line) as WatchEvent;
  }
}

async function readAll(incoming: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Milliseconds to wait when the server asks for patience, as client-go reads it. */
function retryAfter({ statusCode = 0, headers }: http.IncomingMessage, { method }: Request): number | undefined {
  const seconds = Number(headers["retry-after"]);
  if (!Number.isFinite(seconds) || (statusCode !== 429 && statusCode < 500)) return undefined;
  return method === "POST" && statusCode !== 429 ? undefined : Math.max(seconds, 0.1) * 1000;
}

/** A create must not be sent twice, unless the server had hung up before it was sent at all. */
function mayRepeat({ method }: Request, outgoing: http.ClientRequest, error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  const dropped = code === "ECONNRESET" || code === "EPIPE";
  return dropped && (method !== "POST" || outgoing.reusedSocket);
}
