import { createHash } from "node:crypto";
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
} from "kubernetes-types/admissionregistration/v1";
import type { LabelSelectorRequirement } from "kubernetes-types/meta/v1";
import type { Estate } from "../../config/estate";
import { GUARDRAIL_LABEL, MANAGED_LABEL, MANAGED_VALUE, MODE_LABEL, NAMESPACE_NAME_LABEL } from "../../config/names";
import type { Manifest } from "../manifest";
import { FACTS, text } from "./facts";
import { guards } from "./guards";
import { type Exemptions, NO_EXEMPTIONS } from "./identities";
import { matchConstraints, matrix, type Row } from "./matrix";
import type { Guard, Rule } from "./rule";

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
  readonly policies: readonly (ValidatingAdmissionPolicy & Manifest)[];
  readonly bindings: readonly (ValidatingAdmissionPolicyBinding & Manifest)[];
}

/** Namespaces of the control plane itself. No guard ever reaches them, whatever anybody configures. */
export const SYSTEM_NAMESPACES = ["kube-system", "kube-public", "kube-node-lease"] as const;

/** All objects of the guardrails. Their number depends on nothing but whether policies may mutate. */
export function guardrailManifests(estate: Pick<Estate, "guardrails">, options: GuardrailOptions): GuardrailManifests {
  const chosen = guards({ ...NO_EXEMPTIONS, ...options.exemptions }).map((guard) => without(guard, options.without));
  const effective = chosen.filter(({ rules }) => rules.length > 0);
  const table = matrix(effective);
  const planned = effective.map((guard) => ({ guard, policy: policyOf(guard, table) }));
  return {
    policies: planned.map(({ policy }) => policy),
    bindings: planned.flatMap(({ guard, policy }) => bindingsOf(guard, policy.metadata.name, estate.guardrails)),
  };
}

function without(guard: Guard, id: string | undefined): Guard {
  return { ...guard, rules: guard.rules.filter((rule) => rule.id !== id) };
}

function policyOf(guard: Guard, table: readonly Row[]): ValidatingAdmissionPolicy & Manifest {
  const spec = {
    failurePolicy: "Fail",
    matchConstraints: matchConstraints(guard, table),
    matchConditions: named(guard.when),
    variables: [
      ...named(Object.fromEntries(guard.facts.map((fact) => [fact, FACTS[fact]]))),
      ...named(guard.variables),
    ],
    validations: guard.rules.map(validation),
  };
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: policyName(guard, spec), labels: labels(guard) },
    spec,
  };
}

/**
 * Named after what it says: a changed policy is another object, which is tried on the canary before the bindings
 * turn to it. Changed in place it would judge every namespace at once.
 */
function policyName({ name }: Guard, spec: object): string {
  const digest = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 8);
  return `bulkhead-${name}-${digest}`;
}

function named(expressions: Readonly<Record<string, string>>): { name: string; expression: string }[] {
  return Object.entries(expressions).map(([name, expression]) => ({ name, expression }));
}

function validation({ id, require, message, advice }: Rule): Validation {
  return {
    expression: require,
    reason: "Forbidden",
    message: `[${id}] ${message}`,
    ...(advice === undefined ? {} : { messageExpression: `${text(`[${id}] `)} + ${advice}` }),
  };
}

function labels({ concern }: Guard): Record<string, string> {
  return { [MANAGED_LABEL]: MANAGED_VALUE, [GUARDRAIL_LABEL]: concern };
}

/**
 * Everywhere but in the platform's namespaces, so that a namespace which nobody labelled is guarded too. Two bindings,
 * because it is the binding that says whether a violation is refused or only reported.
 */
function bindingsOf(
  guard: Guard,
  policyName: string,
  { mode, platformNamespaces }: Estate["guardrails"],
): (ValidatingAdmissionPolicyBinding & Manifest)[] {
  const name = `bulkhead-${guard.name}`;
  if (guard.reach === "cluster") return [binding(guard, name, policyName, mode)];
  const outside = {
    key: NAMESPACE_NAME_LABEL,
    operator: "NotIn",
    values: [...new Set([...SYSTEM_NAMESPACES, ...platformNamespaces])],
  };
  const other = mode === "enforce" ? "warn" : "enforce";
  return [
    binding(guard, name, policyName, mode, [outside, { key: MODE_LABEL, operator: "NotIn", values: [other] }]),
    binding(guard, `${name}-${other}`, policyName, other, [
      outside,
      { key: MODE_LABEL, operator: "In", values: [other] },
    ]),
  ];
}

const ACTIONS = { enforce: ["Deny"], warn: ["Warn", "Audit"] };

function binding(
  guard: Guard,
  name: string,
  policyName: string,
  mode: keyof typeof ACTIONS,
  matchExpressions?: LabelSelectorRequirement[],
): ValidatingAdmissionPolicyBinding & Manifest {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name, labels: labels(guard) },
    spec: {
      policyName,
      validationActions: ACTIONS[mode],
      ...(matchExpressions ? { matchResources: { namespaceSelector: { matchExpressions } } } : {}),
    },
  };
}
