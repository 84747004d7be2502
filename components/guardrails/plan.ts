import {
  type MutatingBinding,
  mutatingBinding,
  type Reach,
  type ValidatingBinding,
  validatingBindings,
} from "./bindings";
import { guards } from "./guards";
import { type Exemptions, NO_EXEMPTIONS } from "./identities";
import { matrix } from "./matrix";
import { mutations } from "./mutations";
import { type MutatingPolicy, mutatingPolicy, type ValidatingPolicy, validatingPolicy } from "./policies";
import type { Guard } from "./rule";
import { sharingPolicies } from "./sharing";

export interface GuardrailOptions {
  /** Version of MutatingAdmissionPolicy that the cluster serves, found by discovery. */
  readonly mutatingPolicies: "v1" | "none";
  /** Unset: none. */
  readonly exemptions?: Partial<Exemptions>;
  /** Id of a rule to leave out, so that a test can see that it is this rule that stops an attack. Unset: none. */
  readonly without?: string;
}

export interface GuardrailManifests {
  /** Judge nothing until they are bound. */
  readonly policies: readonly ValidatingPolicy[];
  readonly bindings: readonly ValidatingBinding[];
  /** Change nothing until they are bound. None where the cluster does not serve them. */
  readonly mutations: readonly MutatingPolicy[];
  readonly mutationBindings: readonly MutatingBinding[];
}

/** All objects of the guardrails. Their number depends on whether policies may mutate and on the modes in use. */
export function guardrailManifests(estate: Reach, options: GuardrailOptions): GuardrailManifests {
  const exemptions = { ...NO_EXEMPTIONS, ...options.exemptions };
  const judging = sharingPolicies(
    guards(exemptions)
      .map((guard) => without(guard, options.without))
      .filter(({ rules }) => rules.length > 0),
  );
  const filling = options.mutatingPolicies === "v1" ? mutations(exemptions) : [];
  const table = matrix([...judging, ...filling]);
  const validating = judging.map((guard) => ({ guard, policy: validatingPolicy(guard, table) }));
  const mutating = filling.map((mutation) => ({ mutation, policy: mutatingPolicy(mutation, table) }));
  return {
    policies: validating.map(({ policy }) => policy),
    bindings: validating.flatMap(({ guard, policy }) => validatingBindings(guard, policy.metadata.name, estate)),
    mutations: mutating.map(({ policy }) => policy),
    mutationBindings: mutating.map(({ mutation, policy }) =>
      mutatingBinding(mutation.name, policy.metadata.name, estate),
    ),
  };
}

function without(guard: Guard, id: string | undefined): Guard {
  return { ...guard, rules: guard.rules.filter((rule) => rule.id !== id) };
}
