import type { ClusterApi } from "./api";

export interface KubernetesVersion {
  /** As v1.36.3. */
  readonly full: string;
  /** As 1.36. */
  readonly minor: string;
}

/** @throws Unreachable where the cluster does not say. */
export async function kubernetesVersion(api: ClusterApi): Promise<KubernetesVersion> {
  const { gitVersion, major, minor } = await api.get<Record<"gitVersion" | "major" | "minor", string>>("/version");
  // EKS and GKE write the minor as "36+".
  return { full: gitVersion, minor: `${major}.${Number.parseInt(minor, 10)}` };
}
