import type { ObjectMeta } from "kubernetes-types/meta/v1";

/** What every planner produces: a Kubernetes object, written as its YAML would be. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta & { readonly name: string };
}
