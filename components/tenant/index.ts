import * as pulumi from "@pulumi/pulumi";
import { manifestsUnder, patchesUnder } from "../construct";
import type { SpacePlan, TenantPlan } from "./plan";

export interface TenantSpaceArgs {
  readonly plan: TenantPlan;
  /** The shared roles by their name on the cluster. They exist once the guardrails are bound; everything waits for them. */
  readonly roles: ReadonlyMap<string, pulumi.CustomResource>;
  /** Nodes of the tenant's own, made with it: they go after everything that runs on them. Unset: nobody's, or there already. */
  readonly nodes?: pulumi.Resource | undefined;
}

/** One tenant's namespaces with their guards and grants. Guards exist before grants and outlive them. */
export class TenantSpace extends pulumi.ComponentResource {
  readonly namespaces: pulumi.Output<string[]>;

  constructor(name: string, args: TenantSpaceArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:tenant:TenantSpace", name, {}, opts);
    const create = manifestsUnder(this, name);
    const nodes = args.nodes ? [args.nodes] : [];
    // The API server lets no handler change, and two classes of one name cannot be; the provider knows neither.
    const anew = { replaceOnChanges: ["handler"], deleteBeforeReplace: true };
    // After its nodes: what the class names, they all have (components/runtime/handlers.ts).
    const classes = args.plan.runtimeClasses.map((manifest) => create(manifest, { ...anew, dependsOn: nodes }));
    const before = [...args.roles.values(), ...classes, ...nodes];
    const spaces = args.plan.spaces.map((space) => this.furnish(name, space, before));
    const furnished = [...before, ...spaces.flatMap(({ guards }) => guards)];
    for (const right of args.plan.ownership) create(right, { dependsOn: furnished });
    this.namespaces = pulumi.output(spaces.map(({ id }) => id));
    this.registerOutputs({ namespaces: this.namespaces });
  }

  private furnish(name: string, space: SpacePlan, before: pulumi.Resource[]): Furnished {
    const create = manifestsUnder(this, name);
    const patch = patchesUnder(this, name);
    const namespace = create(space.namespace, { dependsOn: before });
    // Never deleted one by one: the cluster ends a namespace's pods before anything else in it, so with the namespace
    // they outlive the workloads; without it the workloads would run unguarded until the namespace's turn.
    const within = { dependsOn: namespace, deletedWith: namespace };
    const guards = space.guards.map((manifest) => create(manifest, within));
    const account = patch(space.defaultAccount, within);
    for (const each of space.accounts) create(each, { dependsOn: guards, deletedWith: namespace });
    for (const grant of space.grants) create(grant, { dependsOn: [...guards, account] });
    return { id: namespace.id, guards };
  }
}

interface Furnished {
  readonly id: pulumi.Output<string>;
  readonly guards: readonly pulumi.Resource[];
}
