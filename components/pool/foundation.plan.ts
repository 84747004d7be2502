import { POOL_TAG, TENANT_LABEL } from "../../config/names";
import { policy } from "../cluster/eks/roles.plan";
import { gvisorUserData } from "../runtime/gvisor";
import type { PoolPlan } from "./plan";

/** What a pool's machines are started from, without what only the cloud knows: key and security groups. */
export interface MachineSpec {
  readonly disks: readonly DiskSpec[];
  readonly metadataOptions: {
    readonly httpEndpoint: "enabled";
    readonly httpTokens: "required";
    readonly httpPutResponseHopLimit: number;
  };
  /** Undefined where whoever starts the machine writes all of it, as Bottlerocket's settings always are. */
  readonly userData: string | undefined;
}

export interface DiskSpec {
  /** Where the image looks for it. */
  readonly device: string;
  readonly sizeGiB: number;
  /** `containers`: images, and what pods write. The system may lie there too. */
  readonly holds: "system" | "containers";
}

/** What Bottlerocket's own disk has to hold: the system twice, 2 GiB as it comes. Karpenter has as much by itself. */
const BOTTLEROCKET_GIB = 4;

/** Bottlerocket keeps what containers bring and write apart from a system that nobody writes (its README, "Default Volumes"). */
function disksOf({ image, diskGiB }: PoolPlan): DiskSpec[] {
  const containers = { sizeGiB: diskGiB, holds: "containers" } as const;
  if (image === "al2023") return [{ device: "/dev/xvda", ...containers }];
  return [
    { device: "/dev/xvda", sizeGiB: BOTTLEROCKET_GIB, holds: "system" },
    { device: "/dev/xvdb", ...containers },
  ];
}

export function machineOf(plan: PoolPlan): MachineSpec {
  const { sandbox, architecture } = plan;
  return {
    disks: disksOf(plan),
    // One hop: a pod in its own network namespace is two away and never sees the node's credentials.
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
    userData: sandbox && gvisorUserData(sandbox, architecture),
  };
}

/** Tags on what a cloud makes for the pool: whose it is, and who pays. */
export function tagsOf({ name, owner }: Pick<PoolPlan, "name" | "owner">): Record<string, string> {
  return { [POOL_TAG]: name, ...(owner === undefined ? {} : { [TENANT_LABEL]: owner }) };
}

/** Pod Identity's agent, and pulling images. Addresses of pods are the network plugin's own business. */
export const NODE_POLICIES = ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"] as const;

/**
 * What a node asks EC2 when it joins: its own name, and how many addresses a machine like it has. The usual worker
 * policy lets a node that was broken into also list networks, disks and security groups of the whole account.
 */
export const NODE_RIGHTS = policy([
  { Effect: "Allow", Action: ["ec2:DescribeInstances", "ec2:DescribeInstanceTypes"], Resource: "*" },
]);
