import type {
  MatchResources,
  ParamRef,
  ValidatingAdmissionPolicyBinding,
} from "kubernetes-types/admissionregistration/v1";
import type { LabelSelectorRequirement } from "kubernetes-types/meta/v1";
import { MODE_LABEL, NAMESPACE_NAME_LABEL, TENANT_LABEL } from "../../config/names";
import type { Guardrails } from "../../config/schema";
import type { Manifest } from "../manifest";
import { ADMISSION, guardrailLabels } from "./policies";
import type { Guard } from "./rule";

export type ValidatingBinding = ValidatingAdmissionPolicyBinding & Manifest;

/** MutatingAdmissionPolicyBinding of admissionregistration.k8s.io/v1. */
export interface MutatingBinding extends Manifest {
  readonly spec: { readonly policyName: string; readonly matchResources: MatchResources };
}

/** Namespaces of the control plane itself. No guard ever reaches them, whatever anybody configures. */
export const SYSTEM_NAMESPACES = ["kube-system", "kube-public", "kube-node-lease"] as const;

const ACTIONS = { enforce: ["Deny"], warn: ["Warn", "Audit"] } as const;
type Mode = Guardrails["mode"];

/**
 * Whether somebody who breaks a guard's rules is refused or only warned: what its bindings say. Whoever asks about a
 * namespace itself, or from one that is nobody's, meets the estate's mode, whatever the tenant's is.
 */
export function modeOver(reach: Guard["reach"], { estate, tenant }: { estate: Mode; tenant: Mode }): Mode {
  return reach === "namespaces" ? tenant : estate;
}

/** What bindings are planned from: where guards reach, and who is refused or only warned. */
export interface Reach {
  readonly guardrails: Pick<Guardrails, "mode" | "platformNamespaces">;
  readonly tenants: readonly { readonly guardrails?: Mode | undefined }[];
}

/**
 * Everywhere but in the platform's namespaces, so that a namespace which nobody labelled is guarded too. It is the
 * binding that says whether a violation is refused or only reported, so a second one is there as soon as some tenant
 * is treated otherwise than the estate. Until then no label makes a difference.
 */
export function validatingBindings(
  guard: Guard,
  policyName: string,
  { guardrails, tenants }: Reach,
): ValidatingBinding[] {
  const { mode } = guardrails;
  const name = `bulkhead-${guard.name}`;
  // No selector: it would read the labels that come with a request for a namespace, and be evaded by them.
  if (guard.reach === "cluster") return [validatingBinding(guard, name, policyName, mode)];
  const outside = outsidePlatform(guardrails);
  if (guard.reach === "strays") return [validatingBinding(guard, name, policyName, mode, [outside, NOBODYS])];
  const other = mode === "enforce" ? "warn" : "enforce";
  if (!tenants.some((tenant) => tenant.guardrails === other)) {
    return [validatingBinding(guard, name, policyName, mode, [outside])];
  }
  return [
    validatingBinding(guard, name, policyName, mode, [outside, modeLabel("NotIn", other)]),
    validatingBinding(guard, `${name}-${other}`, policyName, other, [outside, modeLabel("In", other)]),
  ];
}

/** Everywhere alike: that nothing is filled in for a tenant that is only warned says the policy, which knows an audit. */
export function mutatingBinding(
  name: string,
  policyName: string,
  { guardrails }: Pick<Reach, "guardrails">,
): MutatingBinding {
  return {
    apiVersion: ADMISSION,
    kind: "MutatingAdmissionPolicyBinding",
    metadata: { name: `bulkhead-${name}`, labels: guardrailLabels("mutations") },
    spec: { policyName, matchResources: selecting([outsidePlatform(guardrails)]) },
  };
}

/** Labels of a namespace that is there already, as the server knows them: nobody in it can write them. */
const NOBODYS: LabelSelectorRequirement = { key: TENANT_LABEL, operator: "DoesNotExist" };

/** Every one that is a tenant's; where there is none, there is nothing to be taken. */
const TENANTS_OWN: ParamRef = {
  selector: { matchExpressions: [{ key: TENANT_LABEL, operator: "Exists" }] },
  parameterNotFoundAction: "Allow",
};

function validatingBinding(
  { concern, against }: Guard,
  name: string,
  policyName: string,
  mode: Mode,
  matchExpressions?: LabelSelectorRequirement[],
): ValidatingBinding {
  return {
    apiVersion: ADMISSION,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name, labels: guardrailLabels(concern) },
    spec: {
      policyName,
      ...(against === undefined ? {} : { paramRef: TENANTS_OWN }),
      validationActions: [...ACTIONS[mode]],
      ...(matchExpressions ? { matchResources: selecting(matchExpressions) } : {}),
    },
  };
}

function selecting(matchExpressions: LabelSelectorRequirement[]): MatchResources {
  return { namespaceSelector: { matchExpressions } };
}

function outsidePlatform({ platformNamespaces }: Reach["guardrails"]): LabelSelectorRequirement {
  const values = [...new Set([...SYSTEM_NAMESPACES, ...platformNamespaces])];
  return { key: NAMESPACE_NAME_LABEL, operator: "NotIn", values };
}

function modeLabel(operator: "In" | "NotIn", mode: Mode): LabelSelectorRequirement {
  return { key: MODE_LABEL, operator, values: [mode] };
}
