import ipaddr from "ipaddr.js";
import { z } from "zod";
import { parseQuantity } from "./quantity";

/*
 * The one source of types, validation, JSON Schema and docs/reference. Every description says what the field does
 * and what happens when it is left out. Checks that need a second field or a second tenant are in crosschecks/.
 */

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_NAME = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const IMAGE_PREFIX = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?\/([a-z0-9._-]+\/)*$/;

const dnsLabel = z
  .string()
  .regex(DNS_LABEL, "is not a DNS label; use lower-case letters, digits and dashes, at most 63, no dash at the ends")
  .max(63, "is longer than the 63 characters of a DNS label; shorten it");

/** Numbers are taken too: people write `cpu: 8`. */
const quantity = z
  .union([z.string(), z.number()], { error: "is not a quantity; write a number with a unit, as 500m, 2, 1.5Gi" })
  .transform(String)
  .refine(
    (text) => (parseQuantity(text) ?? -1n) >= 0n,
    "is not a quantity; write a number with a unit, as 500m, 2, 1.5Gi",
  );

const cidr = z
  .string()
  .refine((text) => ipaddr.isValidCIDR(text), "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24");

const port = z.int().min(1, "is not a port; use 1 to 65535").max(65_535, "is not a port; use 1 to 65535");

/** One of the ways in which somebody can be named by the API server's authenticators. */
export const subject = z.strictObject({
  user: z.string().min(1).optional().describe("User name as the API server's authenticator reports it."),
  group: z.string().min(1).optional().describe("Group name as the API server's authenticator reports it."),
  serviceAccount: z
    .strictObject({ namespace: dnsLabel, name: z.string().min(1) })
    .optional()
    .describe("Account of a workload: in one of the tenant's own namespaces, or of the platform (a deployer)."),
  sharedWith: z
    .array(z.string())
    .default([])
    .describe(
      "Ids of other tenants that name this subject as well. Unset: nobody else may name it, because one login in two tenants is a bridge between them.",
    ),
});

const access = z.strictObject({
  admins: z
    .array(subject)
    .default([])
    .describe("May do everything inside the tenant's namespaces that a tenant may do. Unset: nobody."),
  developers: z
    .array(subject)
    .default([])
    .describe("As admins, without roles, secrets of others' making and disruption budgets. Unset: nobody."),
  viewers: z
    .array(subject)
    .default([])
    .describe("May read workloads, their logs and events; no secrets, no exec. Unset: nobody."),
});

const amounts = {
  cpu: quantity,
  memory: quantity,
  ephemeralStorage: quantity,
  storage: quantity,
  pods: z.int().min(0),
  loadBalancers: z.int().min(0),
};

const share = z.strictObject(amounts).partial();

const budget = z.strictObject({
  cpu: amounts.cpu.default("4").describe("CPU of all the tenant's pods together, requests and limits each."),
  memory: amounts.memory.default("8Gi").describe("Memory of all the tenant's pods together, requests and limits each."),
  ephemeralStorage: amounts.ephemeralStorage
    .default("20Gi")
    .describe("Node disk of all the tenant's pods together: image layers, logs, emptyDir."),
  storage: amounts.storage.default("0").describe("Bytes of all persistent volume claims together. Unset: none."),
  pods: amounts.pods.default(30).describe("Pods that are not yet finished; finished ones are counted apart."),
  loadBalancers: amounts.loadBalancers
    .default(0)
    .describe("Services of type LoadBalancer. Unset: none, since each is an address that the whole world may reach."),
  objects: z
    .record(z.string(), z.int().min(0))
    .default({})
    .describe(
      "Most objects of a kind in each namespace, as `configmaps: 200` or `jobs.batch: 50`. Unset: the defaults in components/tenant/budget.ts.",
    ),
  split: z
    .record(dnsLabel, share)
    .default({})
    .describe(
      "Share of a namespace, by its short name. What is not said is divided evenly over the namespaces that do not say it.",
    ),
});

const containerAmounts = (cpu: string, memory: string, ephemeralStorage: string) =>
  z
    .strictObject({
      cpu: quantity.default(cpu),
      memory: quantity.default(memory),
      ephemeralStorage: quantity.default(ephemeralStorage),
    })
    .prefault({});

const limits = z.strictObject({
  container: z
    .strictObject({
      default: containerAmounts("500m", "256Mi", "1Gi").describe("Limit of a container that names none."),
      defaultRequest: containerAmounts("100m", "128Mi", "256Mi").describe("Request of a container that names none."),
      max: z
        .strictObject({ cpu: quantity, memory: quantity, ephemeralStorage: quantity })
        .partial()
        .default({})
        .describe("Largest limit of one container. Unset: the namespace's whole share of the budget."),
    })
    .prefault({}),
});

const ports = z
  .array(port)
  .min(1, "is an empty list; leave it out to open every port, or name the ports")
  .optional()
  .describe("TCP ports. Unset: every port and protocol.");

const peer = z.strictObject({
  tenant: z.string().optional().describe("Every namespace of that tenant; it has to list this tenant on its own side."),
  namespace: dnsLabel.optional().describe("A namespace of the platform, by its exact name."),
  cidr: cidr
    .optional()
    .describe("Addresses. Node, pod, service and link-local ranges inside it stay closed whatever it says."),
  ports,
});

const network = z.strictObject({
  egress: z.array(peer).default([]).describe("What pods may reach besides the tenant itself and DNS. Unset: nothing."),
  ingress: z.array(peer).default([]).describe("Who may reach the pods besides the tenant itself. Unset: nobody."),
  hosts: z
    .array(z.string().regex(DNS_NAME, "is not a host name; write a lower-case DNS name, as acme.example.com"))
    .default([])
    .describe("DNS names the tenant owns for ingress, each with everything below it. Unset: none."),
});

const pool = z.strictObject({
  machines: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Machine types of the cloud, in order of preference. Unset: the platform's default; ignored on an existing cluster.",
    ),
  min: z.int().min(0).default(0).describe("Fewest nodes. Unset: 0, so that an idle tenant costs nothing."),
  max: z.int().min(1, "is less than 1; a pool that may have no node runs nothing").default(3).describe("Most nodes."),
  zones: z.int().min(1).max(6).default(2).describe("Availability zones the nodes are spread over."),
  disk: quantity.default("50Gi").describe("Root disk of each node."),
  maxNodeAge: z
    .int()
    .min(1)
    .default(720)
    .describe("Hours after which a node is replaced, busy or not. Unset: 720. Lower it for code you do not trust."),
});

const RUNTIMES = ["native", "gvisor", "kata"] as const;
const CLUSTERS = ["shared", "dedicated"] as const;
const NODES = ["shared", "dedicated"] as const;
const MODES = ["enforce", "warn"] as const;
const STATES = ["active", "frozen", "leaving"] as const;

/** A tenant as people write it, with every default filled in. */
export const tenant = z.strictObject({
  contact: z
    .string()
    .min(1)
    .optional()
    .describe("Whom to ask; kept as an annotation on the namespaces. Unset: nobody."),
  isolation: z
    .strictObject({
      cluster: z
        .enum(CLUSTERS, { error: "is not a kind of cluster" })
        .default("shared")
        .describe("`dedicated`: a control plane and identities of its own."),
      nodes: z
        .enum(NODES, { error: "is not a kind of nodes" })
        .default("shared")
        .describe("`dedicated`: labelled, tainted nodes on which no other tenant's pod can run."),
      runtime: z
        .enum(RUNTIMES, { error: "is not a runtime" })
        .default("native")
        .describe(
          "What stands between a pod and the host's kernel: nothing more (native), gVisor, or a Kata virtual machine.",
        ),
    })
    .prefault({}),
  namespaces: z
    .array(dnsLabel)
    .default([])
    .describe("Short names; each becomes <tenant>-<name>. Unset: one namespace, named like the tenant."),
  access: access.prefault({}),
  budget: budget.prefault({}),
  limits: limits.prefault({}),
  network: network.prefault({}),
  images: z
    .array(
      z
        .string()
        .regex(
          IMAGE_PREFIX,
          "is not a registry prefix; write host/path/ with the slash at its end, as registry.example.com/acme/",
        ),
    )
    .default([])
    .describe("Registry prefixes that images may come from. Unset: any registry."),
  storageClasses: z
    .array(z.string().min(1))
    .optional()
    .describe("Storage classes the tenant may use. Unset: any the cluster has."),
  pool: pool.optional().describe("Size and shape of the tenant's own nodes; only with isolation.nodes: dedicated."),
  guardrails: z
    .enum(MODES, { error: "is not a mode" })
    .optional()
    .describe(
      "`warn`: what would be refused in the tenant's namespaces is admitted with a warning. Unset: as guardrails.mode.",
    ),
  state: z
    .enum(STATES, { error: "is not a state" })
    .default("active")
    .describe("`frozen`: nothing new starts, what runs goes on. `leaving`: things may only be removed."),
});

const capacity = z
  .strictObject({ cpu: quantity, memory: quantity, ephemeralStorage: quantity, pods: z.int().min(0) })
  .partial();

const nodeCapacity = z.strictObject({
  cpu: quantity.default("8"),
  memory: quantity.default("32Gi"),
  ephemeralStorage: quantity.default("100Gi"),
  pods: z.int().min(1).default(110),
});

const existingPool = z.strictObject({
  tenant: z
    .string()
    .optional()
    .describe("Tenant that owns the nodes. Unset: nodes for every tenant with isolation.nodes: shared."),
  nodes: z
    .int()
    .min(0)
    .default(2)
    .describe("How many nodes the pool has at most; on the embedded control plane, how many are made."),
  capacity: nodeCapacity
    .prefault({})
    .describe("What one node offers to pods. Unset: cpu 8, memory 32Gi, 100Gi disk, 110 pods."),
  runtimes: z
    .array(z.enum(RUNTIMES, { error: "is not a runtime" }))
    .default(["native"])
    .describe("Runtimes installed on the nodes."),
});

const capabilities = z.strictObject({
  networkPolicy: z
    .enum(["enforced", "unenforced"], { error: "is not a kind of enforcement" })
    .default("unenforced")
    .describe(
      "Whether the cluster's network plugin enforces NetworkPolicy. Unset: unenforced, and no claim about the network is made.",
    ),
  dnsLabels: z
    .record(z.string(), z.string())
    .default({ "k8s-app": "kube-dns" })
    .describe("Labels of the DNS pods in kube-system; the one thing of the platform every pod may reach."),
  podCidrs: z.array(cidr).default([]).describe("Ranges of pod addresses: never reachable through a CIDR rule."),
  serviceCidrs: z.array(cidr).default([]).describe("Ranges of service addresses: never reachable through a CIDR rule."),
  nodeCidrs: z.array(cidr).default([]).describe("Ranges of node addresses: never reachable through a CIDR rule."),
  runtimes: z
    .strictObject({ native: z.string(), gvisor: z.string(), kata: z.string() })
    .partial()
    .default({})
    .describe(
      "Runtime handler of each runtime the nodes offer, as their container runtime names it. Unset: native only, handler runc.",
    ),
  capacity: capacity
    .optional()
    .describe(
      "What the cluster offers to all shared tenants together. Unset: the sum of the shared pools, where they are declared.",
    ),
});

/** A cluster somebody else made: Bulkhead verifies its nodes and never writes to them. */
export const existing = z.strictObject({
  kind: z.literal("existing"),
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Path of a kubeconfig, relative to the project. Unset: with `context`, the usual places; without, the embedded control plane's.",
    ),
  context: z.string().min(1).optional().describe("Context of the kubeconfig. Unset: its current one."),
  clusterIdentifier: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Stable name of the cluster, so that an edited kubeconfig replaces nothing. Unset: the server address of the kubeconfig.",
    ),
  version: z
    .string()
    .regex(/^1\.\d+$/, "is not a Kubernetes minor version; write it as 1.36, in quotes")
    .optional()
    .describe("Minor version that Pod Security is pinned to. Unset: asked from the cluster."),
  overcommit: z
    .number()
    .min(1, "is less than 1; use 1 to promise every shared tenant its whole budget at once")
    .default(1)
    .describe(
      "How many times the shared capacity may be promised to tenants. Unset: once, so every budget can be used at the same time.",
    ),
  capabilities: capabilities.prefault({}),
  pools: z
    .record(dnsLabel, existingPool)
    .optional()
    .describe(
      "Node pools the cluster has. Unset: not known beforehand; tenants' nodes are only looked for on the live cluster.",
    ),
});

export const platform = z.discriminatedUnion("kind", [existing], {
  error: "has no known kind; write kind: existing",
});

export const guardrails = z.strictObject({
  mode: z
    .enum(MODES, { error: "is not a mode" })
    .default("enforce")
    .describe(
      "`warn`: what would be refused is admitted with a warning, for a staged roll-out; then nothing is claimed as enforced.",
    ),
  platformNamespaces: z
    .array(dnsLabel)
    .default([])
    .describe("Namespaces that belong to the platform besides kube-system, kube-public and kube-node-lease."),
});

export type TenantSpec = z.output<typeof tenant>;
export type TenantInput = z.input<typeof tenant>;
export type Subject = z.output<typeof subject>;
export type Peer = z.output<typeof peer>;
export type Budget = z.output<typeof budget>;
export type Share = z.output<typeof share>;
export type PoolSpec = z.output<typeof pool>;
export type Platform = z.output<typeof platform>;
export type ExistingPlatform = z.output<typeof existing>;
export type ExistingPool = z.output<typeof existingPool>;
export type Guardrails = z.output<typeof guardrails>;
export type Runtime = (typeof RUNTIMES)[number];
