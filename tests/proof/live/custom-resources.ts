import type { Manifest } from "../../../components/manifest";

/** Kinds that no API server has by itself, with a schema that takes everything: it is not to stop any attack. */
function customResource(group: string, kind: string, scope: "Namespaced" | "Cluster" = "Namespaced"): Manifest {
  const singular = kind.toLowerCase();
  const plural = singular.endsWith("cy") ? `${singular.slice(0, -1)}ies` : `${singular}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      annotations: { "api-approved.kubernetes.io": "unapproved, a double for tests" },
    },
    spec: {
      group,
      scope,
      names: { kind, singular, plural, listKind: `${kind}List` },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  } as Manifest;
}

const ROUTES = ["Gateway", "ListenerSet", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "ReferenceGrant"];

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
