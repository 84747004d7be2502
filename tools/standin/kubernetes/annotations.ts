import { at, textAt } from "../plugin/fields";
import type { PropertyMap } from "../plugin/properties";

const PREFIX = "pulumi.com/";
type Name =
  | "autonamed"
  | "skipAwait"
  | "waitFor"
  | "timeoutSeconds"
  | "patchForce"
  | "patchFieldManager"
  | "deletionPropagationPolicy"
  | "replaceUnready";

/** The annotations by which a user steers the provider, one object at a time. */
export function annotation(object: PropertyMap, name: Name): string {
  return textAt(at(object, "metadata", "annotations"), PREFIX + name);
}

export function annotated(object: PropertyMap, name: Name): boolean {
  return annotation(object, name) === "true";
}

export const AUTONAMED = `${PREFIX}autonamed`;

/** Milliseconds an operation may take: the resource's own timeout, else the annotation's, else `unset`. */
export function timeoutOf(seconds: number, object: PropertyMap, unset: number): number {
  const annotatedSeconds = Number.parseInt(annotation(object, "timeoutSeconds"), 10);
  return (seconds || annotatedSeconds || 0) * 1000 || unset;
}
