/** A taint as Kubernetes spells it. It always has a value: cluster-autoscaler drops those without one. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: Effect;
}

export type Effect = "NoSchedule" | "NoExecute" | "PreferNoSchedule";

/**
 * What keeps pods off a node until something is installed on it, by a sandbox. Whoever installs it takes the taint away.
 * cluster-autoscaler knows by the key's prefix that it will go, and would else believe that a node of a pool without nodes
 * lets no pod in (its FAQ, "startup taints"); Karpenter is told in a list of its own.
 */
export const STARTUP_TAINTS = {
  kata: { key: "startup-taint.cluster-autoscaler.kubernetes.io/kata", value: "installing", effect: "NoSchedule" },
} as const satisfies Record<string, Taint>;

const CLOUD_EFFECTS = {
  NoSchedule: "NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
} as const satisfies Record<Effect, string>;

/** The same taint as the APIs of EKS and GKE spell it: key and value as they are, the effect in capitals. */
export function cloudTaint({ key, value, effect }: Taint) {
  return { key, value, effect: CLOUD_EFFECTS[effect] };
}

/** In one word, as the kubelet's --register-with-taints, kubectl and Cluster API have it. */
export function taintText({ key, value, effect }: Taint): string {
  return `${key}=${value}:${effect}`;
}

const NODE_TEMPLATE = "k8s.io/cluster-autoscaler/node-template";

/** What cluster-autoscaler has to know of a node before there is one. */
export interface NodeTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Quantities by resource, as ephemeral-storage: 50Gi, beyond the cores and memory that the machine type says. */
  readonly resources: Readonly<Record<string, string>>;
}

/**
 * Tags of the autoscaling group from which cluster-autoscaler imagines a node while there is none. A tag's key is
 * unique, so of two taints with one key only the first is told: whoever tolerates it in full tolerates both.
 */
export function autoscalerTags({ labels, taints, resources }: NodeTemplate): Record<string, string> {
  const firstOfEach = [...taints].reverse();
  return Object.fromEntries([
    ...Object.entries(labels).map(([key, value]) => [`${NODE_TEMPLATE}/label/${key}`, value]),
    ...firstOfEach.map(({ key, value, effect }) => [`${NODE_TEMPLATE}/taint/${key}`, `${value}:${effect}`]),
    ...Object.entries(resources).map(([name, amount]) => [`${NODE_TEMPLATE}/resources/${name}`, amount]),
  ]);
}
