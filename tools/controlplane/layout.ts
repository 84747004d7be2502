import { join, resolve } from "node:path";

/** What runs, in the order in which it starts. */
export const componentNames = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;
/** What works through the API server, side by side. */
export const clientNames = ["kube-controller-manager", "kube-scheduler", "kwok"] as const;
export type ComponentName = (typeof componentNames)[number];

/** Where everything of this machine's estate lies unless told otherwise: .bulkhead in the repository. */
export const defaultFolder = resolve(__dirname, "..", "..", ".bulkhead");

/** The files of one control plane. Other programs may rely on the kubeconfig and the logs. */
export interface Layout {
  /** For the administrator (group system:masters); its only context is bulkhead-embedded. */
  readonly kubeconfig: string;
  readonly log: (component: ComponentName) => string;
  readonly previousLog: (component: ComponentName) => string;
  readonly logs: string;
  /** Which programs run, and which ports they were given. */
  readonly state: string;
  readonly lock: string;
  readonly stateFolder: string;
  readonly etcd: string;
  readonly volumePlugins: string;
  readonly pki: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly ca: string;
  /** Where a component keeps the serving certificate that it signs itself. */
  readonly certificates: (component: ComponentName) => string;
  /** A component's own kubeconfig. */
  readonly access: (component: ComponentName) => string;
}

export function layoutOf(folder: string): Layout {
  const root = resolve(folder);
  const logs = join(root, "logs");
  const stateFolder = join(root, "state");
  const pki = join(root, "pki");
  return {
    kubeconfig: join(root, "kubeconfig"),
    logs,
    log: (component) => join(logs, `${component}.log`),
    previousLog: (component) => join(logs, `${component}.previous.log`),
    stateFolder,
    state: join(stateFolder, "controlplane.json"),
    lock: join(stateFolder, "controlplane.lock"),
    etcd: join(stateFolder, "etcd"),
    volumePlugins: join(stateFolder, "volume-plugins"),
    pki,
    tokens: join(pki, "users.csv"),
    serviceAccountKey: join(pki, "service-account.key"),
    serviceAccountPublicKey: join(pki, "service-account.pub"),
    ca: join(pki, "ca.crt"),
    certificates: (component) => join(pki, component),
    access: (component) => join(pki, `${component}.kubeconfig`),
  };
}
