import { getNodeGroup } from "@pulumi/aws/eks/getNodeGroup";
import { getNodeGroups } from "@pulumi/aws/eks/getNodeGroups";
import type * as pulumi from "@pulumi/pulumi";
import { type LiveSize, sizesByPool } from "./managed.plan";

/** Sizes of a cluster's managed groups as they are now, by the name of the component that made each. */
export async function liveSizes(
  clusterName: string,
  opts: pulumi.InvokeOptions,
): Promise<ReadonlyMap<string, LiveSize>> {
  const { names } = await getNodeGroups({ clusterName }, opts);
  const groups = names.map(async (nodeGroupName) => {
    const { scalingConfigs } = await getNodeGroup({ clusterName, nodeGroupName }, opts);
    return scalingConfigs.map((size) => [nodeGroupName, size] as const);
  });
  return sizesByPool((await Promise.all(groups)).flat());
}
