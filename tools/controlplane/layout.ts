import { join, resolve } from "node:path";

/** What runs, in the order in which it starts. */
export const componentNames = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;
/** What works through the API server, side by side. */
export const clientNames = ["kube-controller-manager", "kube-scheduler", "kwok"] as const;
export type ComponentName = (typeof componentNames)[number];
/** What works through the API server only where something of the estate asks for it, in place of pods of its own. */
export const guestNames = ["karpenter"] as const;
export type GuestName = (typeof guestNames)[number];
export type ProgramName = ComponentName | GuestName;

/** Where everything of this machine's estate lies unless told otherwise: .bulkhead in the repository. */
export const defaultFolder = resolve(__dirname, "..", "..", ".bulkhead");

/** The files of one control plane. Other programs may rely on the kubeconfig and the logs. */
export interface Layout {
  /** For the administrator (group system:masters); its only context is bulkhead-embedded. */
  readonly kubeconfig: string;
  readonly log: (program: ProgramName) => string;
  readonly previousLog: (program: ProgramName) => string;
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
  readonly certificates: (program: ProgramName) => string;
  /** A program's own kubeconfig. */
  readonly access: (program: ProgramName) => string;
}

export function layoutOf(folder: string): Layout {
  const root = resolve(folder);
  const logs = join(root, "logs");
  const stateFolder = join(root, "state");
  const pki = join(root, "pki");
  return {
    kubeconfig: join(root, "kubeconfig"),
    logs,
    log: (program) => join(logs, `${program}.log`),
    previousLog: (program) => join(logs, `${program}.previous.log`),
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
    certificates: (program) => join(pki, program),
    access: (program) => join(pki, `${program}.kubeconfig`),
  };
}
