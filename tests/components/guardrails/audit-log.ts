import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the API server writes down of a request, as far as it is read here. */
export interface Audited {
  readonly user: string;
  readonly verb: string;
  readonly path: string;
  readonly status: number;
  readonly message: string;
}

const log = (folder: string) => join(folder, "audit.log");

/** Flags by which an API server writes down every request that could be refused, with who asked and the answer. */
export function audited(folder: string): string[] {
  const policy = join(folder, "audit-policy.json");
  writeFileSync(policy, JSON.stringify(POLICY));
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${log(folder)}`];
}

const POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived", "ResponseStarted"],
  rules: [
    { level: "None", verbs: ["list", "watch"] },
    { level: "None", verbs: ["get"], resources: [{ group: "", resources: ["nodes", "secrets", "configmaps"] }] },
    { level: "Metadata" },
  ],
};

interface Event {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly objectRef?: { readonly namespace?: string };
  readonly responseStatus?: { readonly code?: number; readonly message?: string };
}

/** Requests within a namespace, and those of them that were refused, as text. */
export function auditedIn(folder: string, namespace: string): { requests: Audited[]; refused: string[] } {
  const events = readFileSync(log(folder), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Event);
  const requests = events
    .filter(({ objectRef }) => objectRef?.namespace === namespace)
    .map(({ verb, requestURI, user, impersonatedUser, responseStatus }) => ({
      user: impersonatedUser?.username ?? user.username,
      verb,
      path: requestURI,
      status: responseStatus?.code ?? 0,
      message: responseStatus?.message ?? "",
    }));
  const refused = requests.filter(({ status }) => status === 403);
  return {
    requests,
    refused: refused.map(({ user, verb, path, message }) => `${user}: ${verb} ${path}: ${message}`),
  };
}
