import type { ValidatingAdmissionPolicyBinding } from "kubernetes-types/admissionregistration/v1";
import type { LabelSelectorRequirement } from "kubernetes-types/meta/v1";
import { type GuardrailOptions, guardrailManifests } from "../../../components/guardrails/plan";
import type { Manifest } from "../../../components/manifest";
import { WITHOUT_LABEL } from "./spaces";

type Binding = ValidatingAdmissionPolicyBinding & Manifest;
type Estate = Parameters<typeof guardrailManifests>[0];

/**
 * The guardrails, and beside each guard the same without one of its rules, for every rule: a namespace that carries
 * the label of a rule has all guards but that one. So all mutations are tried at once.
 */
export function withMutants(estate: Estate, options: GuardrailOptions, rules: readonly string[]) {
  const whole = guardrailManifests(estate, options);
  const policies = new Map(whole.policies.map((policy) => [policy.metadata.name, policy]));
  const removed = new Map<string, string[]>();
  const bindings: Binding[] = [];
  for (const rule of rules) {
    const mutant = guardrailManifests(estate, { ...options, without: rule });
    const kept = new Map(mutant.bindings.map((binding) => [binding.metadata.name, binding]));
    for (const { metadata, spec } of whole.bindings) {
      const other = kept.get(metadata.name);
      if (other?.spec?.policyName === spec?.policyName) continue;
      removed.set(metadata.name, [...(removed.get(metadata.name) ?? []), rule]);
      if (other) bindings.push(selecting(renamed(other, `${metadata.name}.${rule}`), "In", [rule]));
    }
    for (const policy of mutant.policies) policies.set(policy.metadata.name, policy);
  }
  const narrowed = whole.bindings.map((binding) =>
    selecting(binding, "NotIn", removed.get(binding.metadata.name) ?? []),
  );
  return { policies: [...policies.values()], bindings: [...narrowed, ...bindings] };
}

function renamed(binding: Binding, name: string): Binding {
  return { ...binding, metadata: { ...binding.metadata, name } };
}

function selecting(binding: Binding, operator: "In" | "NotIn", values: readonly string[]): Binding {
  if (values.length === 0) return binding;
  const before: LabelSelectorRequirement[] = binding.spec?.matchResources?.namespaceSelector?.matchExpressions ?? [];
  const matchExpressions = [...before, { key: WITHOUT_LABEL, operator, values: [...values] }];
  return { ...binding, spec: { ...binding.spec, matchResources: { namespaceSelector: { matchExpressions } } } };
}
