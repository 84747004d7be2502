import type { ClusterApi } from "../../components/cluster/api";

/** A kind or subresource that a cluster serves, in the version its server prefers. */
export interface ServedKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, as pods. */
  readonly resource: string;
  /** As exec of pods/exec; undefined for the kind itself. */
  readonly subresource: string | undefined;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

interface Discovery {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly scope: "Cluster" | "Namespaced";
        readonly verbs: readonly string[];
        readonly responseKind?: { readonly kind?: string };
        readonly subresources?: readonly {
          readonly subresource: string;
          readonly verbs: readonly string[];
          readonly responseKind?: { readonly kind?: string };
        }[];
      }[];
    }[];
  }[];
}

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Everything a cluster serves, each kind once: in two requests, which every API server since 1.30 answers. */
export async function servedKinds(api: ClusterApi): Promise<ServedKind[]> {
  const answers = await Promise.all(
    ["/api", "/apis"].map((path) => api.ask(path, { headers: { accept: AGGREGATED } })),
  );
  const kinds = answers.flatMap(({ body }) => kindsOf(body as Discovery));
  const seen = new Set<string>();
  return kinds.filter((kind) => {
    const key = servedName(kind);
    return !seen.has(key) && seen.add(key);
  });
}

/** `pods/exec`, `deployments.apps/scale`: unique among the kinds of a cluster. */
export function servedName({ group, resource, subresource }: ServedKind): string {
  return `${resource}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`;
}

/** As manifests say it: `apps/v1`, and `v1` for the core group. */
export function apiVersionOf({ group, version }: ServedKind): string {
  return group === "" ? version : `${group}/${version}`;
}

function kindsOf({ items }: Discovery): ServedKind[] {
  return items.flatMap(({ metadata, versions = [] }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.flatMap(({ resource, scope, verbs, responseKind, subresources = [] }) => {
        const common = { group: metadata?.name ?? "", version, resource, namespaced: scope === "Namespaced" };
        return [
          { ...common, subresource: undefined, verbs, kind: responseKind?.kind ?? "" },
          ...subresources.map((sub) => ({
            ...common,
            subresource: sub.subresource,
            verbs: sub.verbs,
            kind: sub.responseKind?.kind ?? "",
          })),
        ];
      }),
    ),
  );
}
