import type { Namespace, Node, PersistentVolume } from "kubernetes-types/core/v1";
import type { RuntimeClass } from "kubernetes-types/node/v1";
import type { ClusterRoleBinding, RoleBinding, Subject } from "kubernetes-types/rbac/v1";
import type { ClusterApi } from "../../components/cluster/api";
import { couldBeNamespaceOf, TENANT_LABEL } from "../../config/names";

/** Something of a tenant that is still on the cluster. */
export interface Residue {
  /** As `persistentvolume/pvc-1f2e`. */
  readonly object: string;
  /** Why it is still there, or what it still allows. */
  readonly reason: string;
}

/** What a tenant was, as far as it is known: after its removal nobody can ask the estate. */
export interface Departed {
  readonly id: string;
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** What can outlive a tenant's namespaces. */
export interface Standing {
  readonly namespaces: readonly Namespace[];
  readonly volumes: readonly PersistentVolume[];
  readonly classes: readonly RuntimeClass[];
  readonly nodes: readonly Pick<Node, "metadata">[];
  readonly clusterRoleBindings: readonly ClusterRoleBinding[];
  readonly roleBindings: readonly RoleBinding[];
}

/** @throws Unreachable, with the server's words, where one of the lists may not be read. */
export async function readStanding(api: ClusterApi): Promise<Standing> {
  const list = async <T>(path: string) => (await api.get<{ items: readonly T[] }>(path)).items;
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const [namespaces, volumes, classes, nodes, clusterRoleBindings, roleBindings] = await Promise.all([
    list<Namespace>("/api/v1/namespaces"),
    list<PersistentVolume>("/api/v1/persistentvolumes"),
    list<RuntimeClass>("/apis/node.k8s.io/v1/runtimeclasses"),
    list<Node>("/api/v1/nodes"),
    list<ClusterRoleBinding>(`${rbac}/clusterrolebindings`),
    list<RoleBinding>(`${rbac}/rolebindings`),
  ]);
  return { namespaces, volumes, classes, nodes, clusterRoleBindings, roleBindings };
}

/** Everything of a tenant that is still on the cluster. Nothing is touched: whoever owns an object decides about it. */
export async function residueOf(departed: Departed, api: ClusterApi): Promise<Residue[]> {
  return residueIn(departed, await readStanding(api));
}

/** The same, among what was read already. */
export function residueIn(departed: Departed, standing: Standing): Residue[] {
  const { namespaces, volumes, classes, nodes, clusterRoleBindings, roleBindings } = standing;
  const { id } = departed;
  const wears = ({ metadata }: Pick<Namespace | Node | RuntimeClass, "metadata">) =>
    metadata?.labels?.[TENANT_LABEL] === id;
  const isIts = (namespace = "") => couldBeNamespaceOf(id, namespace);
  const names = (subjects: readonly Subject[] | undefined) => (subjects ?? []).some((one) => isSubject(one, departed));
  return [
    ...namespaces.filter((namespace) => wears(namespace) || isIts(namespace.metadata?.name)).flatMap(namespaceResidue),
    ...volumes.filter(({ spec }) => isIts(spec?.claimRef?.namespace)).map(volumeResidue),
    ...classes
      .filter(wears)
      .map(({ metadata }) => left("runtimeclass", metadata, "names nodes and a sandbox for nobody")),
    ...nodes
      .filter(wears)
      .map(({ metadata }) =>
        left("node", metadata, `still labelled ${TENANT_LABEL}=${id}: relabel its pool, or remove it`),
      ),
    ...clusterRoleBindings
      .filter(({ subjects }) => names(subjects))
      .map(({ metadata, roleRef }) =>
        left("clusterrolebinding", metadata, `still gives ${roleRef.name} to the tenant`),
      ),
    ...roleBindings
      .filter(({ metadata, subjects }) => !isIts(metadata?.namespace) && names(subjects))
      .map(({ metadata, roleRef }) =>
        left(
          "rolebinding",
          { name: `${metadata?.namespace}/${metadata?.name}` },
          `still gives ${roleRef.name} to the tenant`,
        ),
      ),
  ];
}

function left(kind: string, metadata: { readonly name?: string } | undefined, reason: string): Residue {
  return { object: `${kind}/${metadata?.name ?? ""}`, reason };
}

function namespaceResidue({ metadata, status }: Namespace): Residue[] {
  if (status?.phase !== "Terminating") return [left("namespace", metadata, "not removed")];
  const holding = (status.conditions ?? []).filter(({ status: holds }) => holds === "True");
  const reasons = holding.map(({ message }) => message ?? "").filter((message) => message !== "");
  return [left("namespace", metadata, reasons.length === 0 ? "being emptied" : reasons.join("; "))];
}

function volumeResidue({ metadata, spec, status }: PersistentVolume): Residue {
  const claim = `${spec?.claimRef?.namespace}/${spec?.claimRef?.name}`;
  const kept = spec?.persistentVolumeReclaimPolicy === "Retain" ? ", kept by its reclaim policy" : "";
  return left("persistentvolume", metadata, `${status?.phase ?? "there"} with the data of ${claim}${kept}`);
}

function isSubject({ kind, name, namespace }: Subject, { id, users, groups }: Departed): boolean {
  if (kind === "ServiceAccount") return couldBeNamespaceOf(id, namespace ?? "");
  return (kind === "User" ? users : groups).includes(name);
}
