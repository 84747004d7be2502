import type { PropertyMap } from "../../plugin/properties";
import { regionalArn } from "../account";
import { complaint, type Kind, text } from "../kind";
import { Refusal } from "../refusal";
import { ofSecurityGroups, ofVpc } from "./missing";
import { SECURITY_GROUP, VPC } from "./tokens";

export const securityGroup: Kind = {
  token: SECURITY_GROUP,
  title: "EC2 Security Group",
  naming: { field: "name", longest: 255 },
  defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
  fixed: ["name", "namePrefix", "description", "vpcId"],
  references: [ofVpc("vpcId")],
  rules: [
    // EC2 API reference, CreateSecurityGroup, GroupName and GroupDescription.
    ({ name }) =>
      /^sg-/.test(text(name) ?? "") ? complaint("name", 'invalid value for name (cannot begin with "sg-")') : [],
    ({ description }) =>
      description === undefined ||
      text(description) === undefined ||
      /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text(description) ?? "")
        ? []
        : complaint("description", "InvalidParameterValue: invalid characters in, or length of, the group description"),
  ],
  admit({ inputs, cloud, thing }) {
    const twin = cloud
      .all(SECURITY_GROUP)
      .some(
        (other) => other.id !== thing?.id && other.inputs.vpcId === inputs.vpcId && other.inputs.name === inputs.name,
      );
    if (!twin) return;
    const words = `The security group '${inputs.name}' already exists for VPC '${inputs.vpcId}'`;
    throw new Refusal("InvalidGroup.Duplicate", words);
  },
  born({ inputs, region, cloud }) {
    const id = cloud.newId("sg-");
    const arn = regionalArn("ec2", region, `security-group/${id}`);
    return { id, state: { arn, ingress: inputs.ingress ?? [], egress: inputs.egress ?? [] } };
  },
};

/** The group that came with the VPC, which is taken over and never deleted. */
export const defaultSecurityGroup: Kind = {
  token: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  title: "EC2 Default Security Group",
  defaults: { revokeRulesOnDelete: false },
  fixed: ["vpcId"],
  references: [{ ...ofVpc("vpcId"), without: "stays" }],
  born({ inputs, region, cloud }) {
    const id = text(cloud.get(VPC, text(inputs, "vpcId") ?? "")?.state, "defaultSecurityGroupId") ?? "";
    const arn = regionalArn("ec2", region, `security-group/${id}`);
    const { ingress = [], egress = [] } = inputs;
    return { id, state: { arn, name: "default", description: "default VPC security group", ingress, egress } };
  },
};

const SOURCES = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

function rule(direction: "Ingress" | "Egress"): Kind {
  const token = `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`;
  const same = (one: PropertyMap, other: PropertyMap) =>
    [...SOURCES, "securityGroupId", "ipProtocol", "fromPort", "toPort"].every((key) => one[key] === other[key]);
  return {
    token,
    title: `VPC Security Group ${direction} Rule`,
    fixed: ["securityGroupId"],
    references: [
      { ...ofSecurityGroups("securityGroupId"), without: "ends" },
      // A group that another group's rules name cannot go: EC2 API reference, DeleteSecurityGroup.
      ofSecurityGroups("referencedSecurityGroupId"),
    ],
    rules: [oneSource, portsFitProtocol],
    admit({ inputs, cloud, thing }) {
      if (!cloud.all(token).some((other) => other.id !== thing?.id && same(other.inputs, inputs))) return;
      throw new Refusal("InvalidPermission.Duplicate", "the specified rule already exists");
    },
    born({ region, cloud }) {
      const id = cloud.newId("sgr-");
      return { id, state: { arn: regionalArn("ec2", region, `security-group-rule/${id}`), securityGroupRuleId: id } };
    },
  };
}

/** The real provider's schema: ExactlyOneOf. */
function oneSource(inputs: PropertyMap) {
  const given = SOURCES.filter((key) => inputs[key] !== undefined);
  if (given.length === 1) return [];
  const words = `Exactly one of these attributes must be configured: ${SOURCES.join(", ")}`;
  return complaint(given[1] ?? SOURCES[0], words);
}

/** EC2 API reference, IpPermission: all protocols mean all ports, and a port range goes up. */
function portsFitProtocol({ ipProtocol, fromPort, toPort }: PropertyMap) {
  if (ipProtocol === "-1" && (fromPort !== undefined || toPort !== undefined)) {
    return complaint("fromPort", "InvalidParameterValue: You may not specify all protocols and specific ports");
  }
  if ((ipProtocol === "tcp" || ipProtocol === "udp") && (fromPort === undefined || toPort === undefined)) {
    return complaint("fromPort", "InvalidParameterValue: TCP and UDP rules need fromPort and toPort");
  }
  if (typeof fromPort === "number" && typeof toPort === "number" && fromPort > toPort && ipProtocol !== "icmp") {
    return complaint("fromPort", `InvalidParameterValue: Invalid TCP/UDP port range ${fromPort}-${toPort}`);
  }
  return [];
}

export const ingressRule = rule("Ingress");
export const egressRule = rule("Egress");
