import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile";
import * as pulumi from "@pulumi/pulumi";
import type { Karpenter } from "../../config/schema";
import { manifestsUnder } from "../construct";
import { foundationUnder, subnetsOf } from "./foundation";
import type { PoolHost } from "./host";
import { nodeClassOf, nodePoolOf } from "./karpenter.plan";
import type { PoolPlan } from "./plan";

export interface KarpenterPoolArgs {
  readonly plan: PoolPlan;
  readonly host: PoolHost;
  readonly images: Karpenter["images"];
  /** Group that all nodes of Karpenter's carry beside their pool's own. */
  readonly commonSecurityGroupId: pulumi.Input<string>;
  /** What has to run, and to have its rights, as long as there is a node: Karpenter lets go of what it made. */
  readonly controller: readonly pulumi.Resource[];
}

/** Nodes of one pool that Karpenter makes and ends, with an identity, a fence and a disk key that no other pool has. */
export class KarpenterPool extends pulumi.ComponentResource {
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: KarpenterPoolArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:pool:KarpenterPool", name, {}, opts);
    const parent = { parent: this };
    const { plan, host, images, commonSecurityGroupId, controller } = args;
    const { role, fence, needed, tags } = foundationUnder(this, name, plan, host);
    const profile = new InstanceProfile(name, { role: role.name, path: host.nodeRolePath, tags }, parent);
    // EKS makes one for the role of a managed group only; without it a node is nobody to the API server.
    const entry = new AccessEntry(
      `${name}-node`,
      { clusterName: host.clusterName, principalArn: role.arn, type: "EC2_LINUX" },
      parent,
    );
    const create = manifestsUnder(this, name);
    const protect = plan.protection === "on";
    const facts = {
      instanceProfile: profile.name,
      subnets: subnetsOf(plan, host).map((subnet) => pulumi.output(subnet)),
      securityGroups: [fence.id, pulumi.output(commonSecurityGroupId)],
      diskKey: pulumi.output(host.diskKeyArn),
      tags,
    };
    // The class goes when its last node has, and its nodes need all of this to the end.
    const nodeClass = create(nodeClassOf(plan, images, facts), {
      protect,
      dependsOn: [...needed, profile, entry, ...controller],
    });
    // In the foreground, which is the provider's way: the pool is gone when its nodes are.
    create(nodePoolOf(plan), { protect, dependsOn: nodeClass, customTimeouts: { delete: "90m" } });
    this.securityGroupId = fence.id;
    this.registerOutputs({ securityGroupId: fence.id });
  }
}
