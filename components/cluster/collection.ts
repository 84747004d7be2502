/** Path of a collection on an API server: `collection("apps/v1", "deployments", { namespace: "acme" })`. */
export function collection(apiVersion: string, resource: string, { namespace }: Place = {}): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${resource}`;
}

/** Without a namespace: the collection of a kind that has none, or of all namespaces. */
export interface Place {
  readonly namespace?: string;
}
