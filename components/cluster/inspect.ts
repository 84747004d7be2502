import { resolve } from "node:path";
import type { Namespace, Node } from "kubernetes-types/core/v1";
import type { RuntimeClass } from "kubernetes-types/node/v1";
import { MANAGED_LABEL, MANAGED_VALUE, profileRoleName, STACK_ANNOTATION, TENANT_LABEL } from "../../config/names";
import { clusterArn } from "../../config/platform";
import type { Platform } from "../../config/schema";
import { type LiveRuntimes, liveRuntimes } from "../runtime/handlers";
import { ClusterApi } from "./api";
import { readKubeconfig, usualKubeconfig } from "./kubeconfig";
import { type Resident, residentsOf } from "./residents";
import { kubernetesVersion } from "./version";

/** Where `npm start` leaves the kubeconfig of the control plane it runs. */
export const EMBEDDED_KUBECONFIG = ".bulkhead/kubeconfig";

/** What only the live cluster knows. */
export interface ClusterFacts {
  /** Text of the kubeconfig: a credential. */
  readonly kubeconfig: string;
  readonly context: string;
  /** UID of kube-system: made with the cluster, never changed, the same from wherever one looks. */
  readonly uid: string;
  /** As 1.36. */
  readonly minor: string;
  readonly nodes: readonly Node[];
  readonly runtimes: LiveRuntimes;
  /** Tenants of the last deployment. */
  readonly residents: readonly Resident[];
  /** Version in which the cluster serves MutatingAdmissionPolicy: by discovery, since some serve none where they could. */
  readonly mutatingPolicies: "v1" | "none";
  /** Who deploys, as the cluster sees them. */
  readonly deployer: { readonly username: string; readonly groups: readonly string[] };
  /** Project and stack that made what a cluster has once; undefined where nobody has, or did not say so. */
  readonly owner: string | undefined;
}

/** How to reach a cluster. */
export interface Entrance {
  /** Text of the kubeconfig: a credential. */
  readonly kubeconfig: string;
  readonly context: string | undefined;
}

/** What somebody said on the command line instead. */
export interface ChosenEntrance {
  /** Path of a kubeconfig. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

interface SelfSubjectReview {
  readonly status: { readonly userInfo: { readonly username: string; readonly groups?: readonly string[] } };
}

/** Namespaces that a deployment made for tenants. */
const TENANTS = `${TENANT_LABEL},${MANAGED_LABEL}=${MANAGED_VALUE}`;

const SELF = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };

/** @throws Unreachable when there is no way to the cluster. */
export async function inspectCluster({ kubeconfig, context }: Entrance): Promise<ClusterFacts> {
  const api = await ClusterApi.connect(kubeconfig, context);
  try {
    const [served, system, nodes, classes, residents, review, owner] = await Promise.all([
      servedOn(api),
      api.get<{ metadata: { uid: string } }>("/api/v1/namespaces/kube-system"),
      api.get<{ items: Node[] }>("/api/v1/nodes"),
      api.get<{ items: RuntimeClass[] }>("/apis/node.k8s.io/v1/runtimeclasses"),
      residentsOn(api),
      api.ask("/apis/authentication.k8s.io/v1/selfsubjectreviews", { method: "POST", body: SELF }),
      ownerOf(api),
    ]);
    const { username, groups = [] } = (review.body as SelfSubjectReview).status.userInfo;
    return {
      kubeconfig,
      context: api.context,
      uid: system.metadata.uid,
      ...served,
      nodes: nodes.items,
      runtimes: liveRuntimes(nodes.items, handlersByClass(classes.items)),
      residents,
      deployer: { username, groups },
      owner,
    };
  } finally {
    api.close();
  }
}

function handlersByClass(classes: readonly RuntimeClass[]): ReadonlyMap<string, string> {
  return new Map(classes.map(({ metadata, handler }) => [metadata?.name ?? "", handler]));
}

/** What a cluster serves, as far as a plan for it depends on that. */
export async function servedOn(api: ClusterApi): Promise<Pick<ClusterFacts, "minor" | "mutatingPolicies">> {
  const [{ minor }, admission] = await Promise.all([
    kubernetesVersion(api),
    api.get<{ resources: { name: string }[] }>("/apis/admissionregistration.k8s.io/v1"),
  ]);
  const mutates = admission.resources.some(({ name }) => name === "mutatingadmissionpolicies");
  return { minor, mutatingPolicies: mutates ? "v1" : "none" };
}

/** Stack that has the cluster, as project/stack; undefined when it is nobody's, or not to be seen. */
export async function ownerOf(api: ClusterApi): Promise<string | undefined> {
  const { body } = await api.ask(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${profileRoleName("admin")}`);
  const { metadata } = Object(body) as { metadata?: { annotations?: Record<string, string> } };
  return metadata?.annotations?.[STACK_ANNOTATION];
}

/** Tenants whose namespaces are on the cluster. */
export async function residentsOn(api: ClusterApi): Promise<Resident[]> {
  const { items } = await api.get<{ items: Namespace[] }>(
    `/api/v1/namespaces?labelSelector=${encodeURIComponent(TENANTS)}`,
  );
  return residentsOf(items);
}

/**
 * The way that people take to the platform's cluster, from the files on their machine: the kubeconfig it names, else
 * the usual places for its context, else the embedded one. For EKS, what `aws eks update-kubeconfig` writes.
 * @param flags What the user said on the command line, which wins.
 */
export function entranceTo(platform: Platform, root: string, flags: ChosenEntrance = {}): Entrance {
  const { kubeconfig, context } = flags;
  if (kubeconfig !== undefined) return { kubeconfig: readKubeconfig(kubeconfig), context };
  const usual = usualEntrance(platform, root);
  return { ...usual, context: context ?? usual.context };
}

function usualEntrance(platform: Platform, root: string): Entrance {
  if (platform.kind === "eks") return { kubeconfig: usualKubeconfig(process.env), context: clusterArn(platform) };
  const { kubeconfig, context } = platform;
  if (kubeconfig === undefined && context !== undefined) return { kubeconfig: usualKubeconfig(process.env), context };
  return { kubeconfig: readKubeconfig(resolve(root, kubeconfig ?? EMBEDDED_KUBECONFIG)), context };
}
