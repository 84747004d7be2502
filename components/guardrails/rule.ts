import type { Fact } from "./facts";
import type { Target } from "./targets";

/** One thing that a request has to be true of, and what its sender is told when it is not. */
export interface Rule {
  /** Starts every message of the rule. Attacks, reports and people's searches name it: it never changes. */
  readonly id: string;
  /** What the rule stops, as numbered in the catalogue of attacks. */
  readonly threats: readonly string[];
  /** CEL that is true of a legal request. */
  readonly require: string;
  /** What is wrong; what to write instead. */
  readonly message: string;
  /** CEL text in place of the message, where what to write depends on the tenant. */
  readonly advice?: string;
}

/** Rules about the same requests. */
export interface Guard {
  readonly name: string;
  /** ValidatingAdmissionPolicy that holds it, together with every other guard that names the same. Unset: one of its own. */
  readonly policy: string;
  /** Part of the matrix that the guard belongs to; the label by which it is found on the cluster. */
  readonly concern: string;
  readonly on: readonly Target[];
  /**
   * Namespaced requests are judged by their namespace: in all of them, or in strays, which are no tenant's, only. Requests
   * for namespaces themselves have none.
   */
  readonly reach: "namespaces" | "strays" | "cluster";
  /**
   * What tenants have that a request may not touch: the rules are asked once for each of these that is labelled as a
   * tenant's, as `params`. Unset: the request is judged by itself.
   */
  readonly against?: "Node" | "Namespace";
  /** Requests of which one of these is not true are none of the guard's business. By name; may not read the namespace. */
  readonly when: Readonly<Record<string, string>>;
  /** What the rules read about the tenant. */
  readonly facts: readonly Fact[];
  /** Values that several rules read, by name; each may read the facts and those before it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
}

/** Policy of the guards that look at who asks, and at nothing of the object. */
export const ACTS = "acts";

export type GuardParts = Pick<Guard, "name" | "concern" | "on" | "rules"> & Partial<Guard>;

/** A guard of namespaced requests, unless it says otherwise. */
export function guard(parts: GuardParts): Guard {
  return { policy: parts.name, reach: "namespaces", when: {}, facts: [], variables: {}, ...parts };
}
