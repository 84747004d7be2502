import type { Estate, Tenant } from "../../config/estate";
import { SHARED_POOL } from "../../config/names";
import type { Peer } from "../../config/schema";
import { planPools } from "./plan";
import { ANYTHING, allowed, ruleName, rulesOf, type SecurityRule, type Traffic, tcp } from "./rules";

/**
 * What tenants declare to flow across a pool's border. A network policy that opens it is not enough: between two
 * pools, and to addresses outside, the security groups have to open the same. Within a pool they are open anyway.
 */
export function flowRules(estate: Estate): SecurityRule[] {
  const pools = planPools(estate);
  const homes = new Map(estate.tenants.map((tenant) => [tenant.id, homeOf(tenant)]));
  // What the platform runs may be on any node that is nobody's.
  const platform = pools.filter(({ owner }) => owner === undefined).map(({ name }) => name);
  const wanted = pools.length === 0 ? [] : estate.tenants.flatMap((tenant) => rulesFor(tenant, homes, platform));
  const known = new Set(pools.flatMap(rulesOf).map(ruleName));
  const rules = new Map(wanted.map((rule) => [ruleName(rule), rule]));
  return [...rules].filter(([name]) => !known.has(name)).map(([, rule]) => rule);
}

function homeOf({ id, isolation }: Tenant): string {
  return isolation.nodes === "dedicated" ? id : SHARED_POOL;
}

function rulesFor(tenant: Tenant, homes: ReadonlyMap<string, string>, platform: readonly string[]): SecurityRule[] {
  const home = homeOf(tenant);
  const why = `flow of ${tenant.id}`;
  const out = tenant.network.egress.flatMap((peer) => {
    const ends = peer.namespace === undefined ? [homes.get(peer.tenant ?? "") ?? ""] : platform;
    return peer.cidr === undefined
      ? between(
          ends.map((end) => [home, end]),
          peer,
          why,
        )
      : toAddresses(home, "egress", peer.cidr, peer, why);
  });
  // A flow between two tenants stands in the sender's egress too, and is opened there.
  const inwards = tenant.network.ingress.flatMap((peer) => {
    if (peer.cidr !== undefined) return toAddresses(home, "ingress", peer.cidr, peer, why);
    return peer.namespace === undefined
      ? []
      : between(
          platform.map((end) => [end, home]),
          peer,
          why,
        );
  });
  return [...out, ...inwards];
}

function between(ends: readonly (readonly [string, string])[], peer: Peer, why: string): SecurityRule[] {
  const apart = ends.filter(([from, to]) => from !== to && to !== "");
  return apart.flatMap(([from, to]) => trafficOf(peer).flatMap((traffic) => allowed(from, to, traffic, why)));
}

function toAddresses(
  on: string,
  direction: SecurityRule["direction"],
  cidr: string,
  peer: Peer,
  why: string,
): SecurityRule[] {
  // Pods of these clusters have IPv4 addresses only.
  if (cidr.includes(":")) return [];
  return trafficOf(peer).map((traffic) => ({ on, direction, peer: { cidr }, ...traffic, why }));
}

function trafficOf({ ports }: Peer): readonly Traffic[] {
  return ports?.map(tcp) ?? [ANYTHING];
}
