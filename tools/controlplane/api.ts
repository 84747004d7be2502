import { Agent, type RequestOptions, request } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

export interface Answer {
  readonly status: number;
  /** The object, the list, or the Status that says why not. */
  readonly body: unknown;
}

/** Asks the API server behind a kubeconfig, as the user that it names. */
export type Api = (method: string, path: string, body?: object, contentType?: string) => Promise<Answer>;

/** Runs `work` with connections to the API server of a kubeconfig file, and closes them. */
export async function withApi<T>(kubeconfig: string, work: (api: Api) => Promise<T>): Promise<T> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const access: RequestOptions = {};
  await config.applyToHTTPSOptions(access);
  const { ca, cert, key } = access;
  const agent = new Agent({ keepAlive: true, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  const server = config.getCurrentCluster()?.server ?? "";
  try {
    return await work((method, path, body, contentType = "application/json") => {
      const text = body === undefined ? "" : JSON.stringify(body);
      const headers = { ...access.headers, accept: "application/json", "content-type": contentType };
      return ask(`${server}${path}`, { agent, method, headers }, text);
    });
  } finally {
    agent.destroy();
  }
}

function ask(url: string, options: RequestOptions, text: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const answer = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, body: answer === "" ? undefined : parsed(answer) });
      });
    });
    call.on("error", reject);
    call.end(text);
  });
}

/** A few refusals are plain text. */
function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}
