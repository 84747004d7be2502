import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Where clouds keep metadata, credentials and node-local services. No tenant rule opens any of it:
 * 169.254.0.0/16 and fe80::/10 are link-local (RFC 3927, RFC 4291); fd00:ec2::/32 is where AWS serves the same over IPv6.
 */
export const LINK_LOCAL = ["169.254.0.0/16", "fe80::/10", "fd00:ec2::/32"] as const;

/** Ranges that nodes, pods and services are usually numbered from (RFC 1918, RFC 6598, RFC 4193). */
export const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"] as const;

/** What is wrong with a range and what to write instead; undefined for a range in the one spelling that is accepted. */
export function cidrFault(text: string): string | undefined {
  if (isIPv4(text)) return `is one address; did you mean "${text}/32"?`;
  if (isIPv6(text)) return `is one address; did you mean "${text}/128"?`;
  if (!isCidr(text)) return "is not a CIDR; write an address and a prefix length, as 203.0.113.0/24";
  const [address] = ipaddr.parseCIDR(text);
  // Compared with IPv4 ranges it would be in none of them, link-local ones included.
  if (address.kind() === "ipv6" && (address as ipaddr.IPv6).isIPv4MappedAddress()) {
    return "is an IPv4 range in IPv6 clothes; write the IPv4 range itself";
  }
  const written = canonical(text);
  if (written === text) return undefined;
  const sameAddress = `${address.toString()}/${text.split("/")[1]}` === written;
  return sameAddress
    ? `is not the usual spelling; write ${written}`
    : `has bits beyond its prefix length; write ${written}`;
}

/** Stricter than ipaddr.js, which takes octal, hexadecimal and short forms that Kubernetes refuses or reads otherwise. */
function isCidr(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return false;
  if (isIPv4(address)) return Number(length) <= 32;
  return isIPv6(address) && !address.includes("%") && Number(length) <= 128;
}

/** Whether every address of `inner` is in `outer`. What is no range is told by itself, and is in none. */
export function contains(outer: string, inner: string): boolean {
  if (!isCidr(outer) || !isCidr(inner)) return false;
  const [address, length] = ipaddr.parseCIDR(outer);
  const [other, otherLength] = ipaddr.parseCIDR(inner);
  return address.kind() === other.kind() && otherLength >= length && matches(other, [address, length]);
}

export function overlaps(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

/** How much of all IPv4 addresses these ranges have together: 0 to 1. */
export function shareOfInternet(cidrs: readonly string[]): number {
  const ranges = [...new Set(cidrs)].filter((range) => isCidr(range) && !range.includes(":"));
  // Of two ranges one lies in the other, or they have nothing in common.
  const widest = ranges.filter((range) => !ranges.some((other) => other !== range && contains(other, range)));
  return widest.reduce((sum, range) => sum + 2 ** -Number(range.split("/")[1]), 0);
}

/** The spelling without host bits: 10.1.2.3/16 is 10.1.0.0/16. */
export function canonical(cidr: string): string {
  const [address, length] = ipaddr.parseCIDR(cidr);
  const network =
    address.kind() === "ipv4" ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return `${network.toString()}/${length}`;
}

function matches(address: ipaddr.IPv4 | ipaddr.IPv6, [network, length]: Range): boolean {
  if (address.kind() === "ipv4") return (address as ipaddr.IPv4).match(network as ipaddr.IPv4, length);
  return (address as ipaddr.IPv6).match(network as ipaddr.IPv6, length);
}
