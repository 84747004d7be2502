import { z } from "zod";
import { eks } from "./eks";
import { bytes, cidr, cores, dnsLabel, labelKey, labelValue, listOf, minor, oneOf, path, word } from "./grammar";
import { RUNTIMES } from "./tenant";

const count = z.int().min(0);

const existingPool = z
  .strictObject({
    tenant: z
      .string()
      .optional()
      .describe("Tenant that owns the nodes. Unset: nodes for every tenant with isolation.nodes: shared."),
    nodes: count
      .default(2)
      .describe(
        "How many nodes the pool has at most; on the embedded control plane, how many are made. Unset: 2, and budgets are held against what two can carry.",
      ),
    min: count
      .optional()
      .describe(
        "How few nodes of the pool there may be: 0 where an autoscaler takes it away while nobody needs it, so that no node is no mistake. Unset: at least one node has to be there.",
      ),
    capacity: z
      .strictObject({
        cpu: cores.prefault("8").describe("Cores of one node. Unset: 8."),
        memory: bytes.prefault("32Gi").describe("Memory of one node. Unset: 32Gi."),
        ephemeralStorage: bytes.prefault("100Gi").describe("Disk of one node that pods may fill. Unset: 100Gi."),
        pods: z.int().min(1).default(110).describe("Pods on one node. Unset: 110, as kubelets have it."),
      })
      .prefault({})
      .describe(
        "What one node offers to pods; times the pool's nodes, it is what budgets may promise. Unset: the amounts below.",
      ),
    runtimes: listOf(oneOf("a runtime", RUNTIMES))
      .min(1, "is an empty list; name at least one runtime, or remove the key for native")
      .default(["native"])
      .describe("Runtimes installed on the nodes. Unset: native only, so no tenant with a sandbox can be there."),
  })
  .meta({ id: "nodePool", title: "Node pool", description: "Nodes that are alike." });

const capacity = z
  .strictObject({
    cpu: cores.describe("Cores. Unset: those of the shared pools."),
    memory: bytes.describe("Memory, in bytes. Unset: that of the shared pools."),
    ephemeralStorage: bytes.describe("Node disk, in bytes. Unset: that of the shared pools."),
    pods: count.describe("Pods. Unset: those of the shared pools."),
  })
  .partial();

const handler = dnsLabel;

const capabilities = z.strictObject({
  networkPolicy: oneOf("a kind of enforcement", ["enforced", "unenforced"])
    .default("unenforced")
    .describe(
      "Whether the cluster's network plugin enforces NetworkPolicy. Unset: unenforced, and no claim about the network is made.",
    ),
  dnsLabels: z
    .record(labelKey, labelValue)
    .refine(
      (labels) => Object.keys(labels).length > 0,
      "is an empty map, which means every pod of kube-system; name the labels of the DNS pods",
    )
    .default({ "k8s-app": "kube-dns" })
    .describe(
      "Labels of the DNS pods in kube-system; the one thing of the platform every pod may reach. Unset: those that CoreDNS mostly has; where it has others, no name can be looked up.",
    ),
  podCidrs: listOf(cidr)
    .default([])
    .describe(
      "Ranges of pod addresses: never reachable through a CIDR rule. Unset: not known, and private ranges are refused in such rules.",
    ),
  serviceCidrs: listOf(cidr)
    .default([])
    .describe("Ranges of service addresses: never reachable through a CIDR rule. Unset: as podCidrs."),
  nodeCidrs: listOf(cidr)
    .default([])
    .describe("Ranges of node addresses: never reachable through a CIDR rule. Unset: as podCidrs."),
  runtimes: z
    .strictObject({
      native: handler.describe(
        "Handler of plain containers. Unset: the one that a tenant's nodes report, and runc where they report none.",
      ),
      gvisor: handler.describe("Handler of gVisor, mostly runsc. Unset: not offered."),
      kata: handler.describe("Handler of Kata, as kata-qemu. Unset: not offered."),
    })
    .partial()
    .default({})
    .describe("Handler of each runtime the nodes offer, as their container runtime names it. Unset: native only."),
  capacity: capacity
    .optional()
    .describe(
      "What the cluster offers to all tenants on shared nodes together; what the budgets promise is held against it. Unset: the sum of the shared pools, or not known where none are declared.",
    ),
});

/** A cluster somebody else made: Bulkhead verifies its nodes and never writes to them. */
export const existing = z.strictObject({
  kind: z
    .literal("existing")
    .describe("A cluster that somebody else made: its nodes are verified and never written to."),
  kubeconfig: path
    .optional()
    .describe(
      "Path of a kubeconfig, relative to the project. Unset: with `context`, the usual places; without, the embedded control plane's.",
    ),
  context: word.optional().describe("Context of the kubeconfig. Unset: its current one."),
  clusterIdentifier: word
    .optional()
    .describe(
      "Stable name of the cluster, so that an edited kubeconfig replaces nothing. Unset: the UID of its kube-system namespace.",
    ),
  version: minor.optional().describe("Minor version that Pod Security is pinned to. Unset: asked from the cluster."),
  overcommit: z
    .number()
    .min(1, "is less than 1; use 1 to promise every shared tenant its whole budget at once")
    .default(1)
    .describe(
      "How many times the shared capacity may be promised to tenants. Unset: once, so every budget can be used at the same time.",
    ),
  capabilities: capabilities
    .prefault({})
    .describe("What the cluster can do. Unset: nothing is assumed that a plain cluster might lack."),
  pools: z
    .record(dnsLabel, existingPool)
    .optional()
    .describe(
      "Node pools the cluster has, by name. Unset: not known beforehand; tenants' nodes are only looked for on the live cluster.",
    ),
});

export const platform = z.discriminatedUnion("kind", [existing, eks], { error: "is not a kind of platform" });
