import { regionalArn } from "../account";
import { complaint, type Kind, type Request, text } from "../kind";
import { Refusal } from "../refusal";
import type { Cloud } from "../store";
import { ofAddress, ofSubnets, ofVpc } from "./missing";
import { publicAddress } from "./network";
import { EIP, INTERNET_GATEWAY, NAT_GATEWAY, SUBNET } from "./tokens";

export const internetGateway: Kind = {
  token: INTERNET_GATEWAY,
  title: "EC2 Internet Gateway",
  fixed: [],
  references: [ofVpc("vpcId")],
  admit({ inputs, cloud, thing }) {
    const other = cloud
      .all(INTERNET_GATEWAY)
      .find(({ id, inputs: { vpcId } }) => vpcId === inputs.vpcId && id !== thing?.id);
    if (other && inputs.vpcId !== undefined) {
      const words = `resource ${other.id} is already attached to network ${inputs.vpcId}`;
      throw new Refusal("Resource.AlreadyAssociated", words);
    }
  },
  born({ region, cloud }) {
    const id = cloud.newId("igw-");
    return { id, state: { arn: regionalArn("ec2", region, `internet-gateway/${id}`) } };
  },
  release({ inputs }, cloud) {
    const mapped = cloud
      .all(NAT_GATEWAY)
      .some((gateway) => vpcOf(cloud, text(gateway.inputs, "subnetId")) === inputs.vpcId);
    if (!mapped) return;
    const words = `Network ${inputs.vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`;
    throw new Refusal("DependencyViolation", words);
  },
};

function vpcOf(cloud: Cloud, subnetId: string | undefined): string | undefined {
  return text(cloud.get(SUBNET, subnetId ?? "")?.inputs, "vpcId");
}

export const address: Kind = {
  token: EIP,
  title: "EC2 EIP",
  fixed: ["domain", "address", "customerOwnedIpv4Pool", "networkBorderGroup", "publicIpv4Pool", "ipamPoolId"],
  born({ region, cloud }) {
    const id = cloud.newId("eipalloc-");
    const publicIp = publicAddress(id);
    const arn = regionalArn("ec2", region, `elastic-ip/${id}`);
    return { id, state: { allocationId: id, arn, publicIp, domain: "vpc", networkBorderGroup: region } };
  },
  held: (id) => new Refusal("InvalidIPAddress.InUse", `The address with allocation id [${id}] is currently in use.`),
};

export const natGateway: Kind = {
  token: NAT_GATEWAY,
  title: "EC2 NAT Gateway",
  defaults: { connectivityType: "public" },
  fixed: ["allocationId", "availabilityMode", "connectivityType", "privateIp", "subnetId", "vpcId"],
  references: [ofSubnets("subnetId"), ofAddress("allocationId"), ofVpc("vpcId")],
  rules: [
    // EC2 API reference, CreateNatGateway: a public gateway takes its address with it.
    ({ connectivityType, allocationId, availabilityMode }) =>
      connectivityType === "public" && allocationId === undefined && availabilityMode !== "regional"
        ? complaint("allocationId", "MissingParameter: a public NAT gateway requires an allocation ID")
        : [],
  ],
  admit: refuseNat,
  born({ inputs, region, cloud }) {
    const id = cloud.newId("nat-");
    const networkInterfaceId = cloud.newId("eni-");
    const publicIp = publicAddress(text(inputs, "allocationId") ?? id);
    return { id, state: { networkInterfaceId, publicIp, associationId: cloud.newId("eipassoc-"), region } };
  },
};

function refuseNat({ inputs, cloud, thing }: Request): void {
  if (thing) return;
  const { allocationId } = inputs;
  if (
    allocationId !== undefined &&
    cloud.all(NAT_GATEWAY).some((other) => other.inputs.allocationId === allocationId)
  ) {
    throw new Refusal("Resource.AlreadyAssociated", `resource ${allocationId} is already associated`);
  }
  const network = vpcOf(cloud, text(inputs, "subnetId"));
  const attached = cloud.all(INTERNET_GATEWAY).some((gateway) => gateway.inputs.vpcId === network);
  if (inputs.connectivityType === "public" && network !== undefined && !attached) {
    throw new Refusal("Gateway.NotAttached", `Network ${network} has no Internet gateway attached`);
  }
}
