import type { Manifest } from "../../../components/manifest";
import { customResource } from "../../support/custom-resources";

const ROUTES = [
  "Gateway",
  "ListenerSet",
  "HTTPRoute",
  "GRPCRoute",
  "TLSRoute",
  "TCPRoute",
  "UDPRoute",
  "ReferenceGrant",
];

/** Routers, snapshots, and the dialects of network plugins. */
export const CUSTOM_RESOURCES: readonly Manifest[] = [
  ...ROUTES.map((kind) => customResource("gateway.networking.k8s.io", kind)),
  customResource("snapshot.storage.k8s.io", "VolumeSnapshot"),
  customResource("snapshot.storage.k8s.io", "VolumeSnapshotContent", "Cluster"),
  customResource("cilium.io", "CiliumNetworkPolicy"),
  customResource("cilium.io", "CiliumClusterwideNetworkPolicy", "Cluster"),
  customResource("crd.projectcalico.org", "NetworkPolicy"),
  customResource("crd.projectcalico.org", "GlobalNetworkPolicy", "Cluster"),
  customResource("projectcalico.org", "NetworkPolicy"),
  customResource("crd.antrea.io", "NetworkPolicy"),
  customResource("crd.antrea.io", "ClusterNetworkPolicy", "Cluster"),
  customResource("policy.networking.k8s.io", "AdminNetworkPolicy", "Cluster"),
  customResource("policy.networking.k8s.io", "BaselineAdminNetworkPolicy", "Cluster"),
  customResource("policy.networking.k8s.io", "ClusterNetworkPolicy", "Cluster"),
  customResource("networking.k8s.aws", "ClusterNetworkPolicy", "Cluster"),
  customResource("networking.k8s.aws", "ApplicationNetworkPolicy"),
  customResource("vpcresources.k8s.aws", "SecurityGroupPolicy"),
];
