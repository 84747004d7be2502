import { accountOf } from "../platform";
import type { Problem } from "../problems";
import type { EksPlatform } from "../schema";
import type { Draft } from "./index";

/** Region, zones, partition and account of a cluster belong together: AWS would say so one after the other, on the way. */
export function locationProblems({ platform, tenants }: Draft): Problem[] {
  if (platform?.kind !== "eks") return [];
  const partition = partitionOf(platform.region);
  if (partition === undefined) return [...zoneProblems(platform), farRegion(platform.region)];
  return [
    ...zoneProblems(platform),
    ...strangers(["platform", "admins"], platform.admins, platform.region, partition),
    ...boundaryProblems(platform),
    ...tenants.flatMap(({ id, cluster }) =>
      strangers(["tenants", id, "cluster", "admins"], cluster?.admins ?? [], platform.region, partition),
    ),
  ];
}

/**
 * Partition of a region, where services are called as Bulkhead calls them; undefined elsewhere.
 * AWS General Reference, "Amazon Resource Names", and what its SDKs know of partitions.
 */
function partitionOf(region: string): "aws" | "aws-us-gov" | undefined {
  if (/^(cn|us-iso[bf]?|eu-isoe)-/.test(region)) return undefined;
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** Endpoints, trust and conditions of roles are written for amazonaws.com (components/cluster/eks/, components/pool/). */
function farRegion(region: string): Problem {
  const rule =
    "is of a partition whose services and endpoints are not those of amazonaws.com, which Bulkhead names in roles and endpoints; choose a region of AWS's commercial or us-gov partition, or let somebody make the cluster and write kind: existing";
  return { path: ["platform", "region"], value: region, rule };
}

function zoneProblems({ region, network: { zones = [], given } }: EksPlatform): Problem[] {
  const path = ["platform", "network"];
  const rule = `is not in ${region}; write a zone of that, as ${region}a`;
  const isElsewhere = (zone: string) => zone.slice(0, -1) !== region;
  return [
    ...zones.flatMap((value, index) => (isElsewhere(value) ? [{ path: [...path, "zones", index], value, rule }] : [])),
    ...Object.keys(given?.subnets ?? {})
      .filter(isElsewhere)
      .map((zone) => ({ path: [...path, "given", "subnets", zone], rule })),
  ];
}

function strangers(
  path: readonly PropertyKey[],
  arns: readonly string[],
  region: string,
  partition: string,
): Problem[] {
  return arns.flatMap((value, index): Problem[] => {
    const [, own] = value.split(":");
    if (own === partition) return [];
    const rule = `is of partition ${own}, and ${region} is in ${partition}, which knows nobody from there; name a principal of ${partition}`;
    return [{ path: [...path, index], value, rule }];
  });
}

/** That of a tenant's own cluster is looked at with the cluster. */
function boundaryProblems(platform: EksPlatform): Problem[] {
  const value = platform.permissionsBoundary;
  if (value === undefined) return [];
  const rule = boundaryFault(value, platform.region, accountOf(platform).account);
  return rule === undefined ? [] : [{ path: ["platform", "permissionsBoundary"], value, rule }];
}

/**
 * Why a policy cannot bound roles of an account: they take one of their own account, or one of AWS's. Undefined where it
 * can, and for a region that is refused itself.
 */
export function boundaryFault(boundary: string, region: string, account: string): string | undefined {
  const partition = partitionOf(region);
  const [, own, , , owner, ...name] = boundary.split(":");
  if (partition === undefined) return undefined;
  if (own === partition && (owner === account || owner === "aws")) return undefined;
  const meant = `arn:${partition}:iam::${owner === "aws" ? owner : account}:${name.join(":")}`;
  return `is of another account or partition than the cluster (${partition}, ${account}), whose roles it cannot bound; did you mean "${meant}"?`;
}
