/**
 * Name of a resource that several names tell apart. No id, namespace, service account or account number has a slash in
 * it, so that no two lists of names come out alike; with dashes `api` in `acme-web` and `web-api` in `acme` would.
 */
export function joined(...names: readonly string[]): string {
  return names.join("/");
}

/** Whether a name is the component's, or says more after it. */
export function isNamedAfter(component: string, name: string): boolean {
  return name === component || name.startsWith(`${component}-`) || name.startsWith(joined(component, ""));
}

/** Account and name of somebody or something in IAM: `111122223333/role/acme-admins`. Colons would end the name in a URN. */
export function titleOf(arn: string): string {
  return joined(...arn.split(":").slice(4));
}
