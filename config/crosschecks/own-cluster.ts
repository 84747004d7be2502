import { overlaps } from "../cidr";
import type { Tenant } from "../estate";
import { accountIn, rangesOf } from "../platform";
import type { Problem } from "../problems";
import type { EksPlatform, Subject } from "../schema";
import type { Draft } from "./index";
import { boundaryFault } from "./location";
import { ownerOf } from "./naming";

/** A cluster for one tenant has a network that no other has, an account, and somebody to administer it. */
export function ownClusterProblems(draft: Draft): Problem[] {
  const { platform, parent, tenants, apart } = draft;
  const owners = tenants.filter(({ id }) => apart.has(id));
  return [
    ...(parent ? lineageProblems(draft, parent.tenant) : []),
    ...tenants.flatMap(meaningless),
    ...tenants.flatMap(ownerlessProblems),
    ...tenants.flatMap((tenant) => farAccounts(tenant, draft)),
    ...(platform?.kind === "eks" && !parent
      ? [
          ...rangeProblems(platform, owners),
          ...owners.flatMap((tenant) => [...adminProblems(tenant), ...boundaryProblems(tenant, platform)]),
        ]
      : []),
  ];
}

/** A stack that another one made for a tenant is that tenant's cluster, and nothing else. */
function lineageProblems({ platform, tenants, ids, complete }: Draft, tenant: string): Problem[] {
  const path = ["parent"];
  const others = [...ids].filter((id) => id !== tenant);
  const itself = tenants.find(({ id }) => id === tenant);
  const problems: Problem[] = [];
  if (platform !== undefined && platform.kind !== "eks") {
    const rule = `makes no cluster of a tenant's own on a platform of kind "${platform.kind}"; remove it, or write kind: eks`;
    problems.push({ path, rule });
  }
  if (complete && !ids.has(tenant)) {
    problems.push({
      path: [...path, "tenant"],
      value: tenant,
      rule: "is no tenant of this stack; npx bulkhead stacks",
    });
  }
  for (const id of others) {
    const rule = `is a second tenant on the cluster of "${tenant}"; give it a place in the parent's stack file`;
    problems.push({ path: ["tenants", id], rule });
  }
  if (itself?.isolation.cluster === "shared") {
    const rule = `is alone on a cluster of its own; write dedicated`;
    problems.push({ path: ["tenants", tenant, "isolation", "cluster"], value: "shared", rule });
  }
  return problems;
}

function meaningless({ id, isolation, cluster }: Tenant): Problem[] {
  if (!cluster || isolation.cluster === "dedicated") return [];
  const rule = "has no meaning with isolation.cluster: shared; remove it or write isolation: { cluster: dedicated }";
  return [{ path: ["tenants", id, "cluster"], rule }];
}

function ownerlessProblems({ id, cluster, access }: Tenant): Problem[] {
  if (cluster?.clusterAdmin !== "tenant" || access.admins.length > 0) return [];
  const rule = `names nobody: tenants.${id}.access.admins is empty; name them there, or remove the key`;
  return [{ path: ["tenants", id, "cluster", "clusterAdmin"], value: "tenant", rule }];
}

interface Range {
  readonly cidr: string;
  readonly whose: string;
}

/** The networks never meet, so ranges could be the same: but whoever reads an address in a log has to know whose it is. */
function rangeProblems(platform: EksPlatform, owners: readonly Tenant[]): Problem[] {
  const taken: Range[] = [
    ...rangesOf(platform).map((cidr) => ({ cidr, whose: "the shared cluster's" })),
    { cidr: platform.network.serviceCidr, whose: "services'" },
  ];
  const all = [...taken.map(({ cidr }) => cidr), ...owners.flatMap(({ cluster }) => cluster?.cidr ?? [])];
  return owners.flatMap(({ id, cluster }): Problem[] => {
    const path = ["tenants", id, "cluster", "cidr"];
    const free = freeRange(all);
    if (cluster?.cidr === undefined) {
      all.push(free);
      return [{ path, rule: `is missing; write a range that no other cluster has, as cluster: { cidr: ${free} }` }];
    }
    const { cidr } = cluster;
    const other = taken.find((range) => overlaps(range.cidr, cidr));
    taken.push({ cidr, whose: `tenant "${id}"'s` });
    if (!other) return [];
    all.push(free);
    const rule = `overlaps ${other.cidr} (${other.whose}); write a range of its own, as ${free}`;
    return [{ path, value: cidr, rule }];
  });
}

/** The first /16 that nobody has. */
function freeRange(taken: readonly string[]): string {
  const ranges = Array.from({ length: 256 }, (_, index) => `10.${index}.0.0/16`);
  return ranges.find((range) => !taken.some((other) => overlaps(other, range))) ?? "192.168.0.0/16";
}

function adminProblems({ id, cluster }: Tenant): Problem[] {
  const [first, ...rest] = cluster?.admins ?? [];
  return rest.flatMap((value, index): Problem[] => {
    if (first === undefined || accountIn([value]) === accountIn([first])) return [];
    const rule = `is of another account than ${first}, in whose account the cluster is made; name principals of one`;
    return [{ path: ["tenants", id, "cluster", "admins", index + 1], value, rule }];
  });
}

/** A role is bounded by a policy of its own account; without one it would be bounded by nothing, and nobody meant that. */
function boundaryProblems({ id, cluster }: Tenant, platform: EksPlatform): Problem[] {
  const path = ["tenants", id, "cluster", "permissionsBoundary"];
  const account = accountIn(cluster?.admins.length ? cluster.admins : platform.admins);
  const own = cluster?.permissionsBoundary;
  if (own !== undefined) {
    const rule = boundaryFault(own, platform.region, account);
    return rule === undefined ? [] : [{ path, value: own, rule }];
  }
  const theirs = platform.permissionsBoundary;
  if (theirs === undefined || boundaryFault(theirs, platform.region, account) === undefined) return [];
  const rule = `is missing, and ${theirs} is of another account; name one of account ${account}`;
  return [{ path, rule }];
}

/** An account of one cluster is nobody on another, also where both tenants agree to share it. */
function farAccounts({ id, access }: Tenant, { ids, apart }: Draft): Problem[] {
  return (["admins", "developers", "viewers"] as const).flatMap((profile) =>
    access[profile].flatMap((subject: Subject, index): Problem[] => {
      const namespace = subject.serviceAccount?.namespace;
      const owner = namespace === undefined ? undefined : ownerOf(namespace, ids);
      if (owner === undefined || owner === id || !subject.sharedWith.includes(owner)) return [];
      if (!apart.has(id) && !apart.has(owner)) return [];
      const rule = `is on another cluster, whose accounts are nobody's here; name a user, a group or an account of the tenant's own`;
      return [
        {
          path: ["tenants", id, "access", profile, index, "serviceAccount", "namespace"],
          value: namespace,
          rule,
        },
      ];
    }),
  );
}
