/**
 * Tenant to whom a namespace belongs by its name, whether it declares it or not. There is one at most, because no id
 * is another id plus a dash.
 */
export function ownerOf(namespace: string, ids: ReadonlySet<string>): string | undefined {
  return ids.has(namespace) ? namespace : prefixOwner(namespace, ids);
}

/** The id that is the beginning of a name, up to one of its dashes. */
export function prefixOwner(name: string, ids: ReadonlySet<string>): string | undefined {
  for (let dash = name.indexOf("-"); dash !== -1; dash = name.indexOf("-", dash + 1)) {
    const prefix = name.slice(0, dash);
    if (ids.has(prefix)) return prefix;
  }
  return undefined;
}
