import { z } from "zod";
import { bytes, cores, countedKind, device, deviceAmount, dnsLabel } from "./grammar";

const count = z.int().min(0);

/** Half a device is none; huge pages are memory, and counted as such. */
const devices = z.record(device, deviceAmount).superRefine((amounts, context) => {
  for (const [name, most] of Object.entries(amounts)) {
    if (name.startsWith("hugepages-") || /^\d+$/.test(most)) continue;
    context.addIssue({ code: "custom", path: [name], message: "is not a number of devices; write a whole number" });
  }
});

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
    .describe("Cores of all the tenant's pods together; the same ceiling for requests and for limits."),
  memory: bytes
    .prefault("8Gi")
    .describe("Memory of all the tenant's pods together; the same ceiling for requests and for limits."),
  ephemeralStorage: bytes
    .prefault("20Gi")
    .describe(
      "Node disk of all the tenant's pods together: logs, emptyDir, what containers write to their own layers.",
    ),
  storage: bytes
    .prefault("0")
    .describe("Bytes of all persistent volume claims together. Unset: 0, so no claim is accepted."),
  pods: count
    .default(30)
    .describe("Pods that are not yet finished. Three times as many may exist, finished ones included."),
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
      "Most objects of a kind in each namespace, as `configmaps: 200` or `jobs.batch: 50`; `pods` are those that have finished too. Unset kinds keep the count of components/tenant/budget.ts, so that no tenant fills the cluster's store.",
    ),
  split: z
    .record(dnsLabel, share)
    .default({})
    .describe(
      "What each namespace gets, by its short name. Unset amounts are divided evenly over the namespaces that do not say theirs.",
    ),
});

const amounts = (cpu: string, memory: string, ephemeralStorage: string) =>
  z.strictObject({
    cpu: cores.prefault(cpu).describe("Cores."),
    memory: bytes.prefault(memory).describe("Memory, in bytes."),
    ephemeralStorage: bytes.prefault(ephemeralStorage).describe("Node disk, in bytes."),
  });

export const limits = z.strictObject({
  container: z
    .strictObject({
      default: amounts("500m", "256Mi", "1Gi").prefault({}).describe("Limits of a container that names none."),
      defaultRequest: amounts("100m", "128Mi", "256Mi")
        .prefault({})
        .describe("Requests of a container that names none."),
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
    .describe("What one container gets, and what it may ask for."),
});
