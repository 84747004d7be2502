import { at, textAt } from "../plugin/fields";
import type { Property } from "../plugin/properties";
import type { Response } from "./client";
import type { KubeObject } from "./objects";

/** What the API server said no with. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  /** What the refusal is about, as the server spells it in its details: "namespaces", "pods", … */
  readonly about: string;

  constructor({ status, body }: Response) {
    super(textAt(body as Property, "message") || plainMessage(status, body));
    this.code = status;
    this.reason = textAt(body as Property, "reason");
    this.about = textAt(at(body as Property, "details"), "kind");
  }

  get notFound(): boolean {
    return this.code === 404;
  }

  get alreadyExists(): boolean {
    return this.reason === "AlreadyExists";
  }

  get forbidden(): boolean {
    return this.code === 403;
  }

  get conflict(): boolean {
    return this.code === 409 && this.reason === "Conflict";
  }

  /** The object's namespace is missing, which is no wonder in a preview that creates both. */
  get namespaceNotFound(): boolean {
    return this.notFound && this.about === "namespaces";
  }
}

function plainMessage(status: number, body: unknown): string {
  if (status === 404) return "the server could not find the requested resource";
  const text = typeof body === "string" ? body.trim() : "";
  return text || `the server answered ${status}`;
}

/** The API server does not serve the kind, most often because its definition is not installed yet. */
export class NoMatchError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

/** The object is there but not as it should be; its last known state goes into the stack's state. */
export class PartialError extends Error {
  constructor(
    message: string,
    /** Why, in as many sentences as are known. */
    readonly reasons: string[],
    /** As it was seen last; undefined when nobody has looked. */
    readonly live: KubeObject | undefined,
  ) {
    super(message);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
