import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { manifestsUnder } from "../construct";
import { Guardrails } from "../guardrails";
import type { Plan } from "../plan";
import type { ClusterFacts } from "./inspect";

export interface ExistingClusterArgs {
  readonly facts: ClusterFacts;
  /** Stable name of the cluster. Unset: the UID of its kube-system namespace. */
  readonly clusterIdentifier: string | undefined;
  readonly roles: Plan["roles"];
  readonly guardrails: Plan["guardrails"];
  readonly canary: Plan["canary"];
}

/** A cluster that somebody else runs: the one way to it, its guardrails, and the roles that all tenants share. */
export class ExistingCluster extends pulumi.ComponentResource {
  readonly provider: Provider;
  /** Roles of the access profiles, by their name on the cluster. Made when the guardrails are bound: gates to all else. */
  readonly roles: ReadonlyMap<string, pulumi.CustomResource>;

  constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bulkhead:cluster:ExistingCluster", name, {}, opts);
    this.provider = new Provider(
      `${name}-kubernetes`,
      {
        kubeconfig: pulumi.secret(args.facts.kubeconfig),
        context: args.facts.context,
        clusterIdentifier: args.clusterIdentifier ?? args.facts.uid,
        // Whoever edits a guard by hand owns the field, and the next deployment would stop at the conflict: it takes it back.
        enablePatchForce: true,
        // 50 requests a second, the default, would make 100 tenants wait half a minute for nothing.
        kubeClientSettings: { qps: 500, burst: 1000 },
      },
      { parent: this },
    );
    const { provider } = this;
    const { guardrails: manifests, canary } = args;
    const { bindings } = new Guardrails(`${name}-guardrails`, { manifests, canary }, { parent: this, provider });
    const create = manifestsUnder(this, name);
    const guarded = { provider, dependsOn: [...bindings] };
    this.roles = new Map(args.roles.map((manifest) => [manifest.metadata.name, create(manifest, guarded)]));
    this.registerOutputs({});
  }
}
