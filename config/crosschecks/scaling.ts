import type { Tenant } from "../estate";
import { poolOf, scalingOf } from "../pools";
import type { Problem } from "../problems";
import { ageFault, karpenterNeeds } from "../releases";
import { type EksPlatform, type Image, type Scaling, tenantPool } from "../schema";
import type { Draft } from "./index";
import { reachProblems } from "./reach";

/** A cluster may have 30 managed groups, and one that is replaced has a second beside it meanwhile. */
const MOST_GROUPS = 25;

/** Nodes that somebody has to make and to end. */
interface Nodes {
  /** As a complaint names whose they are. */
  readonly title: string;
  readonly scaling: Scaling;
  readonly image: Image;
}

/** What is scaled has to have its scaler, and may promise only what that one keeps. */
export function scalingProblems({ platform, tenants }: Draft): Problem[] {
  if (platform?.kind !== "eks") return platform ? tenants.flatMap(meaningless) : [];
  const owners = tenants.filter(({ isolation }) => isolation.nodes === "dedicated");
  const shares = owners.length < tenants.length;
  const pools: Nodes[] = [
    ...(shares
      ? [{ title: "the shared nodes", scaling: platform.scaling, image: platform.shared.image ?? platform.image }]
      : []),
    ...owners.map((tenant) => ({
      title: `the nodes of tenant "${tenant.id}"`,
      scaling: scalingOf(tenant, platform),
      image: poolOf(tenant, platform).image,
    })),
  ];
  return [
    ...scalerProblems(platform, pools),
    ...countProblems(pools.filter(({ scaling }) => scaling === "managed").length + 1),
    ...owners.flatMap((tenant) => promiseProblems(tenant, scalingOf(tenant, platform))),
    ...sharedProblems(platform),
    ...(platform.autoscaler
      ? reachProblems(platform, ["platform", "autoscaler", "image"], platform.autoscaler.image)
      : []),
    ...karpenterProblems(platform),
  ];
}

function meaningless({ id, pool }: Tenant): Problem[] {
  if (pool?.scaling === undefined) return [];
  const rule = "has no meaning on an existing cluster, whose nodes Bulkhead neither makes nor ends; remove it";
  return [{ path: ["tenants", id, "pool", "scaling"], value: pool.scaling, rule }];
}

function scalerProblems({ autoscaler, karpenter }: EksPlatform, pools: readonly Nodes[]): Problem[] {
  const managed = pools.find(({ scaling }) => scaling === "managed");
  const scaled = pools.find(({ scaling }) => scaling === "karpenter");
  const problems: Problem[] = [];
  if (managed && !autoscaler) {
    const rule = `is missing, and ${managed.title} are a managed group that nothing else sizes; write its image, or scaling: karpenter`;
    problems.push({ path: ["platform", "autoscaler"], rule });
  }
  if (scaled && !karpenter) {
    const rule = `is missing, and ${scaled.title} are made by it; write { version: 1.14.1, images: { al2023: v20260812 } } with the releases that you want, or scaling: managed`;
    problems.push({ path: ["platform", "karpenter"], rule });
  }
  const unpinned = pools.find(({ scaling, image }) => scaling === "karpenter" && image === "bottlerocket");
  if (unpinned && karpenter && karpenter.images.bottlerocket === undefined) {
    const rule = `is missing, and ${unpinned.title} start from it; write its release, as v1.49.0`;
    problems.push({ path: ["platform", "karpenter", "images", "bottlerocket"], rule });
  }
  return problems;
}

function countProblems(groups: number): Problem[] {
  if (groups <= MOST_GROUPS) return [];
  const rule = `make ${groups} node groups with those of their own, more than ${MOST_GROUPS} (EKS has 30 a cluster, and one that is replaced has a second beside it); write scaling: karpenter, which needs no groups, let some share nodes, or give them another cluster`;
  return [{ path: ["tenants"], rule }];
}

const DEFAULT_AGE = tenantPool.parse({}).maxNodeAge;

function promiseProblems({ id, pool }: Tenant, scaling: Scaling): Problem[] {
  if (!pool) return [];
  const path = ["tenants", id, "pool"];
  if (scaling === "karpenter") return standingNodes([...path, "min"], pool.min, "scaling: managed beside it");
  if (pool.maxNodeAge === DEFAULT_AGE) return [];
  const rule =
    "has no effect on EKS's node groups, which know no age of nodes; remove it, or write scaling: karpenter beside it";
  return [{ path: [...path, "maxNodeAge"], value: pool.maxNodeAge, rule }];
}

function sharedProblems({ scaling, shared }: EksPlatform): Problem[] {
  if (scaling === "managed") return [];
  return standingNodes(["platform", "shared", "min"], shared.min, "platform.scaling: managed");
}

/** Karpenter's pools of a fixed size are an alpha of it, and cannot grow. */
function standingNodes(path: readonly PropertyKey[], min: number | undefined, otherwise: string): Problem[] {
  if (min === undefined || min === 0) return [];
  const rule = `is more than Karpenter keeps, which has nodes only while pods need them; remove it, or write ${otherwise}`;
  return [{ path, value: min, rule }];
}

/** By these Karpenter knows what is its own, so it takes none of them from anybody else (EC2NodeClass, spec.tags). */
const OWN_TAGS =
  /^(kubernetes\.io\/cluster|karpenter\.sh\/node(pool|claim)$|karpenter\.k8s\.aws\/ec2nodeclass$|eks:eks-cluster-name$)/;

function karpenterProblems(platform: EksPlatform): Problem[] {
  const { karpenter, version, tags } = platform;
  if (!karpenter) return [];
  const path = ["platform", "karpenter"];
  const problems: Problem[] = karpenterNeeds(version).flatMap((feature) => {
    const rule = ageFault(karpenter.version, feature);
    return rule === undefined ? [] : [{ path: [...path, "version"], value: karpenter.version, rule }];
  });
  problems.push(...reachProblems(platform, [...path, "source"], karpenter.source));
  for (const tag of Object.keys(tags).filter((key) => OWN_TAGS.test(key))) {
    problems.push({ path: ["platform", "tags", tag], rule: "is a tag that Karpenter keeps for itself; remove it" });
  }
  return problems;
}
