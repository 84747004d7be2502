import { z } from "zod";
import { amount, bytesFault, formatBytes, isHugePages, leastOf } from "../quantity";
import { bytes, cores, countedKind, device, deviceAmount, dnsLabel } from "./grammar";

const count = z.int().min(0);

/** Half a device is none, and neither is half a huge page, though pages are counted as memory. */
const devices = z.record(device, deviceAmount).superRefine((amounts, context) => {
  for (const [name, most] of Object.entries(amounts)) {
    // A part that is wrong by itself is told by itself.
    if (bytesFault(most) !== undefined || !device.safeParse(name).success) continue;
    const message = isHugePages(name) ? pagesFault(name, most) : devicesFault(most);
    if (message !== undefined) context.addIssue({ code: "custom", path: [name], message });
  }
});

function devicesFault(most: string): string | undefined {
  return /^\d+$/.test(most) ? undefined : "is not a number of devices; write a whole number";
}

function pagesFault(name: string, most: string): string | undefined {
  const page = leastOf(name);
  return amount(most) % page === 0n
    ? undefined
    : `is no whole number of pages; write a multiple of ${formatBytes(page)}`;
}

const share = z
  .strictObject({
    cpu: cores.describe("Cores of the namespace's pods together. Unset: an even part of what the others leave."),
    memory: bytes.describe("Memory of the namespace's pods together. Unset: as cpu."),
    ephemeralStorage: bytes.describe("Node disk of the namespace's pods together. Unset: as cpu."),
    storage: bytes.describe("Bytes of the namespace's volume claims together. Unset: as cpu."),
    pods: count.describe("Pods that are not yet finished. Unset: as cpu."),
    loadBalancers: count.describe("Services of type LoadBalancer. Unset: as cpu."),
    devices: devices.describe("Devices of the namespace's pods together, by name. Unset: as cpu, each by itself."),
  })
  .partial()
  .meta({ id: "share", title: "Share", description: "What one namespace gets of its tenant's budget." });

/** What all namespaces of a tenant may use together. */
export const budget = z.strictObject({
  cpu: cores
    .prefault("4")
    .describe(
      "Cores of all the tenant's pods together; the same ceiling for requests and for limits. Unset: 4; a pod beyond it is refused.",
    ),
  memory: bytes
    .prefault("8Gi")
    .describe(
      "Memory of all the tenant's pods together; the same ceiling for requests and for limits. Unset: 8Gi; as cpu.",
    ),
  ephemeralStorage: bytes
    .prefault("20Gi")
    .describe(
      "Node disk of all the tenant's pods together: logs, emptyDir, what containers write to their own layers. Unset: 20Gi; as cpu.",
    ),
  storage: bytes
    .prefault("0")
    .describe("Bytes of all persistent volume claims together. Unset: 0, so no claim is accepted."),
  pods: count
    .default(30)
    .describe(
      "Pods that are not yet finished. Three times as many may exist, finished ones included. Unset: 30; one more is refused.",
    ),
  loadBalancers: count
    .default(0)
    .describe(
      "Services of type LoadBalancer, which have to say allocateLoadBalancerNodePorts: false, since node ports stay closed. Unset: 0, since each is an address that the whole world may reach.",
    ),
  devices: devices
    .default({})
    .describe(
      "Devices of all the tenant's pods together, as `nvidia.com/gpu: 2`: extended resources, device classes of claims, and sizes of huge pages in bytes. Unset: none, and a pod that asks for one is refused.",
    ),
  objects: z
    .record(countedKind, count)
    .superRefine((objects, context) => {
      for (const kind of Object.keys(objects)) {
        if (!kind.startsWith("count/") || !Object.hasOwn(objects, kind.slice("count/".length))) continue;
        context.addIssue({
          code: "custom",
          path: [kind],
          message: "is counted already, without count/; keep one of them",
        });
      }
    })
    .default({})
    .describe(
      "Most objects of a kind in each namespace, as `configmaps: 200` or `jobs.batch: 50`; `pods` are those that have finished too. Unset kinds keep the counts at the end of the reference page, from 10 daemonsets to 300 replicasets, so that no tenant fills the cluster's store.",
    ),
  split: z
    .record(dnsLabel, share)
    .default({})
    .describe(
      "What each namespace gets, by its short name. Unset amounts are divided evenly over the namespaces that do not say theirs.",
    ),
});

const ceilings = z.strictObject({
  cpu: cores.prefault("500m").describe("Cores. Unset: half a core; a container that wants more is slowed down."),
  memory: bytes.prefault("256Mi").describe("Memory, in bytes. Unset: 256Mi; a container that takes more is killed."),
  ephemeralStorage: bytes
    .prefault("1Gi")
    .describe("Node disk, in bytes. Unset: 1Gi; the pod of a container that writes more is evicted."),
});

const reservations = z.strictObject({
  cpu: cores.prefault("100m").describe("Cores. Unset: a tenth of a core, kept free for the container on its node."),
  memory: bytes.prefault("128Mi").describe("Memory, in bytes. Unset: 128Mi, as cpu."),
  ephemeralStorage: bytes.prefault("256Mi").describe("Node disk, in bytes. Unset: 256Mi, as cpu."),
});

export const limits = z.strictObject({
  container: z
    .strictObject({
      default: ceilings.prefault({}).describe("Limits of a container that names none. Unset: the amounts below."),
      defaultRequest: reservations
        .prefault({})
        .describe("Requests of a container that names none. Unset: the amounts below."),
      max: z
        .strictObject({
          cpu: cores.describe("Cores. Unset: all that the namespace may use."),
          memory: bytes.describe("Memory, in bytes. Unset: all that the namespace may use."),
          ephemeralStorage: bytes.describe("Node disk, in bytes. Unset: all that the namespace may use."),
        })
        .partial()
        .default({})
        .describe("Largest limits one container may have. Unset: all that the namespace may use."),
    })
    .prefault({})
    .describe(
      "What one container gets, and what it may ask for; at least 1m of cpu and 1Mi of memory and disk, since a limit of 0 is none. Unset: the amounts below.",
    ),
});
