import { contains } from "../../../config/cidr";
import type { Problem } from "../../../config/problems";
import type { EksPlatform } from "../../../config/schema";

export type GivenNetwork = NonNullable<EksPlatform["network"]["given"]>;

/** A network that is there already, as AWS knows it. Undefined: there is no such thing in the account and region. */
export interface LiveNetwork {
  readonly vpc: LiveVpc | undefined;
  /** By id. */
  readonly subnets: ReadonlyMap<string, LiveSubnet | undefined>;
}

export interface LiveVpc {
  /** All that it has, of both families. */
  readonly cidrs: readonly string[];
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
}

export interface LiveSubnet {
  readonly vpcId: string;
  readonly availabilityZone: string;
}

const PATH = ["platform", "network", "given"];

/** What the stack file says of a network and AWS does not. */
export function givenProblems(given: GivenNetwork, { vpc, subnets }: LiveNetwork): Problem[] {
  return [
    ...(vpc ? vpcProblems(given, vpc) : [absent("vpc", given.vpc, "VPC")]),
    ...Object.entries(given.subnets).flatMap(([zone, id]) => subnetProblems(given.vpc, zone, id, subnets.get(id))),
  ];
}

function absent(field: string, value: string, what: string): Problem {
  const rule = `is no ${what} that AWS shows this account in this region; name one that is`;
  return { path: [...PATH, ...field.split(".")], value, rule };
}

/** A range that is not written stays open to tenants: CIDR rules are held against what is written, before AWS is asked. */
function vpcProblems({ vpc: value, cidrs }: GivenNetwork, live: LiveVpc): Problem[] {
  const open = live.cidrs.filter((range) => !cidrs.some((written) => contains(written, range)));
  const problems: Problem[] = [];
  if (open.length > 0) {
    const rule = `lacks ${open.join(", ")} of ${value}, and tenants could open ways to nodes and pods there; add it`;
    problems.push({ path: [...PATH, "cidrs"], value: cidrs, rule });
  }
  // EKS user guide, "Amazon EKS VPC and subnet requirements": nodes do not join without both.
  const off = (["enableDnsSupport", "enableDnsHostnames"] as const).filter((attribute) => !live[attribute]);
  if (off.length > 0) {
    const rule = `has ${off.join(" and ")} off, without which no node finds the API server; turn on both`;
    problems.push({ path: [...PATH, "vpc"], value, rule });
  }
  return problems;
}

function subnetProblems(vpc: string, zone: string, id: string, live: LiveSubnet | undefined): Problem[] {
  const path = [...PATH, "subnets", zone];
  if (!live) return [absent(`subnets.${zone}`, id, "subnet")];
  const problems: Problem[] = [];
  if (live.vpcId !== vpc) {
    problems.push({ path, value: id, rule: `is in ${live.vpcId}, not in ${vpc}; name a subnet of that` });
  }
  if (live.availabilityZone !== zone) {
    problems.push({ path, value: id, rule: `is in ${live.availabilityZone}; name a subnet that is in ${zone}` });
  }
  return problems;
}
