import type { Runtime } from "./schema";

export type Sandbox = Exclude<Runtime, "native">;

/**
 * What a sandbox itself takes from the node, added to every pod by the API server and counted by its quota.
 * Kata: its chart's figure for QEMU, the largest of the plain virtual machines. gVisor publishes none: the sentry
 * and gofer of an idle pod measured by its users lie under this.
 */
export const SANDBOX_OVERHEADS: Readonly<Record<Sandbox, { readonly cpu: string; readonly memory: string }>> = {
  gvisor: { cpu: "50m", memory: "64Mi" },
  kata: { cpu: "250m", memory: "320Mi" },
};

/** Cloud Hypervisor takes less than QEMU, by the same chart. */
export const CLOUD_HYPERVISOR = { handler: "kata-clh", overhead: { cpu: "250m", memory: "130Mi" } } as const;

/** @param handler As the nodes call the sandbox: kata is several virtual machines. */
export function overheadOf(sandbox: Sandbox, handler: string) {
  return handler === CLOUD_HYPERVISOR.handler ? CLOUD_HYPERVISOR.overhead : SANDBOX_OVERHEADS[sandbox];
}
