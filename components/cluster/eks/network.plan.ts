import ipaddr from "ipaddr.js";
import type { EksPlatform } from "../../../config/schema";

/** A zone's part of the VPC. */
export interface ZonePlan {
  readonly zone: string;
  /** For nodes and pods: an eighth of the VPC. */
  readonly privateCidr: string;
  /** For the way out, which takes a few addresses: a two-hundred-and-fifty-sixth. */
  readonly publicCidr: string;
}

/** Bits by which a zone's private subnet is smaller than the VPC; the last such block holds the public ones. */
const PRIVATE_BITS = 3;
const PUBLIC_BITS = 8;

/**
 * Subnets of the zones in the order in which the file names them: a zone that is added at the end moves no other.
 * @param cidr Of the VPC: IPv4, /16 to /20.
 */
export function zonePlans(cidr: string, zones: readonly string[]): ZonePlan[] {
  const last = 2 ** PRIVATE_BITS - 1;
  return zones.map((zone, index) => ({
    zone,
    privateCidr: block(cidr, PRIVATE_BITS, index),
    publicCidr: block(cidr, PUBLIC_BITS, last * 2 ** (PUBLIC_BITS - PRIVATE_BITS) + index),
  }));
}

/** The so-manieth of the equal parts into which so many more bits cut a range. */
function block(cidr: string, bits: number, index: number): string {
  const [network, length] = ipaddr.IPv4.parseCIDR(cidr);
  const first = network.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
  const address = first + index * 2 ** (32 - length - bits);
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${bytes.join(".")}/${length + bits}`;
}

/** What nodes of a network without a way out still have to reach, by interface endpoints: CLOUD APIs of AWS itself. */
const WITHOUT_NAT = ["autoscaling", "ec2", "logs"];

/** What is worth its price wherever nodes are: images and credentials do not leave the network. */
const ALWAYS = ["ecr.api", "ecr.dkr", "eks", "eks-auth", "sts"];

/** What Karpenter asks besides: its queue, and which image is which. */
const FOR_KARPENTER = ["sqs", "ssm"];

/** AWS services with an interface endpoint in the VPC. S3 has one besides, of the kind that costs nothing. */
export function interfaceEndpoints({ network, karpenter }: Pick<EksPlatform, "network" | "karpenter">): string[] {
  if (network.nat !== "none") return ALWAYS;
  return [...ALWAYS, ...WITHOUT_NAT, ...(karpenter ? FOR_KARPENTER : [])].sort();
}
