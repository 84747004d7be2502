import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import * as pulumi from "@pulumi/pulumi";
import { SYSTEM_POOL } from "../../config/names";
import { type ServiceRole, serviceRole } from "../cluster/eks/roles";
import { awsPolicy, trustOf } from "../cluster/eks/roles.plan";
import { NODE_POLICIES, NODE_RIGHTS, tagsOf } from "./foundation.plan";
import type { PoolHost } from "./host";
import type { PoolPlan } from "./plan";
import { CONTROL_PLANE, rulesOf } from "./rules";
import { securityRulesUnder } from "./security-rules";

/** What the nodes of a pool stand on, whoever starts them: who they are, and whom they may talk to. */
export interface Foundation {
  readonly role: ServiceRole;
  /** The pool's own security group. */
  readonly fence: SecurityGroup;
  /** Without one of these a node never joins; one that loses them first is never let go. */
  readonly needed: readonly pulumi.Resource[];
  /** On everything that is made for the pool. */
  readonly tags: Readonly<Record<string, string>>;
}

export function foundationUnder(
  parent: pulumi.ComponentResource,
  name: string,
  plan: PoolPlan,
  host: PoolHost,
): Foundation {
  const tags = { ...host.tags, ...tagsOf(plan) };
  const role = serviceRole(
    `${name}-node`,
    {
      trust: trustOf("ec2.amazonaws.com"),
      policies: NODE_POLICIES.map((policy) => awsPolicy(host.partition, policy)),
      rights: NODE_RIGHTS,
      permissionsBoundary: host.permissionsBoundary,
      path: host.nodeRolePath,
    },
    { parent },
  );
  // Load balancers' controllers open their way into the one group of a node that carries the cluster's name.
  const marked = pulumi
    .output(host.clusterName)
    .apply((cluster) => ({ ...tags, [`kubernetes.io/cluster/${cluster}`]: "owned" }));
  const fence = new SecurityGroup(
    `${name}-nodes`,
    { vpcId: host.vpcId, description: `Nodes of pool ${plan.name}`, tags: marked },
    { parent },
  );
  const system = host.systemSecurityGroupId ?? fence.id;
  const groups = { [CONTROL_PLANE]: host.clusterSecurityGroupId, [SYSTEM_POOL]: system, [plan.name]: fence.id };
  const rules = securityRulesUnder(parent, name, rulesOf(plan), groups);
  return { role, fence, needed: [...role.rights, ...rules, ...host.addons], tags };
}

/** @throws TypeError for a zone that the network does not have: the cross-checks refuse such a file. */
export function subnetsOf({ zones }: Pick<PoolPlan, "zones">, { subnets }: PoolHost): pulumi.Input<string>[] {
  return zones.map((zone) => {
    const subnet = subnets.get(zone);
    if (subnet === undefined) throw new TypeError(`no subnet in ${zone}`);
    return subnet;
  });
}
