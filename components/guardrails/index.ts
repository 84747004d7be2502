import * as pulumi from "@pulumi/pulumi";
import { manifestsUnder } from "../construct";
import type { GuardrailManifests } from "./plan";

export interface GuardrailsArgs {
  readonly manifests: GuardrailManifests;
}

/** What the API server itself refuses and fills in. A policy judges nothing until it is bound, so it is bound last. */
export class Guardrails extends pulumi.ComponentResource {
  /** All bindings: whatever waits for them is guarded from its first moment, and goes before they do. */
  readonly bindings: readonly pulumi.CustomResource[];

  constructor(name: string, args: GuardrailsArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:guardrails:Guardrails", name, {}, opts);
    const { policies, mutations, bindings, mutationBindings } = args.manifests;
    const create = manifestsUnder(this, name);
    const made = new Map([...policies, ...mutations].map((policy) => [policy.metadata.name, create(policy)]));
    this.bindings = [...bindings, ...mutationBindings].map((binding) => {
      const policy = made.get(binding.spec?.policyName ?? "");
      return create(binding, policy ? { dependsOn: policy } : {});
    });
    this.registerOutputs({});
  }
}
