import type { Validation, Variable } from "kubernetes-types/admissionregistration/v1";
import type { ResourceQuota } from "kubernetes-types/core/v1";
import type { GuardrailManifests } from "../../../components/guardrails/plan";
import type { Manifest } from "../../../components/manifest";
import type { TenantPlan } from "../../../components/tenant/plan";
import type { Wall } from "../../../proof/attacks/walls";

/** Label by which a namespace lacks some of the guards; its value names which. */
export const WITHOUT_LABEL = "proof.example.com/without";

/** Group of whoever may do anything in a mutant's namespace. */
export const WILDCARD_GROUP = "proof-wildcard";

/** Layers that are a part of the API server: nobody can take them away from a namespace. */
const BUILT_IN: ReadonlySet<string> = new Set([
  "escalation",
  "priority",
  "schema",
  "runtime-class",
  "node-authorizer",
  "node-restriction",
  "certificates",
  "scheduler",
]);

export function isBuiltIn(wall: Wall): boolean {
  return BUILT_IN.has(wall.layer) && !isAdminAccess(wall);
}

/** The one thing of the API's grammar that a namespace's label decides. */
function isAdminAccess({ layer, names = [] }: Wall): boolean {
  return layer === "schema" && names.some((words) => words.startsWith("admin access"));
}

/** What a mutant's namespace lacks, spelt so that equal lacks are equal texts, whatever they are missed for. */
export function keyOf(walls: readonly Wall[]): string {
  return [...new Set(walls.map(lackOf))].sort().join(" ");
}

/** Some layers are there or not, as a whole. */
function lackOf({ layer, names = [] }: Wall): string {
  if (layer === "pod-security" || layer === "limits") return layer;
  if (layer === "mutation") return names[0] === "limits" ? "limits" : layer;
  return `${layer}:${[...names].sort().join("+")}`;
}

/** The rule in one policy only: that on pods, on templates or on templates of CronJobs. */
export function inPolicy(rule: string, policy: string): Wall {
  return { layer: "admission", names: [`${rule}@${policy}`] };
}

/** Rules of the guardrails among the walls. */
export function rulesOf(walls: readonly Wall[]): string[] {
  return walls.flatMap(({ layer, names = [] }) => (layer === "admission" ? names : []));
}

/** The tenant without what the walls stand on. Rules are taken away by the label, all else from its own objects. */
export function mutated(tenant: TenantPlan, id: string, walls: readonly Wall[]): TenantPlan {
  const layers = new Set(walls.map(({ layer }) => layer));
  const quotas = walls.flatMap(({ layer, names = [] }) => (layer === "quota" ? names : []));
  const unlimited =
    layers.has("limits") || walls.some(({ layer, names }) => layer === "mutation" && names?.[0] === "limits");
  return {
    ...tenant,
    spaces: tenant.spaces.map((space) => ({
      ...space,
      namespace: withLabels(space.namespace, id, walls),
      guards: space.guards
        .filter(({ kind }) => !(unlimited && kind === "LimitRange"))
        .map((guard) => withoutKeys(guard, quotas)),
    })),
  };
}

function withLabels(namespace: Manifest, id: string, walls: readonly Wall[]): Manifest {
  const labels = Object.entries(namespace.metadata.labels ?? {});
  const unguarded = walls.some(({ layer }) => layer === "pod-security");
  const kept = unguarded ? labels.filter(([key]) => !key.startsWith("pod-security.kubernetes.io/")) : labels;
  const admin = walls.some(isAdminAccess) ? { "resource.kubernetes.io/admin-access": "true" } : {};
  const changed = { ...Object.fromEntries(kept), ...admin, [WITHOUT_LABEL]: id };
  return { ...namespace, metadata: { ...namespace.metadata, labels: changed } };
}

function withoutKeys<T extends Manifest>(guard: T, quotas: readonly string[]): T {
  if (guard.kind !== "ResourceQuota") return guard;
  const { spec } = guard as unknown as ResourceQuota;
  const gone = new Set(quotas.filter((it) => it.startsWith(`${guard.metadata.name}: `)).map((it) => it.split(": ")[1]));
  const hard = Object.fromEntries(Object.entries(spec?.hard ?? {}).filter(([key]) => !gone.has(key)));
  return { ...guard, spec: { ...spec, hard } };
}

interface Mutant {
  readonly id: string;
  readonly walls: readonly Wall[];
}

/**
 * The guardrails, and beside them each rule of theirs as a policy of its own, for the namespaces of mutants: bound to
 * all of them but those that lack it. So all mutations stand at the same time, and none has to wait for another.
 */
export function withMutants(whole: GuardrailManifests, mutants: readonly Mutant[]): Manifest[] {
  const alone = new Map(whole.policies.map((policy) => [policy.metadata.name, rulesAlone(policy)]));
  const lacking = (lacks: (wall: Wall) => boolean) =>
    mutants.filter(({ walls }) => walls.some(lacks)).map(({ id }) => id);
  const bindings = whole.bindings.flatMap((binding) => [
    selecting(binding, { key: WITHOUT_LABEL, operator: "DoesNotExist" }),
    ...(alone.get(binding.spec?.policyName ?? "") ?? []).map(({ rule, policy }) =>
      selecting(
        {
          ...binding,
          metadata: { ...binding.metadata, name: `${binding.metadata.name}.${rule}` },
          spec: { ...binding.spec, policyName: policy.metadata.name },
        },
        { key: WITHOUT_LABEL, operator: "Exists" },
        ...notAmong(lacking((wall) => isOf(wall, rule, binding.metadata.name))),
      ),
    ),
  ]);
  const filled = whole.mutationBindings.map((binding) =>
    selecting(binding, ...notAmong(lacking(({ layer }) => layer === "mutation"))),
  );
  const added = [...alone.values()].flat().map(({ policy }) => policy);
  return [...whole.policies, ...added, ...whole.mutations, ...bindings, ...filled];
}

/** By the rule as a whole, or by the rule in the policy that this binds. */
function isOf(wall: Wall, rule: string, binding: string): boolean {
  const names = rulesOf([wall]);
  return names.includes(rule) || names.includes(`${rule}@${binding.replace(/^bulkhead-/, "")}`);
}

type Policy = GuardrailManifests["policies"][number];

function rulesAlone(policy: Policy): { readonly rule: string; readonly policy: Policy }[] {
  const { validations = [], variables = [] } = policy.spec ?? {};
  const rules = new Set(validations.map(({ message }) => ruleOf(message)));
  return [...rules].map((rule) => {
    const own = validations.filter(({ message }) => ruleOf(message) === rule);
    const metadata = { ...policy.metadata, name: `${policy.metadata.name}.${rule}` };
    const spec = { ...policy.spec, validations: own, variables: readBy(own, variables) };
    return { rule, policy: { ...policy, metadata, spec } };
  });
}

/** Those of the variables that the expressions read, be it by others. Each costs the server time to compile. */
function readBy(validations: readonly Validation[], variables: readonly Variable[]): Variable[] {
  const texts = validations.flatMap(({ expression, messageExpression = "" }) => [expression, messageExpression]);
  const read = new Set<string>();
  for (const { name, expression } of [...variables].reverse()) {
    if (!texts.some((text) => new RegExp(`variables\\.${name}\\b`).test(text))) continue;
    read.add(name);
    texts.push(expression);
  }
  return variables.filter(({ name }) => read.has(name));
}

function ruleOf(message: string | undefined): string {
  return /^\[([a-z0-9-]+)\]/.exec(message ?? "")?.[1] ?? "";
}

interface Binding extends Manifest {
  readonly spec?: {
    readonly policyName?: string;
    readonly matchResources?: { readonly namespaceSelector?: { readonly matchExpressions?: readonly object[] } };
  };
}

type Requirement = { readonly key: string; readonly operator: string; readonly values?: readonly string[] };

/** A requirement of no values would be none that the server takes. */
function notAmong(values: readonly string[]): Requirement[] {
  return values.length === 0 ? [] : [{ key: WITHOUT_LABEL, operator: "NotIn", values }];
}

function selecting(binding: Binding, ...more: readonly Requirement[]): Manifest {
  const before = binding.spec?.matchResources?.namespaceSelector?.matchExpressions ?? [];
  const matchResources = { namespaceSelector: { matchExpressions: [...before, ...more] } };
  return { ...binding, spec: { ...binding.spec, matchResources } } as Manifest;
}
