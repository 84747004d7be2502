import type * as https from "node:https";

/** How to reach and convince one API server. Credentials may be short-lived, so they are asked for each time. */
export interface Authority {
  server: URL;
  tls(): Promise<https.AgentOptions>;
  headers(): Promise<Record<string, string>>;
}

/** The API server did not answer: nobody there, or nobody we trust. */
export class Unreachable extends Error {}

const NOBODY_THERE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

export function clientError(server: URL, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const text = `${server.origin}: ${message || code || "no answer"}`;
  return code && NOBODY_THERE.has(code) ? new Unreachable(text) : new Error(text);
}
