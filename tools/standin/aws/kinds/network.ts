import { contains, overlaps } from "../../../../config/cidr";
import { hex, regionalArn, zoneIdOf, zonesOf } from "../account";
import { complaint, type Kind, type Request, text } from "../kind";
import { Refusal } from "../refusal";
import { ofVpc } from "./missing";
import { ROUTE_TABLE, SECURITY_GROUP, SUBNET, VPC } from "./tokens";

/** Amazon VPC user guide, "VPC CIDR blocks" and "Subnet sizing": from /16 to /28. */
function sized(cidr: string | undefined): boolean {
  const length = Number(cidr?.split("/")[1]);
  return cidr === undefined || (length >= 16 && length <= 28);
}

export const vpc: Kind = {
  token: VPC,
  title: "EC2 VPC",
  defaults: { enableDnsSupport: true, instanceTenancy: "default" },
  fixed: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
  rules: [
    ({ cidrBlock }) =>
      sized(text(cidrBlock)) ? [] : complaint("cidrBlock", `InvalidVpc.Range: The CIDR '${cidrBlock}' is invalid.`),
  ],
  born({ inputs, region, cloud }) {
    const id = cloud.newId("vpc-");
    const arn = regionalArn("ec2", region, `vpc/${id}`);
    const group = defaultGroup(id, region, cloud.newId("sg-"));
    const table = cloud.newId("rtb-");
    cloud.add(group);
    const routes = { vpcId: id, routes: [] };
    cloud.add({
      token: ROUTE_TABLE,
      id: table,
      region,
      inputs: routes,
      state: routes,
      holds: [],
      owner: id,
      hidden: {},
    });
    return {
      id,
      state: {
        arn,
        defaultNetworkAclId: cloud.newId("acl-"),
        defaultRouteTableId: table,
        mainRouteTableId: table,
        defaultSecurityGroupId: group.id,
        dhcpOptionsId: "dopt-0123456789abcdef0",
        enableDnsHostnames: inputs.enableDnsHostnames ?? false,
      },
    };
  },
};

/** What EC2 gives each new VPC: everything of its own in, everything out. */
function defaultGroup(vpcId: string, region: string, id: string) {
  const inputs = { name: "default", description: "default VPC security group", vpcId };
  const state = { ...inputs, arn: regionalArn("ec2", region, `security-group/${id}`), ingress: [], egress: [] };
  return { token: SECURITY_GROUP, id, region, inputs, state, holds: [], owner: vpcId, hidden: {} };
}

export const subnet: Kind = {
  token: SUBNET,
  title: "EC2 Subnet",
  defaults: {},
  fixed: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "outpostArn", "ipv6Native"],
  references: [ofVpc("vpcId")],
  rules: [
    ({ cidrBlock }) =>
      sized(text(cidrBlock)) ? [] : complaint("cidrBlock", `InvalidSubnet.Range: The CIDR '${cidrBlock}' is invalid.`),
  ],
  admit(request) {
    if (request.thing) return;
    refuseZone(request);
    refuseRange(request);
  },
  born({ inputs, region, cloud }) {
    const id = cloud.newId("subnet-");
    const zone = text(inputs, "availabilityZone") ?? zonesOf(region)[0] ?? "";
    return {
      id,
      state: {
        arn: regionalArn("ec2", region, `subnet/${id}`),
        availabilityZone: zone,
        availabilityZoneId: zoneIdOf(zone),
        privateDnsHostnameTypeOnLaunch: "ip-name",
      },
    };
  },
};

function refuseZone({ inputs, region }: Request): void {
  const zone = text(inputs, "availabilityZone");
  if (zone === undefined || zonesOf(region).includes(zone)) return;
  const zones = zonesOf(region).join(", ");
  throw new Refusal(
    "InvalidParameterValue",
    `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones}.`,
  );
}

/** EC2 API reference, CreateSubnet: within the VPC's range, and apart from its other subnets. */
function refuseRange({ inputs, cloud }: Request): void {
  const cidr = text(inputs, "cidrBlock");
  const vpcId = text(inputs, "vpcId") ?? "";
  const range = text(cloud.get(VPC, vpcId)?.inputs, "cidrBlock");
  if (cidr === undefined || range === undefined) return;
  if (!contains(range, cidr)) throw new Refusal("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
  const other = cloud
    .all(SUBNET)
    .find(({ inputs }) => inputs.vpcId === vpcId && overlaps(text(inputs, "cidrBlock") ?? "0.0.0.0/32", cidr));
  if (other) throw new Refusal("InvalidSubnet.Conflict", `The CIDR '${cidr}' conflicts with another subnet`);
}

/** An address that belongs to nobody (RFC 5737, TEST-NET-3). */
export function publicAddress(id: string): string {
  return `203.0.113.${Number.parseInt(hex(2, id), 16)}`;
}
