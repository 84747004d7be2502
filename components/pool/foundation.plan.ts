import { POOL_TAG, TENANT_LABEL } from "../../config/names";
import { policy } from "../cluster/eks/roles.plan";
import { gvisorUserData } from "../runtime/gvisor";
import type { PoolPlan } from "./plan";

/** What a pool's machines are started from, without what only the cloud knows: key and security groups. */
export interface MachineSpec {
  readonly diskGiB: number;
  /** Where the image has its root. */
  readonly device: string;
  readonly metadataOptions: {
    readonly httpEndpoint: "enabled";
    readonly httpTokens: "required";
    readonly httpPutResponseHopLimit: number;
  };
  /** Undefined where whoever starts the machine writes all of it. */
  readonly userData: string | undefined;
}

export function machineOf({ diskGiB, sandbox, architecture }: PoolPlan): MachineSpec {
  return {
    diskGiB,
    device: "/dev/xvda",
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
