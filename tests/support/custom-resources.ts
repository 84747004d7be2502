import type { Manifest } from "../../components/manifest";

/** A kind that no API server has by itself, with a schema that takes everything: what refuses it is never the schema. */
export function customResource(group: string, kind: string, scope: "Namespaced" | "Cluster" = "Namespaced"): Manifest {
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
