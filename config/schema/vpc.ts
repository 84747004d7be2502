import { z } from "zod";
import { cidrFault, contains, overlaps } from "../cidr";
import { cidr, listOf, oneOf } from "./grammar";

/** Sizes that leave room for the subnets (components/cluster/eks/network.plan.ts). */
export const VPC_SIZE = /^[\d.]+\/(16|17|18|19|20)$/;
export const VPC_SIZE_RULE =
  "is no size for this VPC; write an IPv4 range of /16 (AWS's largest) to /20 (the least that leaves room)";

const zone = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "is not an availability zone; write it as eu-central-1a");

/** Of a VPC that Bulkhead makes, where the stack file does not say. */
export const VPC_CIDR = "10.0.0.0/16";

const ownNetwork = {
  cidr: cidr
    .optional()
    .describe(
      `Addresses of a VPC that Bulkhead makes: nodes and pods. Unset: ${VPC_CIDR}. With \`given\`: refused, its own are in given.cidrs.`,
    ),
  zones: listOf(zone)
    .min(2, "has fewer than 2 zones, and EKS asks for two at least")
    .max(6)
    .optional()
    .describe("Availability zones, with a private and a public subnet in each. Unset: those of `given`."),
  nat: oneOf("a way out", ["per-zone", "single", "none"])
    .default("per-zone")
    .describe(
      "NAT gateways: one for each zone, one for all (cheaper; a zone's failure takes all out), or none (nodes reach AWS by endpoints only).",
    ),
};

/** Amazon EKS API reference, KubernetesNetworkConfigRequest. */
const SERVICES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

const given = z.strictObject({
  vpc: z
    .string()
    .regex(/^vpc-[0-9a-f]{8,17}$/, "is not a VPC's id; write it as vpc-0123456789abcdef0")
    .describe("The VPC."),
  cidrs: listOf(
    cidr,
    "every range of the VPC, or tenants could open ways to its nodes and pods; as [172.31.0.0/16]: aws ec2 describe-vpcs names them",
  )
    .min(1, "is an empty list; name every range of the VPC")
    .describe(
      "Every range of the VPC, IPv4 and IPv6: addresses of nodes and pods, never reachable through a CIDR rule. Each preview holds them against what AWS says.",
    ),
  subnets: z
    .record(
      zone,
      z.string().regex(/^subnet-[0-9a-f]{8,17}$/, "is not a subnet's id; write it as subnet-0123456789abcdef0"),
    )
    .refine((subnets) => Object.keys(subnets).length >= 2, "has fewer than 2 zones, and EKS asks for two at least")
    .superRefine((subnets, context) => {
      const zoneOf = new Map<string, string>();
      for (const [zone, id] of Object.entries(subnets)) {
        const other = zoneOf.get(id);
        zoneOf.set(id, other ?? zone);
        if (other === undefined) continue;
        const message = `is the subnet of ${other} already, and a subnet is in one zone; name that of ${zone}`;
        context.addIssue({ code: "custom", path: [zone], message });
      }
    })
    .describe("Private subnet of each zone, by zone."),
});

/** Where a cluster on EKS lies. */
export const network = z
  .strictObject({
    ...ownNetwork,
    serviceCidr: cidr
      .refine(
        (range) =>
          cidrFault(range) !== undefined ||
          (/\/(1[2-9]|2[0-4])$/.test(range) && SERVICES.some((outer) => contains(outer, range))),
        `is no range for services on EKS; write one of /12 to /24 within ${SERVICES.join(", ")}`,
      )
      .default("172.20.0.0/16")
      .describe("Addresses of services, /12 to /24 of private ones; outside the VPC. Unset: 172.20.0.0/16."),
    given: given
      .optional()
      .describe("A network that is there already, and is used as it is. Unset: Bulkhead makes one."),
    flowLogs: oneOf("a choice", ["all", "rejected", "none"])
      .default("all")
      .describe("Which flows of a VPC of our own are logged. Unset: all."),
  })
  .superRefine(({ cidr, serviceCidr, zones, given }, context) => {
    if ((zones === undefined) === (given === undefined)) {
      context.addIssue({ code: "custom", message: "has to say where; write exactly one of zones, given" });
    }
    if (given !== undefined && cidr !== undefined) {
      const message = "has no meaning with given, whose ranges are in given.cidrs; remove it";
      context.addIssue({ code: "custom", path: ["cidr"], message });
    }
    if (given === undefined && cidr !== undefined && cidrFault(cidr) === undefined && !VPC_SIZE.test(cidr)) {
      context.addIssue({ code: "custom", path: ["cidr"], message: VPC_SIZE_RULE });
    }
    const taken = (given?.cidrs ?? [cidr ?? VPC_CIDR]).find((range) => overlaps(range, serviceCidr));
    if (taken !== undefined) {
      const message = `overlaps the network's addresses (${taken}); EKS routes such services nowhere`;
      context.addIssue({ code: "custom", path: ["serviceCidr"], message });
    }
  });
