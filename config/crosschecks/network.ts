import { canonical, LINK_LOCAL, overlaps, PRIVATE } from "../cidr";
import type { Tenant } from "../estate";
import { didYouMean, type Problem } from "../problems";
import type { Peer, Platform } from "../schema";
import type { Draft } from "./index";

const DIRECTIONS = ["egress", "ingress"] as const;
type Direction = (typeof DIRECTIONS)[number];

interface Flow {
  readonly tenant: Tenant;
  readonly direction: Direction;
  readonly peer: Peer;
  readonly path: PropertyKey[];
}

/** Declared flows: each names one peer, both ends of a flow between tenants agree, and no range opens what stays closed. */
export function networkProblems(draft: Draft): Problem[] {
  const flows = draft.tenants.flatMap(flowsOf);
  return [...flows.flatMap((flow) => flowProblems(flow, draft)), ...hostProblems(draft.tenants)];
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

function flowProblems(flow: Flow, draft: Draft): Problem[] {
  const { peer, path } = flow;
  const said = [peer.tenant, peer.namespace, peer.cidr].filter((name) => name !== undefined).length;
  if (said !== 1)
    return [{ path, rule: "names no peer or more than one; write exactly one of tenant, namespace, cidr" }];
  if (peer.tenant !== undefined) return tenantProblems(flow, peer.tenant, draft);
  if (peer.namespace !== undefined) return namespaceProblems(path, peer.namespace, draft);
  return peer.cidr === undefined ? [] : cidrProblems(path, peer.cidr, draft.platform);
}

function tenantProblems(flow: Flow, id: string, { tenants, ids }: Draft): Problem[] {
  const path = [...flow.path, "tenant"];
  if (id === flow.tenant.id)
    return [{ path, value: id, rule: "is the tenant itself, which is always open; remove the entry" }];
  if (!ids.has(id)) return [{ path, value: id, rule: `is not a tenant of this estate${didYouMean(id, [...ids])}` }];
  const other = tenants.find((tenant) => tenant.id === id);
  return other && flow.direction === "egress" ? acceptanceProblems(flow, other, path) : [];
}

/** Leaving alone opens nothing, since the other side denies too: a flow that one side only declares is a mistake. */
function acceptanceProblems({ tenant, peer }: Flow, other: Tenant, path: PropertyKey[]): Problem[] {
  const accepted = other.network.ingress.filter((entry) => entry.tenant === tenant.id);
  if (accepted.length === 0) {
    const entry = peer.ports
      ? `{ tenant: ${tenant.id}, ports: [${peer.ports.join(", ")}] }`
      : `{ tenant: ${tenant.id} }`;
    return [{ path, value: other.id, rule: `does not accept it; add ${entry} to tenants.${other.id}.network.ingress` }];
  }
  if (accepted.some((entry) => entry.ports === undefined)) return [];
  const open = new Set(accepted.flatMap((entry) => entry.ports ?? []));
  const closed = peer.ports?.filter((port) => !open.has(port));
  if (closed === undefined) {
    return [
      {
        path,
        value: other.id,
        rule: `accepts only ports ${[...open].join(", ")}; add ports: [${[...open].join(", ")}] here`,
      },
    ];
  }
  return closed.length === 0
    ? []
    : [
        {
          path,
          value: other.id,
          rule: `does not accept port ${closed.join(", ")}; add it to tenants.${other.id}.network.ingress`,
        },
      ];
}

function namespaceProblems(path: PropertyKey[], namespace: string, { tenants }: Draft): Problem[] {
  const owner = tenants.find((tenant) => tenant.namespaces.some(({ name }) => name === namespace));
  if (!owner) return [];
  return [
    {
      path: [...path, "namespace"],
      value: namespace,
      rule: `belongs to tenant "${owner.id}"; write { tenant: ${owner.id} } so that both sides agree`,
    },
  ];
}

function cidrProblems(path: PropertyKey[], cidr: string, platform: Platform | undefined): Problem[] {
  const at = [...path, "cidr"];
  if (canonical(cidr) !== cidr)
    return [{ path: at, value: cidr, rule: `has bits beyond its prefix length; write ${canonical(cidr)}` }];
  const closed = closedRanges(platform).find(([, range]) => covers(range, cidr));
  if (closed)
    return [
      {
        path: at,
        value: cidr,
        rule: `lies in ${closed[1]} (${closed[0]}), which stays closed to tenants; remove the entry`,
      },
    ];
  const unknown = missingRanges(platform);
  if (unknown.length === 0 || !PRIVATE.some((range) => overlaps(range, cidr))) return [];
  const rule = `may hold nodes, pods or services, and the platform does not say where those are; set platform.capabilities.${unknown.join(", ")}`;
  return [{ path: at, value: cidr, rule }];
}

function closedRanges(platform: Platform | undefined): [string, string][] {
  const { podCidrs = [], serviceCidrs = [], nodeCidrs = [] } = platform?.capabilities ?? {};
  return [
    ...LINK_LOCAL.map((range): [string, string] => ["link-local and cloud metadata", range]),
    ...podCidrs.map((range): [string, string] => ["pods", range]),
    ...serviceCidrs.map((range): [string, string] => ["services", range]),
    ...nodeCidrs.map((range): [string, string] => ["nodes", range]),
  ];
}

function covers(range: string, cidr: string): boolean {
  return overlaps(range, cidr) && Number(cidr.split("/")[1]) >= Number(range.split("/")[1]);
}

function missingRanges(platform: Platform | undefined): string[] {
  if (!platform) return [];
  const { podCidrs, serviceCidrs, nodeCidrs } = platform.capabilities;
  return Object.entries({ podCidrs, serviceCidrs, nodeCidrs })
    .filter(([, ranges]) => ranges.length === 0)
    .map(([name]) => name);
}

interface OwnedHost {
  readonly tenant: string;
  readonly host: string;
  readonly path: PropertyKey[];
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
    if (!owner) return [];
    const whose = owner.tenant === owned.tenant ? "already listed here" : `owned by tenant "${owner.tenant}"`;
    return [
      {
        path: owned.path,
        value: owned.host,
        rule: `lies in "${owner.host}", which is ${whose}; a host belongs to one tenant, with everything below it`,
      },
    ];
  });
}

function suffixes(host: string): string[] {
  const labels = host.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}
