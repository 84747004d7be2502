import { TAINT_EFFECTS, TENANT_LABEL } from "../../config/names";
import type { Attack } from "./attack";
import { ownPlacement, pod, podSpec, storedPod } from "./legal";
import { creating, patching, STRATEGIC, scratchName } from "./request";
import { isFilledIn, type Scene } from "./scene";
import { admission, mutation, quota, rbac, runtimeClass, scheduler } from "./walls";

/** Somebody else's nodes: a real neighbour's where there is one, a made-up one's where there is none. */
export const neighbour = ({ landlord }: Scene) => landlord?.id ?? "bulkhead-nobody";

const hasOwnNodes = ({ tenant }: Scene) => tenant.tenant.isolation.nodes === "dedicated";
export const onSharedNodes = (scene: Scene) =>
  hasOwnNodes(scene) ? undefined : "the tenant runs on shared nodes: there are no nodes of its own to leave";

/** The stored pod can be scheduled on the attacker's own nodes only, whatever else it asks for. */
const keptAtHome = (stored: unknown, { tenant }: Scene) =>
  storedPod(stored).nodeSelector?.[TENANT_LABEL] === tenant.tenant.id;

/** A template that its controller reads has to say both itself; where policies may mutate, they are filled in. */
const spelledOut = (stored: unknown, scene: Scene) =>
  keptAtHome(stored, scene) && (storedPod(stored).tolerations?.length ?? 0) >= TAINT_EFFECTS.length;

const shunning = (term: Readonly<Record<string, unknown>>) =>
  pod({
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "kubernetes.io/hostname", ...term }],
      },
    },
  });

export const scratchPod = (scene: Scene) => `/api/v1/namespaces/${scene.namespace}/pods/${scratchName(scene)}`;

const evicting = (scene: Scene) => ({
  method: "POST" as const,
  path: `${scratchPod(scene)}/eviction`,
  body: {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name: scratchName(scene), namespace: scene.namespace },
  },
  needs: ["pod" as const],
});

const binding = (path: (scene: Scene) => string) => (scene: Scene) => ({
  method: "POST" as const,
  path: path(scene),
  body: {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name: scratchName(scene), namespace: scene.namespace },
    target: { apiVersion: "v1", kind: "Node", name: `${neighbour(scene)}-0` },
  },
  needs: ["pod" as const],
  // Whoever was let through learns that a pod which is kept from the scheduler cannot be bound.
  through: (status: number, answer: unknown) => status === 409 && JSON.stringify(answer).includes("schedulingGates"),
});

const daemonSet = (spec: (scene: Scene) => Record<string, unknown>) =>
  creating("daemonsets", (scene) => ({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    spec: {
      selector: { matchLabels: { app: "isolation-proof" } },
      template: { metadata: { labels: { app: "isolation-proof" } }, spec: spec(scene) },
    },
  }));

/** In a DaemonSet's template a foreign selector is also one's own missing. */
const SELECTORS = ["placement-node-selector", "placement-daemonset"];

/** Onto other people's nodes, or past the scheduler. */
export const placement: readonly Attack[] = [
  {
    id: "T02",
    alias: "X-PL-4",
    title: "select a neighbour's nodes",
    control: pod(),
    attack: pod((scene) => ({ nodeSelector: { [TENANT_LABEL]: neighbour(scene) } })),
    stoppedBy: (scene) =>
      hasOwnNodes(scene)
        ? [runtimeClass("conflict: runtimeClass.scheduling.nodeSelector"), admission(...SELECTORS)]
        : admission("placement-node-selector"),
  },
  {
    id: "T03",
    alias: "X-PL-4",
    title: "offer a neighbour's nodes as an alternative in node affinity",
    control: pod(),
    attack: pod((scene) => ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: TENANT_LABEL, operator: "In", values: [neighbour(scene)] }] },
              { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "Exists" }] },
            ],
          },
        },
      },
    })),
    stoppedBy: (scene) => [
      admission("placement-node-affinity"),
      ...(hasOwnNodes(scene) ? [scheduler("the pod's own nodeSelector", keptAtHome)] : []),
    ],
  },
  {
    id: "T03-preferred",
    title: "prefer a neighbour's nodes in node affinity",
    control: pod(),
    attack: pod((scene) => ({
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              preference: { matchExpressions: [{ key: TENANT_LABEL, operator: "In", values: [neighbour(scene)] }] },
            },
          ],
        },
      },
    })),
    stoppedBy: (scene) => [
      admission("placement-node-affinity"),
      ...(hasOwnNodes(scene) ? [scheduler("the pod's own nodeSelector", keptAtHome)] : []),
    ],
  },
  {
    id: "T04",
    alias: "X-PL-3",
    title: "name the node, past the scheduler and every NoSchedule taint",
    control: pod(),
    attack: pod((scene) => ({ nodeName: `${neighbour(scene)}-0` })),
    stoppedBy: admission("placement-node-name"),
  },
  {
    id: "T05",
    alias: "X-PL-3",
    title: "bind an own pod to a neighbour's node",
    control: evicting,
    attack: binding((scene) => `${scratchPod(scene)}/binding`),
    stoppedBy: [rbac(), admission("binding-scheduler")],
  },
  {
    id: "T05-legacy",
    title: "bind an own pod to a neighbour's node by the legacy resource",
    control: evicting,
    attack: binding(({ namespace }) => `/api/v1/namespaces/${namespace}/bindings`),
    stoppedBy: [rbac(), admission("binding-scheduler")],
  },
  {
    id: "T10",
    title: "be placed by a scheduler of one's own",
    control: pod(),
    attack: pod({ schedulerName: "isolation-proof-scheduler" }),
    stoppedBy: admission("placement-scheduler"),
  },
  {
    id: "T11",
    title: "run a DaemonSet on everybody's nodes",
    unless: onSharedNodes,
    control: daemonSet((scene) => podSpec(scene, ownPlacement)),
    attack: daemonSet((scene) => podSpec(scene)),
    stoppedBy: (scene) => [
      ...(isFilledIn(scene) ? [mutation("nodeSelector and tolerations", spelledOut)] : []),
      admission("placement-daemonset"),
    ],
  },
  {
    id: "T17",
    title: "point a waiting pod at a neighbour's nodes",
    control: patching(scratchPod, { spec: { nodeSelector: { proof: "touched" } } }, STRATEGIC, { needs: ["pod"] }),
    attack: patching(
      scratchPod,
      // Not the tenancy key of a pod that has it: only additions are allowed to a waiting pod.
      (scene) => ({
        spec: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: TENANT_LABEL, operator: "In", values: [neighbour(scene)] }] },
                ],
              },
            },
          },
        },
      }),
      STRATEGIC,
      { needs: ["pod"] },
    ),
    stoppedBy: (scene) => [
      admission("placement-node-affinity"),
      ...(hasOwnNodes(scene) ? [scheduler("the pod's own nodeSelector", keptAtHome)] : []),
    ],
  },
  {
    id: "T18",
    title: "keep everybody's pods off a node by anti-affinity",
    control: shunning({ labelSelector: { matchLabels: { app: "isolation-proof" } } }),
    attack: shunning({ labelSelector: {}, namespaceSelector: {} }),
    stoppedBy: [admission("placement-pod-affinity"), quota("bulkhead-affinity", "pods")],
  },
  {
    id: "T18-namespaces",
    title: "keep a neighbour's pods off a node by anti-affinity",
    control: shunning({ labelSelector: { matchLabels: { app: "isolation-proof" } } }),
    attack: pod((scene) => ({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: "kubernetes.io/hostname", labelSelector: {}, namespaces: [scene.victim.namespace] },
          ],
        },
      },
    })),
    stoppedBy: [admission("placement-pod-affinity"), quota("bulkhead-affinity", "pods")],
  },
  {
    id: "T19",
    title: "nominate an own pod for a neighbour's node",
    control: patching(scratchPod, { metadata: { labels: { proof: "touched" } } }, STRATEGIC, { needs: ["pod"] }),
    attack: patching(
      (scene) => `${scratchPod(scene)}/status`,
      (scene) => ({ status: { nominatedNodeName: `${neighbour(scene)}-0` } }),
      STRATEGIC,
      { needs: ["pod"] },
    ),
    stoppedBy: [rbac(), admission("status-writers")],
  },
];
