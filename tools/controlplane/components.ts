import { join } from "node:path";
import type { Toolchain } from "../toolchain";
import { servingCertificate, tokenOf } from "./credentials";
import type { ComponentName, Layout, ProgramName } from "./layout";
import type { Probe } from "./probe";
import type { Ports } from "./state";

/** One program of the control plane, or a guest of it: how it is started, and how one sees that it does its work. */
export interface Component {
  readonly name: ProgramName;
  readonly command: readonly string[];
}

/** Services get addresses of this range. Pods are simulated and have none that could be reached. */
export const serviceRange = "10.96.0.0/16";

const loopback = "127.0.0.1";
const stages = join(__dirname, "stages.yaml");

export function serverUrl(ports: Ports): string {
  return `https://${loopback}:${ports["kube-apiserver"]}`;
}

/** The five programs with all their flags. Everything listens on the loopback interface only. */
export function componentsOf(
  toolchain: Toolchain,
  layout: Layout,
  ports: Ports,
  serverFlags: readonly string[],
): Readonly<Record<ComponentName, Component>> {
  const { command } = toolchain.controlPlane;
  const flags = {
    etcd: etcd(layout, ports),
    "kube-apiserver": replaced(apiServer(layout, ports), serverFlags),
    "kube-controller-manager": controllerManager(layout, ports),
    "kube-scheduler": client("kube-scheduler", layout, ports),
  };
  const component = (name: keyof typeof flags): Component => ({ name, command: [...command(name), ...flags[name]] });
  return {
    etcd: component("etcd"),
    "kube-apiserver": component("kube-apiserver"),
    "kube-controller-manager": component("kube-controller-manager"),
    "kube-scheduler": component("kube-scheduler"),
    kwok: { name: "kwok", command: [toolchain.kwok.file, ...kwok(layout, ports)] },
  };
}

/** A flag that is given stands instead of our own of that name: the server would read both, or take them for a contradiction. */
function replaced(own: readonly string[], given: readonly string[]): string[] {
  const nameOf = (flag: string) => flag.split("=")[0];
  const names = new Set(given.map(nameOf));
  return [...own.filter((flag) => !names.has(nameOf(flag))), ...given];
}

/** The request that a program answers with 200 when it is ready. */
export function probeOf(name: ProgramName, layout: Layout, ports: Ports): Probe {
  const host = `${loopback}:${ports[name]}`;
  const ca = servingCertificate(layout, name);
  switch (name) {
    case "etcd":
      return { url: `http://${host}/health` };
    case "kwok":
      return { url: `http://${host}/healthz` };
    case "karpenter":
      return { url: `http://${host}/readyz` };
    case "kube-apiserver":
      return { url: `https://${host}/readyz`, ca, token: tokenOf(layout, "admin") };
    default:
      return { url: `https://${host}/healthz`, ca };
  }
}

function etcd(layout: Layout, ports: Ports): string[] {
  const clients = `http://${loopback}:${ports.etcd}`;
  const peers = `http://${loopback}:${ports["etcd-peer"]}`;
  return [
    `--data-dir=${layout.etcd}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    // What is stored here is made anew in seconds, so it need not survive a power cut.
    "--unsafe-no-fsync",
    "--log-level=warn",
  ];
}

function apiServer(layout: Layout, ports: Ports): string[] {
  return [
    `--etcd-servers=http://${loopback}:${ports.etcd}`,
    ...listen("kube-apiserver", layout, ports),
    "--authorization-mode=Node,RBAC",
    // What EKS and GKE have in common: nothing may be proven here that those would not hold.
    "--enable-admission-plugins=NodeRestriction,ExtendedResourceToleration",
    // Privileged pods are refused by guards, as in the clouds, not by the server's own default.
    "--allow-privileged=true",
    `--token-auth-file=${layout.tokens}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${layout.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${layout.serviceAccountKey}`,
    `--service-cluster-ip-range=${serviceRange}`,
    // An endpoint on the loopback interface is refused by the server itself.
    "--endpoint-reconciler-type=none",
  ];
}

function controllerManager(layout: Layout, ports: Ports): string[] {
  const cloud = ["node-ipam", "service-lb", "cloud-node-lifecycle", "node-route"].map((name) => `-${name}-controller`);
  return [
    ...client("kube-controller-manager", layout, ports),
    "--use-service-account-credentials",
    `--service-account-private-key-file=${layout.serviceAccountKey}`,
    `--root-ca-file=${layout.ca}`,
    // Its default is a folder of the system, which it would make.
    `--flex-volume-plugin-dir=${layout.volumePlugins}`,
    `--controllers=*,${cloud.join(",")}`,
  ];
}

/** Flags of the two that act through the API server. */
function client(name: ComponentName, layout: Layout, ports: Ports): string[] {
  return [
    ...listen(name, layout, ports),
    `--kubeconfig=${layout.access(name)}`,
    `--master=${serverUrl(ports)}`,
    "--leader-elect=false",
  ];
}

function listen(name: ComponentName, layout: Layout, ports: Ports): string[] {
  return [`--bind-address=${loopback}`, `--secure-port=${ports[name]}`, `--cert-dir=${layout.certificates(name)}`];
}

function kwok(layout: Layout, ports: Ports): string[] {
  return [
    `--kubeconfig=${layout.access("kwok")}`,
    `--master=${serverUrl(ports)}`,
    `--server-address=${loopback}:${ports.kwok}`,
    `--config=${stages}`,
    "--manage-all-nodes=false",
    "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
    "--node-lease-duration-seconds=40",
  ];
}
