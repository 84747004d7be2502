import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Plan } from "../plan";
import { commonsOf, PROVIDER_SETTINGS, type SharedRoles } from "./commons";
import type { ClusterFacts } from "./inspect";

export interface ExistingClusterArgs extends Pick<Plan, "roles" | "guardrails" | "canary"> {
  readonly facts: ClusterFacts;
  /** Stable name of the cluster. Unset: the UID of its kube-system namespace. */
  readonly clusterIdentifier: string | undefined;
}

/** A cluster that somebody else runs: the one way to it, its guardrails, and the roles that all tenants share. */
export class ExistingCluster extends pulumi.ComponentResource {
  readonly provider: Provider;
  readonly roles: SharedRoles;
  /** Its nodes are there already, and nothing waits for them. */
  readonly pools: ReadonlyMap<string, pulumi.Resource> = new Map();

  constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bulkhead:cluster:ExistingCluster", name, {}, opts);
    const { kubeconfig, context, uid } = args.facts;
    this.provider = new Provider(
      `${name}-kubernetes`,
      {
        kubeconfig: pulumi.secret(kubeconfig),
        context,
        clusterIdentifier: args.clusterIdentifier ?? uid,
        ...PROVIDER_SETTINGS,
      },
      { parent: this },
    );
    this.roles = commonsOf(this, name, this.provider, args);
    this.registerOutputs({});
  }
}
