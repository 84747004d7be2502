import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type * as pulumi from "@pulumi/pulumi";
import { joined } from "../naming";
import { ruleName, type SecurityRule } from "./rules";

/** Ids of the security groups of a rule's ends, by the end's name. */
export type Groups = Readonly<Record<string, pulumi.Input<string>>>;

const CLASSES = { ingress: SecurityGroupIngressRule, egress: SecurityGroupEgressRule };

/** Makes each rule by itself: a group with its rules inside would fight with everybody who adds one. */
export function securityRulesUnder(
  parent: pulumi.ComponentResource,
  name: string,
  rules: readonly SecurityRule[],
  groups: Groups,
): pulumi.Resource[] {
  return rules.map((rule) => {
    const { on, direction, peer, protocol, port, why } = rule;
    const other = "end" in peer ? { referencedSecurityGroupId: idOf(peer.end, groups) } : { cidrIpv4: peer.cidr };
    const ports = port === undefined ? {} : { fromPort: port, toPort: port };
    const args = { securityGroupId: idOf(on, groups), ipProtocol: protocol, ...ports, ...other, description: why };
    return new CLASSES[direction](joined(name, ruleName(rule)), args, { parent });
  });
}

function idOf(end: string, groups: Groups): pulumi.Input<string> {
  const id = groups[end];
  if (id === undefined) throw new TypeError(`no security group of ${end}`);
  return id;
}
