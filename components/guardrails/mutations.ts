import { AUDITOR_PREFIX, TAINT_EFFECTS, TENANT_LABEL } from "../../config/names";
import { type Fact, text, texts } from "./facts";
import { type Exemptions, notByPlatform } from "./identities";
import { CRON_JOB, POD, type PodShape, TEMPLATE } from "./pod-shapes";
import { ephemeralContainers, newPods, type Target, target } from "./targets";

/**
 * What is filled in so that legal objects need not spell it. Becomes one MutatingAdmissionPolicy. Nothing is ever
 * replaced that somebody wrote: what is wrong stays for the guards to refuse.
 */
export interface Mutation {
  readonly name: string;
  readonly reach: "namespaces";
  readonly on: readonly Target[];
  readonly when: Readonly<Record<string, string>>;
  readonly facts: readonly Fact[];
  readonly patch: { readonly kind: "ApplyConfiguration" | "JSONPatch"; readonly expression: string };
  /**
   * Ignore where a guard demands what is filled in: a mutation that fails then costs a refusal with advice, and can
   * lock nobody out. Fail where there is no such guard.
   */
  readonly failurePolicy: "Fail" | "Ignore";
}

/** A field that is set where a condition holds, and otherwise as if it had not been written. */
const field = (name: string, condition: string, value: string) =>
  `?${name}: ${condition} ? optional.of(${value}) : optional.none()`;

/** Shared nodes keep images of all their tenants. IfNotPresent is what the server fills in itself; Never, somebody wrote. */
const ALWAYS = `variables.tenant != "" && !(("${TENANT_LABEL}=" + variables.tenant) in variables.nodeSelector)`;

/** Lists are merged by name; a list without entries changes nothing. */
function pullAlways(path: string, kind: string): string {
  const entries = `object${path}.spec.?${kind}.orValue([]).filter(c, c.?imagePullPolicy.orValue("") == "IfNotPresent")`;
  const always = `Object${path}.spec.${kind}{name: c.name, imagePullPolicy: "Always"}`;
  return field(kind, ALWAYS, `${entries}.map(c, ${always})`);
}

function pullVolumesAlways(path: string): string {
  const entries = `object${path}.spec.?volumes.orValue([]).filter(v, v.?image.?pullPolicy.orValue("") == "IfNotPresent")`;
  const always = `Object${path}.spec.volumes{name: v.name, image: Object${path}.spec.volumes.image{pullPolicy: "Always"}}`;
  return field("volumes", ALWAYS, `${entries}.map(v, ${always})`);
}

/** `Object{spec: Object.spec{template: Object.spec.template{spec: …}}}` for what is at a path of fields. */
function nested(path: string, fields: readonly string[]): string {
  const names = `${path}.spec`.slice(1).split(".");
  const types = names.map((_, index) => ["Object", ...names.slice(0, index + 1)].join("."));
  const inner = `${types.at(-1)}{${fields.join(", ")}}`;
  return names.reduceRight(
    (value, name, index) => `${index === 0 ? "Object" : types[index - 1]}{${name}: ${value}}`,
    inner,
  );
}

/**
 * Class, pull policy and user namespace of a pod or a template. Placement follows from the class: the API server runs
 * its own RuntimeClass admission again after this. Priority is left alone, since it has been computed by then.
 */
function fill({ name, path }: PodShape, on: readonly Target[]): Mutation {
  const spec = `object${path}.spec`;
  const expression = nested(path, [
    field(
      "runtimeClassName",
      `variables.runtimeClass != "" && !has(${spec}.runtimeClassName)`,
      "variables.runtimeClass",
    ),
    field("hostUsers", `variables.needsUserNamespace && !has(${spec}.hostUsers)`, "false"),
    pullAlways(path, "containers"),
    pullAlways(path, "initContainers"),
    pullVolumesAlways(path),
  ]);
  return {
    name: `fill-${name}`,
    reach: "namespaces",
    on,
    when: path === "" ? {} : templateWritten(path),
    facts: ["tenant", "runtimeClass", "nodeSelector", "needsUserNamespace"],
    patch: { kind: "ApplyConfiguration", expression },
    failurePolicy: "Ignore",
  };
}

/**
 * A change elsewhere in the object starts no new pods, so it may not change the template either. And a ReplicaSet has
 * to stay what its Deployment made it, or the Deployment would not know it again and make another, for ever.
 */
function templateWritten(path: string): Record<string, string> {
  return {
    "template-changes": `oldObject == null || object${path}.spec != oldObject${path}.spec`,
    "not-made-by-a-controller": "!object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false))",
  };
}

/** A Job's template cannot be changed, and a ReplicaSet's of its own changes nothing that runs. */
const TEMPLATES: readonly Target[] = [
  ...["daemonsets", "deployments", "statefulsets"].map((resource) => target("apps", resource)),
  target("apps", "replicasets", ["CREATE"]),
  target("batch", "jobs", ["CREATE"]),
  target("", "replicationcontrollers"),
];

/** A container that is added to a pod which is there already. */
const debugContainers: Mutation = {
  name: "fill-debug",
  reach: "namespaces",
  on: [ephemeralContainers],
  when: {},
  facts: ["tenant", "nodeSelector"],
  patch: { kind: "ApplyConfiguration", expression: nested("", [pullAlways("", "ephemeralContainers")]) },
  failurePolicy: "Ignore",
};

const SPEC = "object.spec.template.spec";
const AT = "/spec/template/spec";

const missingLabel = `${SPEC}.?nodeSelector[?pair.split("=")[0]].orValue("") == ""`;
const tolerated = `${SPEC}.?tolerations.orValue([]).exists(t, t.?key.orValue("") == ${text(TENANT_LABEL)} && t.?value.orValue("") == variables.tenant && t.?effect.orValue("") == effect)`;

/**
 * The DaemonSet controller reads selector and tolerations from the template, before there is a pod into which a
 * RuntimeClass could be merged. JSONPatch, since both are atomic to a merge.
 */
const daemonSets: Mutation = {
  name: "fill-daemonsets",
  reach: "namespaces",
  on: [target("apps", "daemonsets")],
  when: templateWritten(".spec.template"),
  facts: ["tenant", "nodeSelector"],
  patch: {
    kind: "JSONPatch",
    expression: [
      `(has(${SPEC}.nodeSelector) || variables.nodeSelector.size() == 0 ? [] : [JSONPatch{op: "add", path: "${AT}/nodeSelector", value: {}}])`,
      `variables.nodeSelector.filter(pair, ${missingLabel}).map(pair, JSONPatch{op: "add", path: "${AT}/nodeSelector/" + jsonpatch.escapeKey(pair.split("=")[0]), value: pair.split("=")[1]})`,
      `(has(${SPEC}.tolerations) || !(("${TENANT_LABEL}=" + variables.tenant) in variables.nodeSelector) ? [] : [JSONPatch{op: "add", path: "${AT}/tolerations", value: []}])`,
      `(("${TENANT_LABEL}=" + variables.tenant) in variables.nodeSelector ? ${texts(TAINT_EFFECTS)}.filter(effect, !${tolerated}).map(effect, JSONPatch{op: "add", path: "${AT}/tolerations/-", value: {"key": ${text(TENANT_LABEL)}, "operator": "Equal", "value": variables.tenant, "effect": effect}}) : [])`,
    ].join(" + "),
  },
  failurePolicy: "Ignore",
};

/** T21: a pod that never becomes ready must not hold its node. */
const disruptionBudgets: Mutation = {
  name: "fill-budgets",
  reach: "namespaces",
  on: [target("policy", "poddisruptionbudgets")],
  when: {},
  facts: ["tenant"],
  patch: {
    kind: "ApplyConfiguration",
    expression: `Object{spec: Object.spec{${field("unhealthyPodEvictionPolicy", `variables.tenant != "" && !has(object.spec.unhealthyPodEvictionPolicy)`, `"AlwaysAllow"`)}}}`,
  },
  failurePolicy: "Ignore",
};

/**
 * T88: an address that is asked for by number is refused or given, and so tells whether somebody has it. Asked for
 * nothing, the server gives any; a guard would come too late, when the address has been allocated already.
 */
function clusterIps(exemptions: Exemptions): Mutation {
  return {
    name: "services-cluster-ip",
    reach: "namespaces",
    on: [target("", "services", ["CREATE"])],
    when: {
      "asks-for-an-address": `!(object.spec.?clusterIP.orValue("") in ["", "None"]) || object.spec.?clusterIPs.orValue([]).exists(ip, !(ip in ["", "None"]))`,
      ...notByPlatform(exemptions),
    },
    facts: ["tenant"],
    patch: {
      kind: "JSONPatch",
      expression: `variables.tenant == "" ? [] : (has(object.spec.clusterIP) ? [JSONPatch{op: "remove", path: "/spec/clusterIP"}] : []) + (has(object.spec.clusterIPs) ? [JSONPatch{op: "remove", path: "/spec/clusterIPs"}] : [])`,
    },
    failurePolicy: "Fail",
  };
}

/**
 * A tenant that is only warned keeps what it sends as it is: filled in, its pods would move to other nodes before
 * anybody had decided that they shall. An audit is answered as if they were, since it asks what will be refused then.
 */
const FILLS = `variables.mode != "warn" || request.userInfo.username.startsWith(${text(AUDITOR_PREFIX)})`;

function whereEnforced({ facts, patch: { kind, expression }, ...rest }: Mutation): Mutation {
  const nothing = kind === "JSONPatch" ? "[]" : "Object{}";
  return {
    ...rest,
    facts: [...facts, "mode"],
    patch: { kind, expression: `(${FILLS}) ? (${expression}) : ${nothing}` },
  };
}

export function mutations(exemptions: Exemptions): Mutation[] {
  return [
    fill(POD, [newPods]),
    fill(TEMPLATE, TEMPLATES),
    fill(CRON_JOB, CRON_JOB.on),
    debugContainers,
    daemonSets,
    disruptionBudgets,
    clusterIps(exemptions),
  ].map(whereEnforced);
}
