import { contains, LINK_LOCAL, overlaps, PRIVATE } from "../cidr";
import type { Tenant } from "../estate";
import { capabilitiesOf } from "../platform";
import type { Problem } from "../problems";
import type { Peer, Platform } from "../schema";
import { type Draft, strangerRule } from "./index";
import { ownerOf } from "./naming";

const DIRECTIONS = ["egress", "ingress"] as const;
type Direction = (typeof DIRECTIONS)[number];

interface Flow {
  readonly tenant: Tenant;
  readonly direction: Direction;
  readonly peer: Peer;
  readonly path: readonly PropertyKey[];
}

/** Declared flows: each names one peer, and both ends of a flow between tenants agree. */
export function networkProblems(draft: Draft): Problem[] {
  const known = draft.tenants.filter(({ id }) => !draft.unsure.has(id));
  const accepted = new Map(known.map(({ id, network }) => [id, acceptedPorts(network.ingress)]));
  return [
    ...draft.tenants.flatMap(flowsOf).flatMap((flow) => flowProblems(flow, draft, accepted)),
    ...hostProblems(draft.tenants),
  ];
}

/** No range of a flow opens what stays closed on the cluster. */
export function addressProblems({ tenants, platform }: Draft): Problem[] {
  const closed = closedRanges(platform);
  return tenants
    .flatMap(flowsOf)
    .flatMap(({ peer: { cidr }, path }) =>
      cidr === undefined ? [] : cidrProblems([...path, "cidr"], cidr, closed, platform),
    );
}

function flowsOf(tenant: Tenant): Flow[] {
  return DIRECTIONS.flatMap((direction) =>
    tenant.network[direction].map((peer, index) => ({
      tenant,
      direction,
      peer,
      path: ["tenants", tenant.id, "network", direction, index],
    })),
  );
}

/** Ports that a tenant opens to each other one, or all of them. */
type Accepted = ReadonlyMap<string, ReadonlySet<number> | "all">;

function acceptedPorts(ingress: readonly Peer[]): Accepted {
  const accepted = new Map<string, Set<number> | "all">();
  for (const { tenant, ports } of ingress) {
    if (tenant === undefined) continue;
    const open = accepted.get(tenant) ?? new Set<number>();
    accepted.set(tenant, open === "all" || ports === undefined ? "all" : new Set([...open, ...ports]));
  }
  return accepted;
}

function flowProblems(flow: Flow, draft: Draft, accepted: ReadonlyMap<string, Accepted>): Problem[] {
  const { peer } = flow;
  if (peer.tenant !== undefined) return tenantProblems(flow, peer.tenant, draft, accepted.get(peer.tenant));
  return peer.namespace === undefined ? [] : namespaceProblems(flow, peer.namespace, draft.ids);
}

function tenantProblems(
  { tenant, direction, peer, path: at }: Flow,
  id: string,
  draft: Draft,
  accepts?: Accepted,
): Problem[] {
  const path = [...at, "tenant"];
  if (id === tenant.id)
    return [{ path, value: id, rule: "is the tenant itself, which is always open; remove the entry" }];
  const stranger = strangerRule(id, draft);
  if (stranger !== undefined) return [{ path, value: id, rule: stranger }];
  if (draft.apart.has(id) || draft.apart.has(tenant.id)) return [{ path, value: id, rule: farRule(direction) }];
  // An ingress alone opens nothing either, but it is how a tenant invites one that need not come.
  if (direction === "ingress" || accepts === undefined) return [];
  const rule = refusal(tenant.id, id, peer.ports, accepts.get(tenant.id));
  return rule === undefined ? [] : [{ path, value: id, rule }];
}

/** The networks of two clusters have no way to each other, and none is made: that is what is bought with the second. */
function farRule(direction: Direction): string {
  const ends =
    direction === "egress"
      ? "publish the service there and write its addresses"
      : "publish the service here and write the addresses that it is called from";
  return `is on another cluster, to which there is no way through the network; ${ends}, as { cidr: 203.0.113.0/24, ports: [443] }`;
}

/** Why the other side drops what this one sends. It denies by default, so a flow that only the sender declares is a mistake. */
function refusal(
  from: string,
  to: string,
  ports: readonly number[] | undefined,
  open: ReadonlySet<number> | "all" | undefined,
): string | undefined {
  const place = `tenants.${to}.network.ingress`;
  if (open === "all") return undefined;
  if (open === undefined) {
    const entry = ports ? `{ tenant: ${from}, ports: [${ports.join(", ")}] }` : `{ tenant: ${from} }`;
    return `does not accept it; add ${entry} to ${place}`;
  }
  const accepted = [...open].join(", ");
  if (ports === undefined) return `accepts only ports ${accepted}; add ports: [${accepted}] here`;
  const closed = ports.filter((port) => !open.has(port));
  return closed.length === 0 ? undefined : `does not accept port ${closed.join(", ")}; add it to ${place}`;
}

function namespaceProblems({ tenant, path: at }: Flow, namespace: string, ids: ReadonlySet<string>): Problem[] {
  const path = [...at, "namespace"];
  const owner = ownerOf(namespace, ids);
  if (owner === undefined) return [];
  const rule =
    owner === tenant.id
      ? "is the tenant's own, which is always open; remove the entry"
      : `belongs to tenant "${owner}"; write { tenant: ${owner} } so that both sides agree`;
  return [{ path, value: namespace, rule }];
}

interface ClosedRange {
  readonly range: string;
  readonly whose: string;
}

function closedRanges(platform: Platform | undefined): ClosedRange[] {
  const { podCidrs = [], serviceCidrs = [], nodeCidrs = [] } = platform ? capabilitiesOf(platform) : {};
  const named = (ranges: readonly string[], whose: string) => ranges.map((range) => ({ range, whose }));
  return [
    ...named(LINK_LOCAL, "link-local and cloud metadata"),
    ...named(podCidrs, "pods"),
    ...named(serviceCidrs, "services"),
    ...named(nodeCidrs, "nodes"),
  ];
}

function cidrProblems(
  path: readonly PropertyKey[],
  cidr: string,
  ranges: readonly ClosedRange[],
  platform: Platform | undefined,
): Problem[] {
  const closed = ranges.find(({ range }) => contains(range, cidr));
  if (closed) {
    const rule = `lies in ${closed.range} (${closed.whose}), which stays closed to tenants; remove the entry`;
    return [{ path, value: cidr, rule }];
  }
  const unknown = platform ? missingRanges(platform) : [];
  if (unknown.length === 0 || !PRIVATE.some((range) => overlaps(range, cidr))) return [];
  const rule = `may hold nodes, pods or services, and the platform does not say where those are; set platform.capabilities.${unknown.join(", ")}`;
  return [{ path, value: cidr, rule }];
}

function missingRanges(platform: Platform): string[] {
  const { podCidrs, serviceCidrs, nodeCidrs } = capabilitiesOf(platform);
  return Object.entries({ podCidrs, serviceCidrs, nodeCidrs })
    .filter(([, ranges]) => ranges.length === 0)
    .map(([name]) => name);
}

interface OwnedHost {
  readonly tenant: string;
  readonly host: string;
  readonly path: readonly PropertyKey[];
}

/** A host is owned with everything below it, so example.com of one tenant and www.example.com of another collide. */
function hostProblems(tenants: readonly Tenant[]): Problem[] {
  const hosts = tenants.flatMap(({ id, network }) =>
    network.hosts.map(
      (host, index): OwnedHost => ({ tenant: id, host, path: ["tenants", id, "network", "hosts", index] }),
    ),
  );
  const owners = new Map<string, OwnedHost>();
  for (const owned of hosts) if (!owners.has(owned.host)) owners.set(owned.host, owned);
  return hosts.flatMap((owned) => {
    const owner = suffixes(owned.host)
      .map((suffix) => owners.get(suffix))
      .find((candidate) => candidate !== undefined && candidate !== owned);
    return owner ? [{ path: owned.path, value: owned.host, rule: collision(owned, owner) }] : [];
  });
}

function collision({ tenant, host }: OwnedHost, owner: OwnedHost): string {
  if (owner.tenant === tenant) {
    return owner.host === host
      ? "is listed twice; remove one"
      : `lies in "${owner.host}", which is listed already; remove it`;
  }
  const where = owner.host === host ? "is" : `lies in "${owner.host}", which is`;
  return `${where} owned by tenant "${owner.tenant}"; a host belongs to one tenant, with everything below it`;
}

function suffixes(host: string): string[] {
  const labels = host.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}
