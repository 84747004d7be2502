import * as pulumi from "@pulumi/pulumi";
import { type Construct, manifestsUnder } from "../construct";
import type { Manifest } from "../manifest";
import type { Canary } from "./canary";
import type { GuardrailManifests } from "./plan";

export interface GuardrailsArgs {
  readonly manifests: GuardrailManifests;
  readonly canary: Canary;
}

type Made = ReadonlyMap<string, pulumi.CustomResource>;

/** What the API server itself refuses and fills in: policies, tried on the canary, then bound everywhere else. */
export class Guardrails extends pulumi.ComponentResource {
  /** All bindings: whatever waits for them is guarded from its first moment, and goes before they do. */
  readonly bindings: readonly pulumi.CustomResource[];

  constructor(name: string, args: GuardrailsArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:guardrails:Guardrails", name, {}, opts);
    const { policies, mutations, bindings, mutationBindings } = args.manifests;
    const create = manifestsUnder(this, name);
    const made = new Map([...policies, ...mutations].map((policy) => [policy.metadata.name, create(policy)]));
    const tried = tryOut(args.canary, made, create);
    this.bindings = [...bindings, ...mutationBindings].map((binding) => bind(binding, made, tried, create));
    this.registerOutputs({});
  }
}

/** Everything that binds waits for the last probe: a policy that fails here is bound nowhere else. */
function tryOut(canary: Canary, made: Made, create: Construct): pulumi.CustomResource[] {
  const bindings = canary.bindings.map((binding) => bind(binding, made, [], create));
  const namespace = create(canary.namespace, { dependsOn: bindings });
  const within = { dependsOn: namespace, deletedWith: namespace };
  const guards = canary.guards.map((guard) => create(guard, within));
  return canary.probes.reduce<pulumi.CustomResource[]>(
    (before, probe) => [create(probe, { dependsOn: before, deletedWith: namespace })],
    [namespace, ...guards],
  );
}

interface Binding extends Manifest {
  readonly spec?: { readonly policyName?: string };
}

function bind(
  binding: Binding,
  made: Made,
  tried: readonly pulumi.CustomResource[],
  create: Construct,
): pulumi.CustomResource {
  const policy = made.get(binding.spec?.policyName ?? "");
  if (!policy) throw new TypeError(`${binding.metadata.name} binds no policy of the guardrails`);
  return create(binding, { dependsOn: [policy, ...tried] });
}
