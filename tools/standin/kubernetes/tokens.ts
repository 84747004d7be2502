/** A type token such as `kubernetes:rbac.authorization.k8s.io/v1:Role`, taken apart. */
export interface Kind {
  /** "v1" or "group/version", as manifests spell it. */
  apiVersion: string;
  kind: string;
  /** A `…Patch` type: manages some fields of an object that somebody else owns. */
  patch: boolean;
}

/** The type of a Helm release: many objects, and no object itself. */
export const RELEASE = "kubernetes:helm.sh/v3:Release";

/** A URN ends in `::<parent types>$<type>::<name>`. */
export function typeOf(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

export function nameInUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

export function kindOf(urn: string): Kind {
  const token = typeOf(urn);
  const [, module = "", type = ""] = token.split(":");
  const [group, version, ...rest] = module.split("/");
  if (!group || !version || rest.length > 0 || !type) {
    throw new Error(`apiVersion does not have both a group and a version: "${module}"`);
  }
  const apiVersion = group === "core" ? version : `${group}/${version}`;
  const patch = type.length > "Patch".length && type.endsWith("Patch");
  return { apiVersion, kind: patch ? type.slice(0, -"Patch".length) : type, patch };
}
