import { type Answer, type ClusterApi, messageOf } from "../../../components/cluster/api";

type Json = Readonly<Record<string, unknown>>;
type JsonPatch = readonly { readonly op: string; readonly path: string; readonly value?: unknown }[];

/** Who asks: somebody of the tenant with every right there is inside the namespace, or a user by name. */
export type Identity = "wildcard" | "administrator" | { readonly user: string; readonly groups?: readonly string[] };

/** A request within a namespace that is chosen later. */
export interface Request {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
  readonly apiVersion: string;
  /** `pods`, `pods/app`, `pods/app/status`. */
  readonly path: string;
  readonly body?: Json | JsonPatch;
  /** Unset: the wildcard of the tenant. */
  readonly as?: Identity;
  /** Of the whole cluster; `NAMESPACE` in path and body stands for the namespace's name. Unset: within it. */
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

/** Sends a request into a namespace; `dryRun` leaves no trace of it. */
export function send(
  api: ClusterApi,
  { method, apiVersion, path, body, as = "wildcard", scope }: Request,
  namespace: string,
  persistence: "kept" | "dryRun" = "dryRun",
): Promise<Answer> {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const named = (text: string) => text.replaceAll("NAMESPACE", namespace);
  const place = scope === "cluster" ? `${root}/${named(path)}` : `${root}/namespaces/${namespace}/${named(path)}`;
  const query = persistence === "dryRun" && method !== "GET" ? "?dryRun=All&fieldValidation=Strict" : "";
  return api.ask(`${place}${query}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.parse(named(JSON.stringify(body))) }),
    ...(method === "PATCH"
      ? { contentType: Array.isArray(body) ? "application/json-patch+json" : "application/merge-patch+json" }
      : {}),
    headers: impersonation(as),
  });
}

function impersonation(as: Identity): Record<string, string | readonly string[]> {
  if (as === "administrator") return {};
  const { user, groups = [] } = as === "wildcard" ? { user: WILDCARD_USER } : as;
  return { "Impersonate-User": user, "Impersonate-Group": [...groups, "system:authenticated"] };
}

/** Holds every verb on everything within the trials' namespaces, so that admission is all that stops it. */
export const WILDCARD_USER = "wildcard@example.com";

/** What the server made of a request: accepted, refused by a rule, or what else it said. */
export function verdict(answer: Answer): string {
  if (answer.status < 300) return "accepted";
  const message = messageOf(answer);
  const rule = /ValidatingAdmissionPolicy .* denied request: \[([a-z-]+)\] /.exec(message)?.[1];
  return rule === undefined || answer.status !== 403 ? `${answer.status} ${message}` : `refused by ${rule}`;
}
