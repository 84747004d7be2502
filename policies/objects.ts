/** A Kubernetes object in what a resource says: the resource itself, or one item of a list. */
export interface KubernetesObject {
  /** API group without its version; "core" for the group that has no name. */
  readonly group: string;
  readonly kind: string;
  /** A patch sets some fields of an object that somebody else makes. */
  readonly form: "whole" | "patch";
  readonly body: unknown;
}

/** What a resource of any kind shows of itself, in resource rules and in stack rules. */
export interface Described {
  readonly type: string;
  readonly props: unknown;
}

/**
 * Of SDK classes and of custom resources, in every version: kubernetes:core/v1:Namespace, kubernetes:v1:Namespace,
 * kubernetes:rbac.authorization.k8s.io/v1beta1:RoleBindingPatch.
 */
const TOKEN = /^kubernetes:(?:([^/:]+)\/)?v\d[^/:]*:([^/:]+)$/;

/** The objects of a resource; none for what is not of Kubernetes, or no object of its API. */
export function objectsOf({ type, props }: Described): KubernetesObject[] {
  const [, group = "core", kind = ""] = TOKEN.exec(type) ?? [];
  if (kind === "") return [];
  if (kind.endsWith("List")) {
    const item = { group, kind: kind.slice(0, -"List".length), form: "whole" } as const;
    return list(field(props, "items")).map((body) => asWritten({ ...item, body }));
  }
  const patched = kind.endsWith("Patch") ? kind.slice(0, -"Patch".length) : undefined;
  return [asWritten({ group, kind: patched ?? kind, form: patched === undefined ? "whole" : "patch", body: props })];
}

/** The provider makes what the object says it is, whatever its resource is called. */
function asWritten(object: KubernetesObject): KubernetesObject {
  const apiVersion = text(field(object.body, "apiVersion"));
  const kind = text(field(object.body, "kind"));
  if (apiVersion === "" || kind === "") return object;
  const [group = "", version] = apiVersion.split("/");
  return { ...object, group: version === undefined ? "core" : group, kind };
}

/**
 * The value at a path; undefined where there is none.
 * @throws UnknownValueError where the engine does not know the value yet, so a rule asks for no more than it judges.
 */
export function field(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((inner, key) => (isMap(inner) ? inner[key] : undefined), value);
}

/** Whether a map has the key, also where its value is not known yet. */
export function has(value: unknown, key: string): boolean {
  return isMap(value) && Object.hasOwn(value, key);
}

/** The value if it is text, else none. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The value if it is a list, else an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
