import { Tag } from "@pulumi/aws/autoscaling/tag";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import * as pulumi from "@pulumi/pulumi";
import { SYSTEM_POOL } from "../../config/names";
import { type ServiceRole, serviceRole } from "../cluster/eks/roles";
import { awsPolicy, trustOf } from "../cluster/eks/roles.plan";
import type { PoolHost } from "./host";
import {
  groupOf,
  groupTagsOf,
  type LiveSize,
  NODE_POLICIES,
  NODE_RIGHTS,
  scalingOf,
  tagsOf,
  templateOf,
} from "./managed.plan";
import type { PoolPlan } from "./plan";
import { CONTROL_PLANE, rulesOf } from "./rules";
import { securityRulesUnder } from "./security-rules";

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
    const tags = { ...host.tags, ...tagsOf(plan) };
    const role = this.role(host);
    const fence = this.fence(plan.name, host, tags);
    const rules = this.rules(plan, host, fence);
    const template = this.template(plan, host, fence, tags);
    const { scalingConfig, ignoreChanges } = scalingOf(plan, live);
    const group = new NodeGroup(
      name,
      {
        ...groupOf(plan),
        clusterName: host.clusterName,
        nodeRoleArn: role.arn,
        subnetIds: plan.zones.map((zone) => subnetOf(zone, host)),
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        scalingConfig,
        tags,
      },
      {
        parent: this,
        protect: plan.protection === "on",
        ignoreChanges: [...ignoreChanges],
        // A node that starts without one of these never joins; one that loses them first is never let go.
        dependsOn: [...role.rights, ...rules, ...host.addons],
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

  private role({ partition, permissionsBoundary }: PoolHost): ServiceRole {
    const policies = NODE_POLICIES.map((name) => awsPolicy(partition, name));
    const args = { trust: trustOf("ec2.amazonaws.com"), policies, rights: NODE_RIGHTS, permissionsBoundary };
    return serviceRole(`${this.name}-node`, args, { parent: this });
  }

  private fence(pool: string, host: PoolHost, tags: Record<string, string>): SecurityGroup {
    // Load balancers' controllers open their way into the one group of a node that carries the cluster's name.
    const marked = pulumi
      .output(host.clusterName)
      .apply((cluster) => ({ ...tags, [`kubernetes.io/cluster/${cluster}`]: "owned" }));
    const args = { vpcId: host.vpcId, description: `Nodes of pool ${pool}`, tags: marked };
    return new SecurityGroup(`${this.name}-nodes`, args, { parent: this });
  }

  private rules(plan: PoolPlan, host: PoolHost, fence: SecurityGroup): pulumi.Resource[] {
    const system = host.systemSecurityGroupId ?? fence.id;
    const groups = { [CONTROL_PLANE]: host.clusterSecurityGroupId, [SYSTEM_POOL]: system, [plan.name]: fence.id };
    return securityRulesUnder(this, rulesOf(plan), groups);
  }

  private template(plan: PoolPlan, host: PoolHost, fence: SecurityGroup, tags: Record<string, string>): LaunchTemplate {
    const { device, diskGiB, metadataOptions, tagged, userData } = templateOf(plan);
    const disk = {
      volumeType: "gp3",
      volumeSize: diskGiB,
      encrypted: "true",
      kmsKeyId: host.diskKeyArn,
      deleteOnTermination: "true",
    };
    const args = {
      metadataOptions,
      blockDeviceMappings: [{ deviceName: device, ebs: disk }],
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

function subnetOf(zone: string, { subnets }: PoolHost): pulumi.Input<string> {
  const subnet = subnets.get(zone);
  if (subnet === undefined) throw new TypeError(`no subnet in ${zone}`);
  return subnet;
}
