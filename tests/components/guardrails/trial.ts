import type { Request } from "./request";

/** Whose namespace a trial takes place in. */
export type Space =
  | "dedicated"
  | "shared"
  | "frozen"
  | "leaving"
  | "hollow"
  | "unbounded"
  | "administered"
  | "confined"
  | "nobody";

/** One rule: a legal request that it has to let through, and requests that it and nothing else stops. */
export interface Trial {
  readonly rule: string;
  /** Unset: dedicated. */
  readonly space?: Space;
  /** What is there beforehand. */
  readonly given?: readonly Request[];
  readonly legal: Request;
  /** By what they try to do. */
  readonly attacks: Readonly<Record<string, Request>>;
}
