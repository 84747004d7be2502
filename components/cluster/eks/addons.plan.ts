import type { ADDONS, EksPlatform } from "../../../config/schema";

export type AddonName = (typeof ADDONS)[number];

/** One of EKS's own add-ons, as it is installed. */
export interface AddonPlan {
  readonly name: AddonName;
  readonly version: string;
  /** In the add-on's own words; undefined: as it comes. */
  readonly configuration: object | undefined;
  /** What it may do in the account, by an identity of its own; undefined: nothing. */
  readonly identity: { readonly account: string; readonly policy: string } | undefined;
}

/** What nodes need before the first of them joins. Each is a DaemonSet, so it is active with no node at all. */
export const BEFORE_NODES: readonly AddonName[] = ["eks-pod-identity-agent", "vpc-cni", "kube-proxy"];

/** What needs nodes to run on before it is active, and by which all else finds AWS and the API server. */
export const NAMES: AddonName = "coredns";

/** What asks for names as soon as it runs. */
export const AFTER_NAMES: readonly AddonName[] = ["aws-ebs-csi-driver"];

/** The node's own role has neither right: a pod that escapes to the node has neither. */
const IDENTITIES: Partial<Record<AddonName, NonNullable<AddonPlan["identity"]>>> = {
  "vpc-cni": { account: "aws-node", policy: "AmazonEKS_CNI_Policy" },
  "aws-ebs-csi-driver": { account: "ebs-csi-controller-sa", policy: "service-role/AmazonEBSCSIDriverPolicy" },
};

export function addonPlan(name: AddonName, platform: EksPlatform): AddonPlan {
  return {
    name,
    version: platform.addons[name],
    configuration: name === "vpc-cni" ? networkPlugin(platform) : undefined,
    identity: IDENTITIES[name],
  };
}

/** Policies are enforced, in strict mode from a pod's first packet. The plugin's schema wants texts, not booleans. */
function networkPlugin({ networkPolicy }: EksPlatform): object {
  return { enableNetworkPolicy: "true", env: { NETWORK_POLICY_ENFORCING_MODE: networkPolicy } };
}
