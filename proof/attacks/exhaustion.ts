import { amount, formatBytes, formatCount } from "../../config/quantity";
import { serves } from "../live/cluster";
import type { Attack } from "./attack";
import { configMap, legalContainer, pod, storedPod } from "./legal";
import { scratchPod } from "./placement";
import { creating, deleting, patching, STRATEGIC } from "./request";
import type { Scene } from "./scene";
import { admission, limits, mutation, quota, rbac, schema } from "./walls";

/** Bounds for everything that has to have some. */
const bounded = (cpu: string, memory = "64Mi", disk = "64Mi") => ({
  requests: { cpu, memory, "ephemeral-storage": disk },
  limits: { cpu, memory, "ephemeral-storage": disk },
});

/** The pod as a whole knows no disk. */
const podLevel = (cpu: string) => ({ requests: { cpu, memory: "1Gi" }, limits: { cpu, memory: "1Gi" } });

const CPU = quota("bulkhead-budget", "requests.cpu", "limits.cpu");
const DISK = quota("bulkhead-budget", "requests.ephemeral-storage", "limits.ephemeral-storage");

/** What a quota wants to be told of every container. */
const UNTOLD = quota(
  "bulkhead-budget",
  ...["cpu", "memory", "ephemeral-storage"].flatMap((name) => [`requests.${name}`, `limits.${name}`]),
);

/** More than the namespace has in all. */
const tooMuch = (scene: Scene) => formatCount(scene.share.cpu + 1000n);

/** The whole of the namespace's CPU, in as many containers as one may be large. */
function wholeShare(scene: Scene): object[] {
  const { cpu } = scene.share;
  const said = scene.tenant.tenant.limits.container.max.cpu;
  const most = said === undefined || amount(said) > cpu ? cpu : amount(said);
  const parts = Array.from({ length: Number((cpu + most - 1n) / most) }, (_, index) =>
    index === 0 && cpu % most !== 0n ? cpu % most : most,
  );
  return parts.map((part, index) => ({
    ...legalContainer(scene, `app-${index}`),
    resources: bounded(formatCount(part), formatBytes(amount("64Mi"))),
  }));
}

/** The namespace's LimitRange writes down what the pod did not. */
const isBounded = (stored: unknown) =>
  storedPod(stored).containers?.every(({ resources }) =>
    ["cpu", "memory", "ephemeral-storage"].every((resource) => resources?.limits?.[resource] !== undefined),
  ) ?? false;

const event = (apiVersion: string, body: object) =>
  creating("events", (scene) => ({
    apiVersion,
    kind: "Event",
    ...body,
    [apiVersion === "v1" ? "involvedObject" : "regarding"]: { kind: "Pod", namespace: scene.namespace, name: "proof" },
  }));

const creatingConfigMap = creating("configmaps", configMap());

/** All of them different, so that none is dropped as a repetition. */
const legalToleration = (_: unknown, index: number) => ({
  key: "node.kubernetes.io/not-ready",
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: index,
});

/** The scratch pod with another limit. */
const resizing = (cpu: (scene: Scene) => string) =>
  patching(
    (scene) => `${scratchPod(scene)}/resize`,
    (scene) => ({ spec: { containers: [{ name: "app", resources: { limits: { cpu: cpu(scene) } } }] } }),
    STRATEGIC,
    { needs: ["pod"] },
  );

/** More than one's share. */
export const exhaustion: readonly Attack[] = [
  {
    id: "T105",
    title: "run one container that is larger than the whole budget",
    control: pod(),
    attack: pod((scene) => ({ container: { resources: bounded(tooMuch(scene)) } })),
    stoppedBy: [limits("cpu"), CPU],
  },
  {
    id: "T105-unsaid",
    alias: "X-LR-1",
    title: "say nothing about limits and have none",
    control: pod({ container: { resources: bounded("100m") } }),
    attack: pod(),
    stoppedBy: [mutation("limits", isBounded), admission("resources-limits"), UNTOLD],
  },
  {
    id: "T105-unlimited",
    title: "mean no limit by writing zero",
    control: pod(),
    attack: pod({ container: { resources: bounded("0") } }),
    stoppedBy: [limits("cpu"), admission("resources-limits")],
  },
  {
    id: "T23",
    alias: "X-QT-1",
    title: "run more than the budget in several pods",
    control: pod(),
    // Beside another pod, which is why the whole is too much.
    attack: pod((scene) => ({ containers: wholeShare(scene) }), { needs: ["pod"] }),
    stoppedBy: CPU,
  },
  {
    id: "T106",
    title: "hide a large request on the pod as a whole",
    control: pod({ resources: podLevel("1"), container: { resources: bounded("100m") } }),
    attack: pod((scene) => ({
      resources: podLevel(tooMuch(scene)),
      container: { resources: bounded("100m") },
    })),
    stoppedBy: [limits("cpu"), CPU],
  },
  {
    id: "T107",
    title: "grow a pod after it was admitted",
    unless: ({ cluster }) =>
      serves(cluster, "pods", "", "resize") ? undefined : "the cluster resizes no pods that exist",
    control: resizing(() => "60m"),
    attack: resizing(tooMuch),
    stoppedBy: [limits("cpu"), CPU],
  },
  {
    id: "T108",
    title: "fill the node's disk",
    control: pod(),
    attack: pod((scene) => ({
      container: {
        resources: bounded("100m", "64Mi", formatBytes(scene.share.ephemeralStorage + amount("1Gi"))),
      },
    })),
    stoppedBy: [limits("ephemeral-storage"), DISK],
  },
  {
    id: "T111",
    title: "store objects larger than the store is made for",
    control: creatingConfigMap,
    attack: creating("configmaps", { ...configMap(), data: { bytes: "x".repeat(1024 * 1024 + 1) } }),
    stoppedBy: schema("Too long"),
  },
  {
    id: "T111-annotations",
    title: "store bytes in annotations",
    control: creatingConfigMap,
    attack: creating("configmaps", configMap({ annotations: { bytes: "x".repeat(256 * 1024) } })),
    stoppedBy: schema("Too long"),
  },
  {
    id: "T112",
    title: "flood the store with events, which no quota counts",
    control: creatingConfigMap,
    attack: event("v1", {}),
    stoppedBy: rbac(),
  },
  {
    id: "T112-new",
    title: "flood the store with events of the newer kind",
    control: creatingConfigMap,
    attack: event("events.k8s.io/v1", {
      action: "proof",
      reason: "proof",
      type: "Normal",
      reportingController: "proof",
      reportingInstance: "proof",
      eventTime: "2026-01-01T00:00:00.000000Z",
    }),
    stoppedBy: rbac(),
  },
  {
    id: "T116",
    title: "raise one's own budget",
    control: creatingConfigMap,
    attack: patching(({ namespace }) => `/api/v1/namespaces/${namespace}/resourcequotas/bulkhead-budget`, {
      spec: { hard: { pods: "1000" } },
    }),
    stoppedBy: [rbac(), admission("resources-budget", "lock-objects")],
  },
  {
    id: "T116-limits",
    title: "remove one's own limits",
    control: creatingConfigMap,
    attack: deleting(({ namespace }) => `/api/v1/namespaces/${namespace}/limitranges/bulkhead-limits`),
    stoppedBy: [rbac(), admission("resources-budget", "lock-objects")],
  },
  {
    id: "T116-own",
    title: "write limits of one's own beside the platform's",
    control: creatingConfigMap,
    attack: creating("limitranges", {
      apiVersion: "v1",
      kind: "LimitRange",
      spec: { limits: [{ type: "Container", default: { cpu: "64" } }] },
    }),
    stoppedBy: [rbac(), admission("resources-budget")],
  },
  {
    id: "T122",
    title: "exhaust a guard by a list of a thousand tolerations, the last of which is a key to everything",
    control: pod(),
    attack: pod({ tolerations: [...Array.from({ length: 999 }, legalToleration), { operator: "Exists" }] }),
    stoppedBy: admission("placement-tolerations"),
  },
];
