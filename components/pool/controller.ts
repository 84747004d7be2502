import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import { Queue } from "@pulumi/aws/sqs/queue";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { SYSTEM_POOL } from "../../config/names";
import { clusterArn } from "../../config/platform";
import { serviceRole } from "../cluster/eks/roles";
import { podIdentityTrust, rolePath } from "../cluster/eks/roles.plan";
import {
  CONTROLLER,
  chartPlan,
  controllerRights,
  controllerValues,
  EVENTS,
  eventPattern,
  type KarpenterPlatform,
  queuePolicy,
} from "./controller.plan";
import type { PoolHost } from "./host";
import { CONTROL_PLANE, KARPENTER_NODES, karpenterRules } from "./rules";
import { securityRulesUnder } from "./security-rules";

export interface KarpenterControllerArgs {
  readonly platform: KarpenterPlatform;
  readonly host: Pick<PoolHost, "clusterName" | "vpcId" | "clusterSecurityGroupId">;
  readonly systemSecurityGroupId: pulumi.Input<string>;
  /** Nodes to run on, and what its pods need there: names, addresses, and roles. */
  readonly after: readonly pulumi.Resource[];
}

/** Karpenter itself, with what its pools have in common. It has its rights and hears of events before it starts. */
export class KarpenterController extends pulumi.ComponentResource {
  /** Group that all nodes of Karpenter's carry beside their pool's own. */
  readonly commonSecurityGroupId: pulumi.Output<string>;
  /** What has to be there as long as any node of Karpenter's is. */
  readonly needed: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    args: KarpenterControllerArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("bulkhead:pool:KarpenterController", name, {}, opts);
    const parent = { parent: this };
    const { platform, host, systemSecurityGroupId, after } = args;
    const { queue, heard } = this.events();
    const role = serviceRole(
      name,
      {
        trust: podIdentityTrust(clusterArn(platform), CONTROLLER),
        rights: queue.arn.apply((arn) => controllerRights(platform, arn)),
        permissionsBoundary: platform.permissionsBoundary,
        path: rolePath(platform),
      },
      parent,
    );
    const { namespace, account: serviceAccount } = CONTROLLER;
    const association = new PodIdentityAssociation(
      name,
      { clusterName: host.clusterName, namespace, serviceAccount, roleArn: role.arn },
      { ...parent, dependsOn: [...role.rights] },
    );
    // The kinds outlive the controller, which takes its finalizers off their objects; its rights outlive both.
    const definitions = new Release(`${name}-crd`, chartPlan("karpenter-crd", platform), {
      ...parent,
      dependsOn: [...heard, association, ...role.rights, ...after],
    });
    const controller = new Release(
      name,
      { ...chartPlan("karpenter", platform), values: controllerValues(platform, queue.name), skipCrds: true },
      { ...parent, dependsOn: definitions },
    );
    const common = new SecurityGroup(
      `${name}-nodes`,
      { vpcId: host.vpcId, description: "All nodes that Karpenter makes" },
      parent,
    );
    const groups = {
      [CONTROL_PLANE]: host.clusterSecurityGroupId,
      [SYSTEM_POOL]: systemSecurityGroupId,
      [KARPENTER_NODES]: common.id,
    };
    const rules = securityRulesUnder(this, this.name, karpenterRules(), groups);
    this.commonSecurityGroupId = common.id;
    this.needed = [controller, ...rules];
    this.registerOutputs({ commonSecurityGroupId: common.id });
  }

  /** Where Karpenter hears what happens to machines; `heard` is all that a message passes on its way. */
  private events(): { readonly queue: Queue; readonly heard: pulumi.Resource[] } {
    const parent = { parent: this };
    const queue = new Queue(this.name, { messageRetentionSeconds: 300, sqsManagedSseEnabled: true }, parent);
    const rules = Object.entries(EVENTS).map(([title, event]) => ({
      title,
      rule: new EventRule(`${this.name}-${title}`, { eventPattern: eventPattern(event) }, parent),
    }));
    const ruleArns = pulumi.all(rules.map(({ rule }) => rule.arn));
    const policy = new QueuePolicy(
      this.name,
      {
        queueUrl: queue.url,
        policy: pulumi.all([queue.arn, ruleArns]).apply(([arn, arns]) => queuePolicy(arn, arns)),
      },
      parent,
    );
    const targets = rules.map(
      ({ title, rule }) =>
        new EventTarget(`${this.name}-${title}`, { rule: rule.name, arn: queue.arn }, { ...parent, dependsOn: policy }),
    );
    return { queue, heard: [policy, ...targets] };
  }
}
