import type { Manifest } from "../../../components/manifest";

/** Kinds that no API server has by itself. Without a schema, since guards may not lean on one. */
function customResource(group: string, kind: string): Manifest {
  const singular = kind.toLowerCase();
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${singular}s.${group}`,
      annotations: { "api-approved.kubernetes.io": "unapproved, a double for tests" },
    },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, singular, plural: `${singular}s`, listKind: `${kind}List` },
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

export const CUSTOM_RESOURCES: readonly Manifest[] = [
  ...["Gateway", "HTTPRoute", "TCPRoute", "ReferenceGrant"].map((kind) =>
    customResource("gateway.networking.k8s.io", kind),
  ),
  customResource("snapshot.storage.k8s.io", "VolumeSnapshot"),
];
