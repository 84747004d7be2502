import type { Attack, Step } from "./attack";
import { legalContainer, type PodChange, pod } from "./legal";
import { scratchPod } from "./placement";
import { patching, STRATEGIC } from "./request";
import type { Scene } from "./scene";
import { podSecurity } from "./walls";

type Case = readonly [id: string, title: string, change: PodChange, names: string];

/** Root and the host's namespaces mean the node only to a pod that is in no user namespace. */
const UNCONFINED = { hostUsers: true };

/** One field of Pod Security's restricted level each: what a pod must not ask of the node it runs on. */
const FIELDS: readonly Case[] = [
  [
    "T25",
    "run a privileged container",
    inContainer({ privileged: true, allowPrivilegeEscalation: true }),
    "privileged",
  ],
  ["T26", "mount the node's file system", volume({ hostPath: { path: "/" } }), "hostPath"],
  ["T26-socket", "mount the container runtime's socket", volume({ hostPath: { path: "/run" } }), "hostPath"],
  ["T27", "use the node's network", { hostNetwork: true, ...UNCONFINED }, "hostNetwork=true"],
  ["T27-pid", "see the node's processes", { hostPID: true, ...UNCONFINED }, "hostPID=true"],
  ["T27-ipc", "share the node's memory segments", { hostIPC: true, ...UNCONFINED }, "hostIPC=true"],
  ["T28", "take a port of the node", { container: { ports: [{ containerPort: 80, hostPort: 80 }] } }, "hostPort"],
  ["T29", "add a capability", inContainer({ capabilities: { drop: ["ALL"], add: ["NET_RAW"] } }), "capabilities"],
  ["T29-undropped", "keep the default capabilities", inContainer({ capabilities: {} }), "unrestricted capabilities"],
  ["T30", "run as root", { ...UNCONFINED, securityContext: { runAsUser: 0 } }, "runAsUser=0"],
  [
    "T30-undeclared",
    "leave open whether it is root",
    { ...UNCONFINED, securityContext: { runAsNonRoot: false } },
    "runAsNonRoot",
  ],
  [
    "T30-escalation",
    "gain privileges by a set-uid program",
    inContainer({ allowPrivilegeEscalation: true }),
    "allowPrivilegeEscalation",
  ],
  ["T31", "call every system call", { securityContext: { seccompProfile: { type: "Unconfined" } } }, "seccompProfile"],
  [
    "T31-apparmor",
    "leave AppArmor",
    inContainer({ appArmorProfile: { type: "Unconfined" } }),
    "forbidden AppArmor profile",
  ],
  [
    "T31-apparmor-annotation",
    "leave AppArmor by the old annotation",
    { metadata: { annotations: { "container.apparmor.security.beta.kubernetes.io/app": "unconfined" } } },
    "forbidden AppArmor profile",
  ],
  ["T31-selinux", "choose the SELinux type", inContainer({ seLinuxOptions: { type: "spc_t" } }), "seLinuxOptions"],
  ["T32", "see all of /proc", { hostUsers: false, ...inContainer({ procMount: "Unmasked" }) }, "procMount"],
  [
    "T33",
    "set the node's kernel parameters",
    { securityContext: { sysctls: [{ name: "kernel.msgmax", value: "65536" }] } },
    "forbidden sysctls",
  ],
  [
    "T34",
    "have the kubelet call an address of one's choice by a probe",
    { container: { livenessProbe: { httpGet: { host: "169.254.169.254", port: 80, path: "/" } } } },
    "probe",
  ],
  [
    "T34-lifecycle",
    "have the kubelet call an address of one's choice by a hook",
    { container: { lifecycle: { preStop: { httpGet: { host: "169.254.169.254", port: 80, path: "/" } } } } },
    "probe",
  ],
  [
    "T35",
    "be a process of a Windows host",
    { hostNetwork: true, ...UNCONFINED, securityContext: { windowsOptions: { hostProcess: true } } },
    "hostProcess",
  ],
  ["T42", "clone a git repository as the kubelet", volume({ gitRepo: { repository: "https://a.example" } }), "gitRepo"],
];

/** Volumes that the kubelet or a driver of the node mounts from wherever the pod says; of each kind a whole one. */
const SOURCES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  awsElasticBlockStore: { volumeID: "vol-1" },
  azureDisk: { diskName: "d", diskURI: "https://a.blob.core.windows.net/vhds/d.vhd" },
  azureFile: { secretName: "s", shareName: "s" },
  cephfs: { monitors: ["10.0.0.1:6789"] },
  cinder: { volumeID: "1" },
  fc: { targetWWNs: ["500a0982991b8dc5"], lun: 0 },
  flexVolume: { driver: "example.com/driver" },
  flocker: { datasetName: "d" },
  gcePersistentDisk: { pdName: "d" },
  glusterfs: { endpoints: "e", path: "p" },
  iscsi: { targetPortal: "10.0.0.1:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0 },
  nfs: { server: "10.0.0.1", path: "/" },
  photonPersistentDisk: { pdID: "1" },
  portworxVolume: { volumeID: "1" },
  quobyte: { registry: "10.0.0.1:7861", volume: "v" },
  rbd: { monitors: ["10.0.0.1:6789"], image: "i" },
  scaleIO: { gateway: "https://10.0.0.1", system: "s", volumeName: "v", secretRef: { name: "s" } },
  storageos: { volumeName: "v" },
  vsphereVolume: { volumePath: "[d] v" },
};

const VOLUMES: readonly Case[] = Object.entries(SOURCES).map(([type, source]) => [
  `T26-${type.toLowerCase()}`,
  `mount a server or disk of one's choice as ${type}`,
  volume({ [type]: source }),
  `"${type}"`,
]);

function inContainer(securityContext: Readonly<Record<string, unknown>>): PodChange {
  return { container: { securityContext } };
}

function volume(source: Readonly<Record<string, unknown>>): PodChange {
  return { volumes: [{ name: "reach", ...source }] };
}

/** Beside the legal container, because Pod Security has three lists to look into. */
const privilegedInit = pod((scene) => ({ initContainers: [privileged(scene)] }));

export function privileged(scene: Scene): Record<string, unknown> {
  const legal = legalContainer(scene, "helper");
  return {
    ...legal,
    securityContext: { ...(legal.securityContext as object), privileged: true, allowPrivilegeEscalation: true },
  };
}

/** A debug container in a pod that exists. */
export function debugging(container: (scene: Scene) => Record<string, unknown>): Step {
  return patching(
    (scene) => `${scratchPod(scene)}/ephemeralcontainers`,
    (scene) => ({ spec: { ephemeralContainers: [container(scene)] } }),
    STRATEGIC,
    { needs: ["pod"] },
  );
}

export const debuggingLegally = debugging((scene) => legalContainer(scene, "debug"));

/** Out of the pod and onto the node: what Pod Security keeps. */
export const privileges: readonly Attack[] = [
  ...[...FIELDS, ...VOLUMES].map(([id, title, change, names]) => ({
    id,
    title,
    alias: "X-PS-1",
    control: pod(),
    attack: pod(change),
    stoppedBy: podSecurity(names),
  })),
  {
    id: "T25-init",
    title: "run a privileged container before the others",
    alias: "X-PS-1",
    control: pod((scene) => ({ initContainers: [legalContainer(scene, "helper")] })),
    attack: privilegedInit,
    stoppedBy: podSecurity("privileged"),
  },
  {
    id: "T25-ephemeral",
    title: "add a privileged container to a pod that exists",
    alias: "X-PS-1",
    control: debuggingLegally,
    attack: debugging(privileged),
    stoppedBy: podSecurity("privileged"),
  },
];
