import type { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import { manifestsUnder } from "../construct";
import { Guardrails } from "../guardrails";
import type { Plan } from "../plan";

/** Roles of the access profiles, by their name on the cluster. Made when the guardrails are bound: gates to all else. */
export type SharedRoles = ReadonlyMap<string, pulumi.CustomResource>;

/** What a cluster has once, whoever made it: its guardrails, and then the roles that all tenants share. */
export function commonsOf(
  parent: pulumi.ComponentResource,
  name: string,
  provider: Provider,
  { guardrails: manifests, canary, roles }: Pick<Plan, "guardrails" | "canary" | "roles">,
): SharedRoles {
  const { bindings } = new Guardrails(`${name}-guardrails`, { manifests, canary }, { parent, provider });
  const create = manifestsUnder(parent, name);
  const guarded = { provider, dependsOn: [...bindings] };
  return new Map(roles.map((manifest) => [manifest.metadata.name, create(manifest, guarded)]));
}

/** How the Kubernetes provider acts on a cluster, whoever made it. */
export const PROVIDER_SETTINGS = {
  // Whoever edits a guard by hand owns the field, and the next deployment would stop at the conflict: it takes it back.
  enablePatchForce: true,
  // 50 requests a second, the default, would make 100 tenants wait half a minute for nothing.
  kubeClientSettings: { qps: 500, burst: 1000 },
};
