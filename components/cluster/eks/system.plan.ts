import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { MANAGED_LABEL, MANAGED_VALUE } from "../../../config/names";
import type { EksPlatform } from "../../../config/schema";
import type { Manifest } from "../../manifest";

/**
 * In strict mode a pod without a policy reaches nothing, DNS included: what the cluster itself runs gets one that opens
 * everything, before the first of its pods starts. In standard mode no policy is the same as this one.
 */
export function systemTraffic({ networkPolicy }: EksPlatform): (NetworkPolicy & Manifest)[] {
  if (networkPolicy === "standard") return [];
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: {
        name: "bulkhead-system",
        namespace: "kube-system",
        labels: { [MANAGED_LABEL]: MANAGED_VALUE },
      },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] },
    },
  ];
}
