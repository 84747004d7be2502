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

/** Rules of the guardrails among the walls. */
export function rulesOf(walls: readonly Wall[]): string[] {
  return walls.flatMap(({ layer, names = [] }) => (layer === "admission" ? names : []));
}

const removedRules = (walls: readonly Wall[]) => new Set(rulesOf(walls));

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
 * The guardrails, and beside each the same without some of its rules for the namespaces that lack them. So all
 * mutations stand at the same time, and none has to wait for another.
 */
export function withMutants(whole: GuardrailManifests, mutants: readonly Mutant[]): Manifest[] {
  const policies = new Map(whole.policies.map((policy) => [policy.metadata.name, policy]));
  const added: Manifest[] = [];
  const bindings = whole.bindings.map((binding) => {
    const policy = policies.get(binding.spec?.policyName ?? "");
    const affected = mutants.filter(({ walls }) => policy && loses(policy, removedRules(walls)));
    for (const { id, walls } of affected) {
      if (!policy) continue;
      const name = `${policy.metadata.name}.${id}`;
      const validations = (policy.spec?.validations ?? []).filter((it) => !removedRules(walls).has(ruleOf(it.message)));
      if (validations.length === 0) continue;
      added.push(
        { ...policy, metadata: { ...policy.metadata, name }, spec: { ...policy.spec, validations } } as Manifest,
        selecting(
          { ...binding, metadata: { ...binding.metadata, name: `${binding.metadata.name}.${id}` } },
          name,
          "In",
          [id],
        ),
      );
    }
    return selecting(
      binding,
      policy?.metadata.name ?? "",
      "NotIn",
      affected.map(({ id }) => id),
    );
  });
  const filled = whole.mutationBindings.map((binding) =>
    selecting(
      binding,
      binding.spec.policyName,
      "NotIn",
      mutants.filter(({ walls }) => walls.some(({ layer }) => layer === "mutation")).map(({ id }) => id),
    ),
  );
  return [...whole.policies, ...whole.mutations, ...bindings, ...filled, ...added];
}

export type Policies = GuardrailManifests["policies"];
type Policy = Policies[number];

/** Rules that stand in one policy with one of these: whoever takes these away has touched no others. */
export function rulesBeside(policies: Policies, ids: readonly string[]): ReadonlySet<string> {
  const removed = new Set(ids);
  const touched = policies.filter((policy) => loses(policy, removed));
  return new Set(touched.flatMap(({ spec }) => (spec?.validations ?? []).map(({ message }) => ruleOf(message))));
}

function loses(policy: Policy, rules: ReadonlySet<string>): boolean {
  return (policy.spec?.validations ?? []).some(({ message }) => rules.has(ruleOf(message)));
}

function ruleOf(message: string | undefined): string {
  return /^\[([a-z0-9-]+)\]/.exec(message ?? "")?.[1] ?? "";
}

interface Binding extends Manifest {
  readonly spec?: {
    readonly matchResources?: { readonly namespaceSelector?: { readonly matchExpressions?: readonly object[] } };
  };
}

function selecting(
  binding: Binding,
  policyName: string,
  operator: "In" | "NotIn",
  values: readonly string[],
): Manifest {
  if (values.length === 0) return binding;
  const before = binding.spec?.matchResources?.namespaceSelector?.matchExpressions ?? [];
  const matchExpressions = [...before, { key: WITHOUT_LABEL, operator, values: [...values] }];
  return {
    ...binding,
    spec: { ...binding.spec, policyName, matchResources: { namespaceSelector: { matchExpressions } } },
  } as Manifest;
}
