import { Tag } from "@pulumi/aws/autoscaling/tag";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import * as pulumi from "@pulumi/pulumi";
import { foundationUnder, subnetsOf } from "./foundation";
import type { PoolHost } from "./host";
import { groupOf, groupTagsOf, type LiveSize, scalingOf, templateOf } from "./managed.plan";
import type { PoolPlan } from "./plan";

export interface ManagedPoolArgs {
  readonly plan: PoolPlan;
  readonly host: PoolHost;
  /** Unset: not known, as before the first deployment. */
  readonly live?: LiveSize | undefined;
}

/** Nodes of one pool as an EKS managed node group, with an identity, a fence and a disk key that no other pool has. */
export class ManagedPool extends pulumi.ComponentResource {
  readonly securityGroupId: pulumi.Output<string>;
  readonly nodeRoleArn: pulumi.Output<string>;
  readonly nodeGroupName: pulumi.Output<string>;
  /** Name of the autoscaling group that EKS makes. */
  readonly autoscalingGroupName: pulumi.Output<string>;
  /** What needs the pool's nodes depends on this. */
  readonly nodeGroup: pulumi.Resource;

  constructor(
    private readonly name: string,
    { plan, host, live }: ManagedPoolArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("bulkhead:pool:ManagedPool", name, {}, opts);
    const { role, fence, needed, tags } = foundationUnder(this, name, plan, host);
    const template = this.template(plan, host, fence, tags);
    const { scalingConfig, ignoreChanges } = scalingOf(plan, live);
    const group = new NodeGroup(
      name,
      {
        ...groupOf(plan),
        clusterName: host.clusterName,
        nodeRoleArn: role.arn,
        subnetIds: subnetsOf(plan, host),
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        scalingConfig,
        tags,
      },
      {
        parent: this,
        protect: plan.protection === "on",
        ignoreChanges: [...ignoreChanges],
        dependsOn: [...needed],
      },
    );
    this.nodeGroup = group;
    this.nodeRoleArn = role.arn;
    this.securityGroupId = fence.id;
    this.nodeGroupName = group.nodeGroupName;
    this.autoscalingGroupName = group.resources.apply(([made]) => made?.autoscalingGroups[0]?.name ?? "");
    this.tagAutoscaling(groupTagsOf(plan), group);
    this.registerOutputs({ nodeGroupName: this.nodeGroupName, securityGroupId: this.securityGroupId });
  }

  private template(
    plan: PoolPlan,
    host: PoolHost,
    fence: SecurityGroup,
    tags: Readonly<Record<string, string>>,
  ): LaunchTemplate {
    const { disks, metadataOptions, tagged, userData } = templateOf(plan);
    const encrypted = { volumeType: "gp3", encrypted: "true", kmsKeyId: host.diskKeyArn, deleteOnTermination: "true" };
    const args = {
      metadataOptions,
      blockDeviceMappings: disks.map(({ device, sizeGiB }) => ({
        deviceName: device,
        ebs: { ...encrypted, volumeSize: sizeGiB },
      })),
      vpcSecurityGroupIds: [fence.id],
      tagSpecifications: tagged.map((resourceType) => ({ resourceType, tags })),
      updateDefaultVersion: true,
      userData: userData && Buffer.from(userData).toString("base64"),
      tags,
    };
    return new LaunchTemplate(this.name, args, { parent: this });
  }

  private tagAutoscaling(tags: Record<string, string>, group: NodeGroup): void {
    for (const [key, value] of Object.entries(tags)) {
      const tag = { key, value, propagateAtLaunch: false };
      const args = { autoscalingGroupName: this.autoscalingGroupName, tag };
      new Tag(`${this.name}-${key}`, args, { parent: this, deletedWith: group });
    }
  }
}
