import { ANNOTATIONS } from "../../config/names";
import type { Attack } from "./attack";
import { pod, storedPod } from "./legal";
import { onSharedNodes, scratchPod } from "./placement";
import { privileged } from "./privileges";
import { patching, STRATEGIC } from "./request";
import { isFilledIn, type Scene } from "./scene";
import { admission, mutation, podSecurity, type Wall } from "./walls";

const anyClass = ({ tenant }: Scene) =>
  tenant.runtimeClassName === undefined
    ? "the tenant has neither own nodes nor a sandbox, so no class is demanded"
    : undefined;

const noSandbox = ({ tenant }: Scene) =>
  tenant.tenant.isolation.runtime === "native" ? "the tenant has no sandbox" : undefined;

const noLandlord = ({ landlord }: Scene) =>
  landlord?.runtimeClass === undefined ? "no other tenant has own nodes or a sandbox" : undefined;

const ownClass = (stored: unknown, { tenant }: Scene) => storedPod(stored).runtimeClassName === tenant.runtimeClassName;

/** Where policies may mutate, the class is filled in; elsewhere the refusal says what to write. */
const classIsDemanded = (scene: Scene): Wall[] => [
  ...(isFilledIn(scene) ? [mutation("runtimeClassName", ownClass)] : []),
  admission("runtime-class"),
];

const withoutClass = pod({ runtimeClassName: undefined });

const annotated = (key: string, value = "true") => pod({ metadata: { annotations: { [key]: value } } });
const labelled = (key: string, value = "true") => pod({ metadata: { labels: { [key]: value } } });

type Order = readonly [id: string, title: string, key: string, value?: string];

/** Each is an order to something on the node, in the network or in the cloud that serves all tenants. */
const ORDERS: readonly Order[] = [
  ["T44", "choose the program that runs as hypervisor", "io.katacontainers.config.hypervisor.path", "/bin/sh"],
  ["T44-gvisor", "loosen gVisor by an annotation", "dev.gvisor.flag.host-uds", "all"],
  ["T44-crio", "get devices from CRI-O", "io.kubernetes.cri-o.Devices", "/dev/mem"],
  ["T44-nri", "order a plugin of the container runtime about", "devices.nri.io/pod", "[{path: /dev/mem}]"],
  ["T45", "attach another network", "k8s.v1.cni.cncf.io/networks", "kube-system/host"],
  ["T45-interfaces", "attach another interface", "networking.gke.io/interfaces", "[]"],
  ["T45-eni", "choose the cloud's security groups", "vpc.amazonaws.com/pod-eni", "[]"],
  ["T20", "keep a node from being removed", "karpenter.sh/do-not-disrupt"],
  ["T20-autoscaler", "keep a node from being scaled down", "cluster-autoscaler.kubernetes.io/safe-to-evict", "false"],
  ["T20-deletion-cost", "choose which pods are deleted first", "controller.kubernetes.io/pod-deletion-cost", "-1"],
];

/** Out of the sandbox, or past it by an order to what runs it. */
export const sandbox: readonly Attack[] = [
  {
    id: "T01",
    alias: "X-PL-1",
    title: "say nothing about nodes and land on shared ones",
    unless: onSharedNodes,
    control: pod(),
    attack: withoutClass,
    stoppedBy: classIsDemanded,
  },
  {
    id: "T43",
    alias: "X-RC-1",
    title: "leave the sandbox by naming no class",
    unless: noSandbox,
    control: pod(),
    attack: withoutClass,
    stoppedBy: classIsDemanded,
  },
  {
    id: "T43-neighbour",
    alias: "X-RC-1",
    title: "get a neighbour's nodes and sandbox by its class",
    unless: noLandlord,
    control: pod(),
    attack: pod(({ landlord }) => ({ runtimeClassName: landlord?.runtimeClass })),
    // The class brings its selector and tolerations along, which are the neighbour's too.
    stoppedBy: admission("runtime-class", "placement-node-selector", "placement-tolerations"),
  },
  {
    id: "T39",
    title: "be exempt from Pod Security by one's class",
    unless: anyClass,
    control: pod(),
    attack: pod((scene) => ({ containers: [privileged(scene)] })),
    stoppedBy: podSecurity("privileged"),
  },
  {
    id: "T40",
    title: "run as root of the node",
    unless: ({ space }) =>
      space.namespace.metadata.annotations?.[ANNOTATIONS.userNamespaces] === "required"
        ? undefined
        : "the platform does not demand user namespaces",
    control: pod({ hostUsers: false }),
    attack: pod({ hostUsers: true }),
    stoppedBy: admission("runtime-user-namespace"),
  },
  {
    id: "T41",
    title: "mount a server of one's choice by an inline CSI volume",
    control: pod(),
    attack: pod({
      volumes: [
        { name: "reach", csi: { driver: "nfs.csi.k8s.io", volumeAttributes: { server: "10.0.0.1", share: "/" } } },
      ],
    }),
    stoppedBy: admission("runtime-inline-volume"),
  },
  ...ORDERS.map(([id, title, key, value]) => ({
    id,
    title,
    control: annotated("note"),
    attack: annotated(key, value),
    stoppedBy: admission("runtime-annotations"),
  })),
  {
    id: "T44-update",
    title: "loosen gVisor for a pod that exists",
    control: patching(scratchPod, { metadata: { annotations: { note: "true" } } }, STRATEGIC, { needs: ["pod"] }),
    attack: patching(scratchPod, { metadata: { annotations: { "dev.gvisor.flag.host-uds": "all" } } }, STRATEGIC, {
      needs: ["pod"],
    }),
    stoppedBy: admission("runtime-annotations"),
  },
  {
    id: "T45-mesh",
    title: "leave the service mesh by a label",
    control: labelled("note"),
    attack: labelled("sidecar.istio.io/inject", "false"),
    stoppedBy: admission("runtime-labels"),
  },
  {
    id: "T46",
    title: "pass for a static pod of the node",
    control: pod(),
    attack: pod({ metadata: { annotations: { "kubernetes.io/config.mirror": "proof" } }, nodeName: "nowhere" }),
    // The API's own grammar wants a mirror pod to name its node, which is refused for itself.
    stoppedBy: admission("runtime-annotations", "placement-node-name"),
  },
  {
    id: "T22",
    title: "take a day to end",
    control: pod({ terminationGracePeriodSeconds: 600 }),
    attack: pod({ terminationGracePeriodSeconds: 86_400 }),
    stoppedBy: admission("runtime-grace-period"),
  },
];
