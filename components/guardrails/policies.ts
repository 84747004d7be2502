import { createHash } from "node:crypto";
import type { ValidatingAdmissionPolicy, Validation, Variable } from "kubernetes-types/admissionregistration/v1";
import { GUARDRAIL_LABEL, MANAGED_LABEL, MANAGED_VALUE } from "../../config/names";
import type { Manifest } from "../manifest";
import { FACTS, type Fact, text } from "./facts";
import { type MatchConstraints, matchConstraints, type Row } from "./matrix";
import type { Mutation } from "./mutations";
import type { Guard, Rule } from "./rule";

export type ValidatingPolicy = ValidatingAdmissionPolicy & Manifest;

/** MutatingAdmissionPolicy of admissionregistration.k8s.io/v1, as far as it is used here. */
export interface MutatingPolicy extends Manifest {
  readonly spec: {
    readonly failurePolicy: "Fail" | "Ignore";
    readonly reinvocationPolicy: "Never";
    readonly matchConstraints: MatchConstraints;
    readonly matchConditions: readonly Variable[];
    readonly variables: readonly Variable[];
    readonly mutations: readonly (
      | { readonly patchType: "ApplyConfiguration"; readonly applyConfiguration: { readonly expression: string } }
      | { readonly patchType: "JSONPatch"; readonly jsonPatch: { readonly expression: string } }
    )[];
  };
}

export const ADMISSION = "admissionregistration.k8s.io/v1";

export function validatingPolicy(guard: Guard, table: readonly Row[]): ValidatingPolicy {
  const spec = {
    failurePolicy: "Fail",
    ...(guard.against === undefined ? {} : { paramKind: { apiVersion: "v1", kind: guard.against } }),
    matchConstraints: matchConstraints(guard, table),
    matchConditions: named(guard.when),
    variables: [...facts(guard.facts), ...named(guard.variables)],
    validations: guard.rules.map(validation),
  };
  const name = policyName(guard.name, spec);
  return {
    apiVersion: ADMISSION,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name, labels: guardrailLabels(guard.concern) },
    spec,
  };
}

function validation({ id, require, message, advice }: Rule): Validation {
  return {
    expression: require,
    reason: "Forbidden",
    message: `[${id}] ${message}`,
    ...(advice === undefined ? {} : { messageExpression: `${text(`[${id}] `)} + ${advice}` }),
  };
}

export function mutatingPolicy(mutation: Mutation, table: readonly Row[]): MutatingPolicy {
  const { kind, expression } = mutation.patch;
  const spec: MutatingPolicy["spec"] = {
    failurePolicy: mutation.failurePolicy,
    // Each fills in something else, so none has to see what another did.
    reinvocationPolicy: "Never",
    matchConstraints: matchConstraints(mutation, table),
    matchConditions: named(mutation.when),
    variables: facts(mutation.facts),
    mutations: [
      kind === "JSONPatch"
        ? { patchType: kind, jsonPatch: { expression } }
        : { patchType: kind, applyConfiguration: { expression } },
    ],
  };
  const name = policyName(mutation.name, spec);
  return {
    apiVersion: ADMISSION,
    kind: "MutatingAdmissionPolicy",
    metadata: { name, labels: guardrailLabels("mutations") },
    spec,
  };
}

/**
 * Named after what it says: a changed policy is another object, which is tried on the canary before the bindings
 * turn to it. Changed in place it would judge every namespace at once.
 */
function policyName(name: string, spec: object): string {
  return `bulkhead-${name}-${digest(spec)}`;
}

/** Eight hexadecimal digits of anything that can be written as JSON. */
export function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);
}

export function guardrailLabels(concern: string): Record<string, string> {
  return { [MANAGED_LABEL]: MANAGED_VALUE, [GUARDRAIL_LABEL]: concern };
}

function facts(chosen: readonly Fact[]): Variable[] {
  return chosen.map((name) => ({ name, expression: FACTS[name] }));
}

function named(expressions: Readonly<Record<string, string>>): Variable[] {
  return Object.entries(expressions).map(([name, expression]) => ({ name, expression }));
}
