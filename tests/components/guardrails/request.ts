import { type Answer, type ClusterApi, messageOf } from "../../../components/cluster/api";
import { ruleMissingIn, WILDCARD_USER } from "./spaces";

type Json = Readonly<Record<string, unknown>>;
type JsonPatch = readonly { readonly op: string; readonly path: string; readonly value?: unknown }[];

/** Who asks: somebody of the tenant with every right there is inside the namespace, or a user by name. */
export type Identity = "wildcard" | "administrator" | { readonly user: string; readonly groups?: readonly string[] };

/**
 * A request within a namespace that is chosen later. In path and body, NAMESPACE is replaced by its name, and WITHOUT
 * by the rule that is missing there.
 */
export interface Request {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
  readonly apiVersion: string;
  /** `pods`, `pods/app`, `pods/app/status`. */
  readonly path: string;
  readonly body?: Json | JsonPatch;
  /** In place of a body: what is to become of the object that is there. */
  readonly change?: (current: Json) => Json;
  /** Unset: the wildcard of the tenant. */
  readonly as?: Identity;
  /** Of the whole cluster. Unset: within the namespace. */
  readonly scope?: "cluster";
  /** What the server says once admission has let it through, where that is not yes. */
  readonly beyond?: string;
}

type More = Pick<Request, "as" | "scope" | "beyond">;

export function create(resource: string, body: Json, more: More = {}): Request {
  return { method: "POST", apiVersion: String(body.apiVersion), path: resource, body, ...more };
}

/** A JSON merge patch of an object, a JSON patch of a list. */
export function patch(apiVersion: string, path: string, body: Json | JsonPatch, more: More = {}): Request {
  return { method: "PATCH", apiVersion, path, body, ...more };
}

export function remove(apiVersion: string, path: string, more: More = {}): Request {
  return { method: "DELETE", apiVersion, path, ...more };
}

export function get(apiVersion: string, path: string, more: More = {}): Request {
  return { method: "GET", apiVersion, path, ...more };
}

/** The whole object again, changed; by way of a subresource where one is named. */
export function replace(
  apiVersion: string,
  path: string,
  change: NonNullable<Request["change"]>,
  more: More = {},
): Request {
  return { method: "PUT", apiVersion, path, change, ...more };
}

/** Sends a request into a namespace; `dryRun` leaves no trace of it. */
export async function send(
  api: ClusterApi,
  request: Request,
  namespace: string,
  persistence: "kept" | "dryRun" = "dryRun",
): Promise<Answer> {
  const { method, as = "wildcard" } = request;
  const path = pathOf(request, namespace);
  const body = request.change ? request.change(await api.get(withoutSubresource(path))) : request.body;
  const query = persistence === "dryRun" && method !== "GET" ? "?dryRun=All&fieldValidation=Strict" : "";
  return api.ask(`${path}${query}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.parse(placed(JSON.stringify(body), namespace)) }),
    ...(method === "PATCH" ? { contentType: patchType(body) } : {}),
    headers: impersonation(as),
  });
}

function pathOf({ apiVersion, path, scope }: Request, namespace: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = scope === "cluster" ? root : `${root}/namespaces/${namespace}`;
  return `${place}/${placed(path, namespace)}`;
}

function placed(text: string, namespace: string): string {
  return text.replaceAll("NAMESPACE", namespace).replaceAll("WITHOUT", ruleMissingIn(namespace));
}

function withoutSubresource(path: string): string {
  return path.replace(/\/(status|finalize)$/, "");
}

function patchType(body: unknown): string {
  return Array.isArray(body) ? "application/json-patch+json" : "application/merge-patch+json";
}

function impersonation(as: Identity): Record<string, string | readonly string[]> {
  if (as === "administrator") return {};
  const { user, groups = [] } = as === "wildcard" ? { user: WILDCARD_USER } : as;
  return { "Impersonate-User": user, "Impersonate-Group": [...groups, "system:authenticated"] };
}

/** What the server made of a request: accepted, refused by a rule, or what else it said. */
export function verdict(answer: Answer): string {
  if (answer.status < 300) return "accepted";
  const message = messageOf(answer);
  const rule = /ValidatingAdmissionPolicy .* denied request: \[([a-z-]+)\] /.exec(message)?.[1];
  return rule === undefined || answer.status !== 403 ? `${answer.status} ${message}` : `refused by ${rule}`;
}
