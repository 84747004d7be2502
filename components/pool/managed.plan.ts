import { machineOf } from "./foundation.plan";
import type { PoolPlan } from "./plan";
import { autoscalerTags, cloudTaint } from "./spelling";

/** What a launch template says of the pool's machines. */
export function templateOf(plan: PoolPlan) {
  const { metadataOptions, ...machine } = machineOf(plan);
  return {
    ...machine,
    metadataOptions: { ...metadataOptions, instanceMetadataTags: "disabled" },
    /** Kinds of things that get the pool's tags when a machine is started: EKS passes its own on to none of them. */
    tagged: ["instance", "volume", "network-interface"],
  };
}

/** EKS's own words for the images that Amazon keeps up to date. */
const IMAGES: Readonly<Record<PoolPlan["image"], Readonly<Record<PoolPlan["architecture"], string>>>> = {
  al2023: { x86_64: "AL2023_x86_64_STANDARD", aarch64: "AL2023_ARM_64_STANDARD" },
  bottlerocket: { x86_64: "BOTTLEROCKET_x86_64", aarch64: "BOTTLEROCKET_ARM_64" },
};

/** The node group's fields that are no references. */
export function groupOf(plan: PoolPlan) {
  return {
    version: plan.kubernetes,
    amiType: IMAGES[plan.image][plan.architecture],
    capacityType: "ON_DEMAND",
    instanceTypes: [...plan.machines],
    labels: { ...plan.labels },
    taints: [...plan.taints, ...plan.startupTaints].map(cloudTaint),
    updateConfig: { maxUnavailablePercentage: 33 },
    nodeRepairConfig: { enabled: true },
  };
}

/** How many nodes a group has and may have, as the cloud says. */
export interface LiveSize {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/** What AWS calls the three numbers. */
interface CloudSize {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
}

/** Pulumi names a group as its component, and seven random digits. */
const RANDOM_PART = /-[0-9a-f]{7}$/;

/** Sizes by the component that made the group. Of two, one of which takes the other's place, the larger counts. */
export function sizesByPool(groups: readonly (readonly [string, CloudSize])[]): Map<string, LiveSize> {
  const ascending = [...groups].sort(([, one], [, other]) => one.desiredSize - other.desiredSize);
  return new Map(
    ascending.map(([name, { minSize, maxSize, desiredSize }]) => [
      name.replace(RANDOM_PART, ""),
      { min: minSize, max: maxSize, desired: desiredSize },
    ]),
  );
}

export interface Scaling {
  readonly scalingConfig: CloudSize;
  readonly ignoreChanges: readonly string[];
}

/**
 * The desired size belongs to the autoscaler. But EKS takes all three numbers at once, and for an ignored one Pulumi
 * sends what it remembers, which is as old as the last refresh: raising `max` would then shrink a busy pool, past all
 * disruption budgets. So whenever a bound changes, what is there now is sent along, and otherwise nothing is.
 */
export function scalingOf({ min, max }: Pick<PoolPlan, "min" | "max">, live: LiveSize | undefined): Scaling {
  const bounds = { minSize: min, maxSize: max };
  if (!live || (live.min === min && live.max === max)) {
    return { scalingConfig: { ...bounds, desiredSize: min }, ignoreChanges: ["scalingConfig.desiredSize"] };
  }
  return {
    scalingConfig: { ...bounds, desiredSize: Math.min(Math.max(live.desired, min), max) },
    ignoreChanges: [],
  };
}

/**
 * What the autoscaling group says of nodes that are not there yet, and what nobody else tells it: their disk. Of how many pods
 * a node takes nothing is said, and cluster-autoscaler supposes 110 until it has seen one (docs/decisions/0070).
 */
export function groupTagsOf({ labels, taints, diskGiB }: PoolPlan): Record<string, string> {
  return autoscalerTags({ labels, taints, resources: { "ephemeral-storage": `${diskGiB}Gi` } });
}
