import { textAt } from "../plugin/fields";
import type { PropertyMap } from "../plugin/properties";

/** A Kubernetes object: plain JSON, at most with unknowns during a preview. */
export interface KubeObject extends PropertyMap {
  apiVersion: string;
  kind: string;
  metadata: PropertyMap;
}

export const nameOf = (object: PropertyMap): string => textAt(object, "metadata", "name");
export const namespaceOf = (object: PropertyMap): string => textAt(object, "metadata", "namespace");

/** The id of a resource, by which it is also imported: `namespace/name`, or `name` for what has no namespace. */
export function idOf(object: PropertyMap): string {
  const namespace = namespaceOf(object);
  return namespace ? `${namespace}/${nameOf(object)}` : nameOf(object);
}

export function parseId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}
