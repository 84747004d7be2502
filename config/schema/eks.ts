import { z } from "zod";
import { LINK_LOCAL, overlaps, PRIVATE, shareOfInternet } from "../cidr";
import { boundary, principal } from "./aws";
import { bytes, cidr, dnsLabel, listOf, minor, oneOf, word } from "./grammar";
import { image } from "./images";
import { sandbox } from "./sandbox";
import { autoscaler, karpenter, scaling } from "./scaling";
import { network } from "./vpc";

/** Cores and memory belong to the machine type, so a pool says only which types and how many. */
const machines = listOf(word).min(1, "is an empty list; name at least one machine type, or remove the key");

const machinesOf = (types: readonly string[]) =>
  machines.default([...types]).describe(`Machine types, the preferred first. Unset: ${types.join(", ")}.`);
const most = (max: number) => z.int().min(1).default(max).describe(`Most nodes. Unset: ${max}.`);
const fewest = z.int().min(0);
const disk = bytes
  .prefault("50Gi")
  .describe("Disk of each node for images and what pods write, in bytes; with al2023 it is the root disk too.");
const ownImage = image.optional().describe("Image of the nodes. Unset: as platform.image.");

/** Bounds as a pool has them; `min` may be left to whoever scales it. */
interface Bounds {
  readonly min?: number | undefined;
  readonly max: number;
}

function ordered({ min = 0, max }: Bounds, context: z.RefinementCtx): void {
  if (min > max) context.addIssue({ code: "custom", path: ["min"], message: `is more than max (${max})` });
}

const system = z
  .strictObject({
    machines: machinesOf(["m7i.large"]),
    image: ownImage,
    // Nothing sizes a group of none: what would do it runs here itself.
    min: z
      .int()
      .min(1, "leaves DNS and whatever scales nodes no node to run on, and none would ever come; write at least 1")
      .default(2)
      .describe("Fewest nodes, at least 1. Unset: 2."),
    max: most(3),
    disk,
  })
  .superRefine(ordered);

const shared = z
  .strictObject({
    machines: machinesOf(["m7i.xlarge"]),
    image: ownImage,
    min: fewest
      .optional()
      .describe("Fewest nodes. Unset: 1 where the pool is managed; Karpenter keeps none that no pod needs."),
    max: most(10),
    disk,
  })
  .superRefine(ordered);

/** EKS's own names of what it installs; each in the version that the stack file says. */
export const ADDONS = ["eks-pod-identity-agent", "vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver"] as const;

const version = (what: string) =>
  z
    .string()
    .regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, "is not an add-on's version; write it as v1.21.1-eksbuild.1")
    .describe(`${what}.`);

const addons = z
  .strictObject({
    "eks-pod-identity-agent": version("Gives pods the roles of their service accounts"),
    "vpc-cni": version("The network plugin, which enforces network policies"),
    "kube-proxy": version("Services' addresses"),
    coredns: version("DNS"),
    "aws-ebs-csi-driver": version("Volumes"),
  } satisfies Record<(typeof ADDONS)[number], z.ZodType>)
  .describe(
    "Version of each add-on; there is no default, because one that changes by itself is no pin. To ask for them: aws eks describe-addon-versions.",
  );

const RESERVED = [...PRIVATE, ...LINK_LOCAL];

/**
 * Amazon EKS API reference, VpcConfigRequest: a block may not include reserved addresses, and clusters of IPv4, as all here
 * are, take no IPv6.
 */
const publicCidr = cidr
  .refine((range) => !range.includes(":"), {
    abort: true,
    message: "is IPv6, which the public endpoint of a cluster of IPv4 does not take; write ranges of IPv4",
  })
  .refine(
    // One that is half of the internet is told of that.
    (range) => shareOfInternet([range]) >= 0.5 || !RESERVED.some((reserved) => overlaps(reserved, range)),
    "has private addresses in it, from which nobody comes to the public endpoint; write the ranges that your office and CI have on the internet",
  );

/** Amazon CloudWatch Logs API reference, PutRetentionPolicy. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/**
 * AWS General Reference, "Tag naming limits": aws: in whatever case of the letters. EKS tells its own groups by eks:, and
 * by ours rights are held to a cluster's things.
 */
const tag = word
  .refine((key) => !/^aws:/i.test(key), "begins with aws:, which AWS keeps for itself; choose another key")
  .refine((key) => !key.startsWith("eks:"), "begins with eks:, which EKS keeps for itself; choose another key")
  .refine(
    (key) => !key.startsWith("bulkhead.dev/"),
    "begins with bulkhead.dev/, by which rights are held to a cluster's own things; choose another key",
  );

/** A cluster on AWS that Bulkhead makes, with its network, its nodes and its keys. */
export const eks = z.strictObject({
  kind: z.literal("eks").describe("A cluster on AWS that Bulkhead makes, with its network, its nodes and its keys."),
  name: dnsLabel
    .max(60)
    .describe("Name of the cluster, one of its kind in the account and region; never changed later."),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "is not a region; write it as eu-central-1")
    .describe("AWS region."),
  version: minor.describe("Kubernetes minor version, in quotes. Raising it upgrades the cluster."),
  support: oneOf("a kind of support", ["standard", "extended"])
    .default("standard")
    .describe(
      "`standard`: AWS upgrades the cluster by itself when 14 months of support end. `extended`: 12 more months at six times the price.",
    ),
  admins: listOf(principal)
    .min(1, "is an empty list; name at least the role that deploys")
    .describe("IAM roles and users that administer the cluster, the one that deploys among them. Nobody else does."),
  endpoint: z
    .strictObject({
      publicCidrs: listOf(publicCidr)
        .superRefine((cidrs, context) => {
          if (cidrs.some((range) => /\/0$/.test(range))) {
            context.addIssue({ code: "custom", message: "opens the API server to everybody; name the ranges" });
          } else if (shareOfInternet(cidrs) >= 0.5) {
            const message =
              "opens the API server to half of the internet or more; name the ranges of those who need it";
            context.addIssue({ code: "custom", message });
          }
        })
        .default([])
        .describe("Addresses that reach the API server from outside the VPC. Unset: none; deploy from inside."),
    })
    .prefault({})
    .describe("The way to the API server. Unset: private only."),
  network: network.describe("Where the cluster lies."),
  logDays: z
    .literal(LOG_DAYS, { error: "is not a number of days for which CloudWatch keeps logs" })
    .default(90)
    .describe("Days that logs of control plane and network are kept. Unset: 90."),
  deletionProtection: oneOf("a choice", ["on", "off"])
    .default("on")
    .describe("`on`: neither AWS nor Pulumi deletes the cluster and its key. Write off, and deploy, before a destroy."),
  networkPolicy: oneOf("a mode", ["strict", "standard"])
    .default("strict")
    .describe(
      "`strict`: a pod reaches nothing until its policies are programmed. `standard`: everything until then, for some seconds.",
    ),
  addons,
  scaling: scaling
    .default("managed")
    .describe(
      "Who makes and ends nodes, unless a tenant's pool says otherwise. `managed`: node groups of EKS that cluster-autoscaler sizes, at most 25. `karpenter`: Karpenter, machine by machine. The system pool is always managed. Unset: managed.",
    ),
  autoscaler: autoscaler.optional(),
  karpenter: karpenter.optional(),
  system: system.prefault({}).describe("Nodes for what the cluster itself runs; no tenant lands there."),
  shared: shared.prefault({}).describe("Nodes of all tenants with isolation.nodes: shared."),
  image: image
    .default("al2023")
    .describe(
      "Image of all nodes, unless a pool says otherwise. `al2023`: Amazon Linux 2023. `bottlerocket`: nothing but containers, on a root that nobody can write; no sandbox can be installed there. Another one replaces the nodes. Unset: al2023.",
    ),
  machines: machines
    .default(["m7i.xlarge"])
    .describe("Machine types of a tenant's own pool that names none. Unset: m7i.xlarge."),
  replace: listOf(dnsLabel)
    .default([])
    .describe(
      "Pools that this deployment may replace or remove: tenants' ids, system, shared. New nodes come first, then the old are drained. Unset: none, and the preview refuses a change that EKS cannot make in place.",
    ),
  sandbox: sandbox.prefault({}).describe("Sandbox runtimes that tenants' nodes install, where a tenant asks for one."),
  permissionsBoundary: boundary.optional().describe("Policy that bounds every role that Bulkhead makes. Unset: none."),
  tags: z.record(tag, z.string()).default({}).describe("Tags on everything that has tags. Unset: none but our own."),
  overcommit: z
    .number()
    .min(1, "is less than 1; use 1 to promise every shared tenant its whole budget at once")
    .default(1)
    .describe("How many times the shared capacity may be promised to tenants. Unset: once."),
});
