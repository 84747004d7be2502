import type { Scene } from "./scene";

/** What an API server may refuse a request with, or keep it harmless by. */
export const LAYERS = [
  "rbac",
  "escalation",
  "pod-security",
  "admission",
  "admission-error",
  "runtime-class",
  "priority",
  "limits",
  "quota",
  "node-authorizer",
  "node-restriction",
  "certificates",
  "mutation",
  "scheduler",
  "schema",
] as const;
export type Layer = (typeof LAYERS)[number];

/** Somebody who stands in the way of an attack, exactly enough to be told from everybody else. */
export interface Wall {
  readonly layer: Layer;
  /**
   * What the refusal has to name besides its layer: a rule's id, a quota and its key, a field. Several: all of them
   * stand in the way and any may speak. Unset: nothing more.
   */
  readonly names?: readonly string[];
  /** Who refuses it where the server does not know yet what the wall would refuse. Unset: nobody. */
  readonly instead?: Wall;
  /** For walls that may let the request in and make it harmless: whether the object that the server would store is so. */
  readonly holds?: (stored: unknown, scene: Scene) => boolean;
}

/** Nobody was given the right. */
export const rbac = (): Wall => ({ layer: "rbac" });

/** RBAC's own rule that nobody hands out what he does not hold. */
export const escalation = (): Wall => ({ layer: "escalation" });

/** Pod Security's restricted level; `check` is what its refusal calls it, as `hostPort`. */
export const podSecurity = (check: string): Wall => ({ layer: "pod-security", names: [check] });

/** Rules of the guardrails, by the ids that their messages begin with. */
export const admission = (...rules: readonly string[]): Wall => ({ layer: "admission", names: rules });

/** The same for a field that servers without the feature drop, which is as good as refusing it. */
export const unlessDropped = (wall: Wall, holds: NonNullable<Wall["holds"]>): Wall => ({ ...wall, holds });

/** The same for a value that servers without the feature refuse themselves, by a part of their words. */
export const unlessUnknown = (wall: Wall, words: string): Wall => ({ ...wall, instead: schema(words) });

/** A guardrail that could not decide (too costly, too large) and refuses therefore. */
export const failsClosed = (): Wall => ({ layer: "admission-error" });

/** The API server's merge of a RuntimeClass into a pod, by a part of its words. */
export const runtimeClass = (words: string): Wall => ({ layer: "runtime-class", names: [words] });

/** The API server's own stamp of priorities. */
export const priority = (words: string): Wall => ({ layer: "priority", names: [words] });

/** The namespace's LimitRange, by the resource. */
export const limits = (resource: string): Wall => ({ layer: "limits", names: [resource] });

/** One of the namespace's quotas, and what of it is exceeded; several where one excess is another too. */
export const quota = (name: string, ...resources: readonly string[]): Wall => ({
  layer: "quota",
  names: resources.map((resource) => `${name}: ${resource}`),
});

export const nodeAuthorizer = (): Wall => ({ layer: "node-authorizer" });

export const nodeRestriction = (words: string): Wall => ({ layer: "node-restriction", names: [words] });

/** The rule that nobody is issued a certificate of a system group. */
export const certificates = (): Wall => ({ layer: "certificates" });

/** The object is written so that it is legal. */
export const mutation = (field: string, holds: NonNullable<Wall["holds"]>): Wall => ({
  layer: "mutation",
  names: [field],
  holds,
});

/** The object is stored, and what else it says keeps the scheduler from granting the wish. */
export const scheduler = (reason: string, holds: NonNullable<Wall["holds"]>): Wall => ({
  layer: "scheduler",
  names: [reason],
  holds,
});

/** The API's own grammar, by a part of its words. */
export const schema = (words: string): Wall => ({ layer: "schema", names: [words] });

/** As reports print it: `admission (placement-tolerations)`. */
export function wallText({ layer, names = [] }: { layer: string; names?: readonly string[] }): string {
  return names.length === 0 ? layer : `${layer} (${names.join(" or ")})`;
}
