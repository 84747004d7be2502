import { TAINT_EFFECTS, TENANT_LABEL } from "../../config/names";
import { text, texts } from "./facts";
import { byNode, type Exemptions } from "./identities";
import { CRON_JOB, guardOfPods, POD, type PodShape, TEMPLATE } from "./pod-shapes";
import { type Guard, guard, type Rule } from "./rule";
import { target } from "./targets";

/** Taints of the node life cycle, which the DaemonSet controller and the API server tolerate in every pod's name. */
const LIFECYCLE = [
  "disk-pressure",
  "memory-pressure",
  "network-unavailable",
  "not-ready",
  "pid-pressure",
  "unreachable",
  "unschedulable",
].map((condition) => `node.kubernetes.io/${condition}`);

const key = `t.?key.orValue("")`;
const effect = `t.?effect.orValue("")`;
const own = text(TENANT_LABEL);

/** The tenant's own taint, spelt out in full: a toleration that leaves something open is a key to other doors as well. */
const OWN_TAINT = `variables.runtimeClass != "" && ${key} == ${own} && t.?operator.orValue("Equal") == "Equal" && t.?value.orValue("") == variables.tenant && ${effect} in ${texts(TAINT_EFFECTS)}`;

/**
 * A device that the pod asks for, as the ExtendedResourceToleration plugin adds it. At least one of it: a request for
 * none is skipped by the scheduler, and would be a toleration of any taint for free. dyn: the server's types have no
 * quantities.
 */
const ASKS = `dyn(c).?resources.?limits[?${key}].hasValue() && quantity(string(dyn(c).resources.limits[${key}])).isGreaterThan(quantity("0"))`;
const DEVICE = `${key}.contains("/") && !${key}.startsWith("bulkhead.dev/") && (pod.spec.containers.exists(c, ${ASKS}) || pod.spec.?initContainers.orValue([]).exists(c, ${ASKS}))`;

/** Both of a pool's taints have to be tolerated, so a wildcard for NoSchedule alone, as node agents have, opens none. */
const OPENS_A_POOL = `${key} == ${own} || (${key} == "" && ${effect} in ["", "NoExecute"])`;

/** T06-T09: a toleration is a key to somebody's nodes, so only the tenant's own, devices' and the node life cycle's are allowed. */
function tolerations({ tolerations: known }: Exemptions): Rule {
  const allowed = `t.?operator.orValue("Equal") in ["", "Equal", "Exists"] && (${key} in ${texts([...LIFECYCLE, ...known])} || (${OWN_TAINT}) || (${DEVICE}))`;
  return {
    id: "placement-tolerations",
    threats: ["T06", "T07", "T08", "T09"],
    require: `pod.spec.?tolerations.orValue([]).all(t, variables.tenant == "" ? !(${OPENS_A_POOL}) : (${allowed}))`,
    message:
      "a toleration opens other nodes than the tenant's own; remove it, pods here already tolerate their own pool",
  };
}

/** T01, T02: whoever has nodes selects them, and nobody selects anybody else's. */
function nodeSelector({ name }: PodShape): Rule {
  const selector = "pod.spec.?nodeSelector.orValue({})";
  const foreign = `!(${own} in ${selector}) || ("${TENANT_LABEL}=" + ${selector}[${own}]) in variables.nodeSelector`;
  // Only a pod that is made: its template gets the labels later, when the RuntimeClass is merged into the pod.
  // A pod without the tenant's class is runtime-class's to refuse.
  const complete = `request.operation != "CREATE" || pod.spec.?runtimeClassName.orValue("") != variables.runtimeClass || variables.nodeSelector.all(pair, ${selector}[?pair.split("=")[0]].orValue("") == pair.split("=")[1])`;
  return {
    id: "placement-node-selector",
    threats: ["T01", "T02", "T17"],
    require: name === "pods" ? `(${foreign}) && (${complete})` : foreign,
    message: `the nodeSelector does not lead to the tenant's own nodes; leave ${TENANT_LABEL} out of it, the RuntimeClass adds it`,
  };
}

const terms = (holds: string) =>
  [
    "pod.spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([]).all(term, term",
    "pod.spec.?affinity.?nodeAffinity.?preferredDuringSchedulingIgnoredDuringExecution.orValue([]).all(term, term.preference",
  ]
    .map((path) => `${path}.?matchExpressions.orValue([]).all(e, ${holds}))`)
    .join(" && ");

/** T03: terms are alternatives, so one more of them would be a way around a selector that were expressed as affinity. */
const nodeAffinity: Rule = {
  id: "placement-node-affinity",
  threats: ["T03", "T17"],
  require: terms(
    `e.key != ${own} || e.operator == "DoesNotExist" || (e.operator == "In" && e.?values.orValue([]).all(value, value == variables.tenant) && variables.tenant != "")`,
  ),
  message: `node affinity reaches for another tenant's nodes; remove the expressions on ${TENANT_LABEL}`,
};

const podTerms = (holds: string) =>
  ["podAffinity", "podAntiAffinity"]
    .flatMap((kind) => [
      `pod.spec.?affinity.?${kind}.?requiredDuringSchedulingIgnoredDuringExecution.orValue([]).all(w, ${holds.replaceAll("term.", "w.")})`,
      `pod.spec.?affinity.?${kind}.?preferredDuringSchedulingIgnoredDuringExecution.orValue([]).all(w, ${holds.replaceAll("term.", "w.podAffinityTerm.")})`,
    ])
    .join(" && ");

/** T18: the scheduler honours anti-affinity both ways, so a pod that shuns another namespace keeps its pods off the node. */
const podAffinity: Rule = {
  id: "placement-pod-affinity",
  threats: ["T18"],
  require: podTerms("!has(term.namespaceSelector) && term.?namespaces.orValue([]).all(n, n == request.namespace)"),
  message: "pod affinity names other namespaces; remove namespaces and namespaceSelector, it then means this one",
};

/**
 * T04: a pod that names its node is never seen by the scheduler, and so by no taint that only the scheduler reads.
 * T46: a mirror pod, in which kubelets and drains believe, has to name its node.
 */
function nodeName({ name }: PodShape): Rule {
  // The binding sets it, so every later version of a pod has it.
  const set = `pod.spec.?nodeName.orValue("") == ""`;
  return {
    id: "placement-node-name",
    threats: ["T04", "T46"],
    require: name === "pods" ? `request.operation != "CREATE" || ${set}` : set,
    message: "nodeName bypasses the scheduler; remove it",
  };
}

/** T10: another scheduler does not look at taints unless it wants to. */
function scheduler({ schedulerNames }: Exemptions): Rule {
  return {
    id: "placement-scheduler",
    threats: ["T10"],
    require: `variables.tenant == "" || pod.spec.?schedulerName.orValue("default-scheduler") in ${texts(["default-scheduler", ...schedulerNames])}`,
    message: "pods here are scheduled by the cluster's own scheduler; remove schedulerName",
  };
}

/** Kubelets mirror static pods, which name their node and tolerate everything. */
const MIRROR = {
  "not-a-mirror-of-a-static-pod": `!(${byNode} && object.metadata.?annotations[?"kubernetes.io/config.mirror"].hasValue())`,
};

/**
 * T11: the DaemonSet controller reads the template before any pod exists to which a RuntimeClass could be merged. A
 * template without selector and tolerations gets no pods, or pods that wait for ever on other people's nodes.
 */
const daemonSets: Guard = guard({
  name: "placement-daemonsets",
  policy: TEMPLATE.name,
  concern: "placement",
  on: [target("apps", "daemonsets")],
  when: { "template-changes": "oldObject == null || object.spec.template.spec != oldObject.spec.template.spec" },
  facts: ["tenant", "nodeSelector"],
  rules: [
    {
      id: "placement-daemonset",
      threats: ["T11"],
      require: [
        `variables.nodeSelector.all(pair, object.spec.template.spec.?nodeSelector[?pair.split("=")[0]].orValue("") == pair.split("=")[1])`,
        `(!(("${TENANT_LABEL}=" + variables.tenant) in variables.nodeSelector) || ${texts(TAINT_EFFECTS)}.all(wanted, object.spec.template.spec.?tolerations.orValue([]).exists(t, ${key} == ${own} && t.?value.orValue("") == variables.tenant && ${effect} == wanted)))`,
      ].join(" && "),
      message:
        "a DaemonSet's template has to select and tolerate the tenant's own nodes; add the nodeSelector and tolerations of the tenant's RuntimeClass",
      advice: `"a DaemonSet's template has to select and tolerate the tenant's own nodes; add the nodeSelector " + variables.nodeSelector.join(", ") + " and, where it names ${TENANT_LABEL}, tolerations of key ${TENANT_LABEL}, operator Equal, value " + variables.tenant + ", effects ${TAINT_EFFECTS.join(" and ")}"`,
    },
  ],
});

export function placement(exemptions: Exemptions): Guard[] {
  const rules = (shape: PodShape) => [
    tolerations(exemptions),
    nodeSelector(shape),
    nodeAffinity,
    podAffinity,
    nodeName(shape),
    scheduler(exemptions),
  ];
  const facts = ["tenant", "runtimeClass", "nodeSelector"] as const;
  return [
    guardOfPods(POD, { concern: "placement", when: MIRROR, facts, rules: rules(POD) }),
    guardOfPods(TEMPLATE, { concern: "placement", facts, rules: rules(TEMPLATE) }),
    guardOfPods(CRON_JOB, { concern: "placement", facts, rules: rules(CRON_JOB) }),
    daemonSets,
  ];
}
