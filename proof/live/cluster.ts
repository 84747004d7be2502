import type { ClusterApi } from "../../components/cluster/api";
import { MANAGED_LABEL, MANAGED_VALUE, TENANT_LABEL } from "../../config/names";
import { type ServedKind, servedKinds } from "./served";

/** What attacks have to know about a cluster before they can be written down. */
export interface Cluster {
  readonly served: readonly ServedKind[];
  readonly nodes: readonly ClusterNode[];
  /** Classes that outrank an ordinary pod, besides the system's own. */
  readonly higherPriorities: readonly string[];
  readonly storageClasses: readonly string[];
  /** Whether policies of ours write into pods what they lack. */
  readonly fillsIn: boolean;
}

export interface ClusterNode {
  readonly name: string;
  /** Tenant whose node it is; undefined for a shared one. */
  readonly tenant: string | undefined;
}

interface Listed {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly value?: number;
}

/** @throws Unreachable, with the server's words, where one of these may not be read. */
export async function readCluster(api: ClusterApi): Promise<Cluster> {
  const list = async (path: string) => (await api.get<{ items: readonly Listed[] }>(path)).items;
  const served = await servedKinds(api);
  const [nodes, priorities, storage, mutating] = await Promise.all([
    list("/api/v1/nodes"),
    list("/apis/scheduling.k8s.io/v1/priorityclasses"),
    list("/apis/storage.k8s.io/v1/storageclasses"),
    mutates(served) ? list(`/apis/${MUTATING_GROUP}/v1/mutatingadmissionpolicies`) : [],
  ]);
  return {
    served,
    nodes: nodes.map(({ metadata }) => ({ name: metadata.name, tenant: metadata.labels?.[TENANT_LABEL] })),
    higherPriorities: priorities
      .filter(({ metadata, value = 0 }) => value > 0 && !metadata.name.startsWith("system-"))
      .map(({ metadata }) => metadata.name),
    storageClasses: storage.map(({ metadata }) => metadata.name),
    fillsIn: mutating.some(({ metadata }) => metadata.labels?.[MANAGED_LABEL] === MANAGED_VALUE),
  };
}

const MUTATING_GROUP = "admissionregistration.k8s.io";

/** v1 only: the versions before it were off by default and worded differently. */
function mutates(served: readonly ServedKind[]): boolean {
  return served.some(({ resource, version }) => resource === "mutatingadmissionpolicies" && version === "v1");
}

/** Version in which a kind is served; v1 for one that is not. */
export function servedVersion({ served }: Cluster, resource: string, group = ""): string {
  return served.find((kind) => kind.resource === resource && kind.group === group)?.version ?? "v1";
}

/** Whether a kind, or a subresource of it, is there to be attacked, by its plural and group. */
export function serves({ served }: Cluster, resource: string, group = "", subresource?: string): boolean {
  return served.some((kind) => kind.resource === resource && kind.group === group && kind.subresource === subresource);
}
