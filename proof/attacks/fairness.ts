import type { Attack } from "./attack";
import { configMap, pod } from "./legal";
import { creating, creatingIn } from "./request";
import type { Scene } from "./scene";
import { admission, priority, quota, rbac, runtimeClass } from "./walls";

const creatingConfigMap = creating("configmaps", configMap());

const disruptionBudget = (spec: object) =>
  creating("poddisruptionbudgets", {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    spec: { selector: { matchLabels: { app: "isolation-proof" } }, unhealthyPodEvictionPolicy: "AlwaysAllow", ...spec },
  });

const noClasses = ({ cluster }: Scene) =>
  cluster.higherPriorities.length === 0 ? "the cluster has no priority classes besides the system's" : undefined;

const ownOverhead = ({ tenant }: Scene) =>
  tenant.tenant.isolation.runtime === "native"
    ? "Pod Overhead set without corresponding RuntimeClass"
    : "Pod's Overhead doesn't match RuntimeClass's defined Overhead";

/** Before others, or in their way for longer than they can wait. */
export const fairness: readonly Attack[] = [
  {
    id: "T12",
    alias: "X-PC-1",
    title: "outrank everything on a node",
    control: pod(),
    attack: pod({ priorityClassName: "system-node-critical" }),
    stoppedBy: [admission("priority-class"), quota("bulkhead-priority", "pods")],
  },
  {
    id: "T12-cluster",
    alias: "X-PC-1",
    title: "outrank everything but the node's own",
    control: pod(),
    attack: pod({ priorityClassName: "system-cluster-critical" }),
    stoppedBy: [admission("priority-class"), quota("bulkhead-priority", "pods")],
  },
  {
    id: "T13",
    alias: "X-PC-1",
    title: "push other tenants' pods out by a higher class",
    unless: noClasses,
    control: pod(),
    attack: pod(({ cluster }) => ({ priorityClassName: cluster.higherPriorities[0] })),
    stoppedBy: admission("priority-class"),
  },
  {
    id: "T14",
    title: "make a priority class",
    control: creatingConfigMap,
    attack: creatingIn(() => ({}), "priorityclasses", {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      value: 1_000_000,
      globalDefault: true,
    }),
    stoppedBy: rbac(),
  },
  {
    id: "T15",
    title: "write the priority as a number",
    control: pod(),
    attack: pod({ priority: 1_000_000 }),
    stoppedBy: priority("the integer value of priority"),
  },
  {
    id: "T15-preemption",
    title: "choose to push out others",
    control: pod(),
    attack: pod({ preemptionPolicy: "Never" }),
    stoppedBy: priority("the string value of PreemptionPolicy"),
  },
  {
    id: "T15-overhead",
    title: "say oneself what the sandbox costs",
    control: pod(),
    attack: pod({ overhead: { cpu: "1m" } }),
    stoppedBy: (scene) => runtimeClass(ownOverhead(scene)),
  },
  {
    id: "T21",
    title: "keep nodes from being replaced",
    control: disruptionBudget({ maxUnavailable: 1 }),
    attack: disruptionBudget({ maxUnavailable: 0 }),
    stoppedBy: admission("disruption-room"),
  },
  {
    id: "T21-percent",
    title: "keep nodes from being replaced, in per cent",
    control: disruptionBudget({ maxUnavailable: 1 }),
    attack: disruptionBudget({ maxUnavailable: "0%" }),
    stoppedBy: admission("disruption-room"),
  },
  {
    id: "T21-minimum",
    title: "keep nodes from being replaced by demanding all pods",
    control: disruptionBudget({ maxUnavailable: 1 }),
    attack: disruptionBudget({ minAvailable: "100%" }),
    stoppedBy: admission("disruption-room"),
  },
  {
    id: "T21-unhealthy",
    title: "keep nodes from being replaced by a pod that never gets ready",
    control: disruptionBudget({ maxUnavailable: 1 }),
    attack: disruptionBudget({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "IfHealthyBudget" }),
    stoppedBy: admission("disruption-unhealthy"),
  },
];
