import { hex, regionalArn } from "../account";
import { complaint, type Kind, type Request, text, texts } from "../kind";
import { Refusal } from "../refusal";
import { ofRouteTables, ofSecurityGroups, ofServiceRole, ofSubnets, ofVpc } from "./missing";
import { LOG_GROUP, SUBNET, VPC, VPC_ENDPOINT } from "./tokens";

export const vpcEndpoint: Kind = {
  token: VPC_ENDPOINT,
  title: "EC2 VPC Endpoint",
  defaults: { vpcEndpointType: "Gateway" },
  fixed: ["vpcId", "serviceName", "serviceRegion", "vpcEndpointType"],
  references: [
    ofVpc("vpcId"),
    ofSubnets("subnetIds"),
    ofSecurityGroups("securityGroupIds"),
    { ...ofRouteTables("routeTableIds"), without: "stays" },
  ],
  rules: [
    // EC2 API reference, CreateVpcEndpoint: subnets and groups are of interface endpoints, route tables of gateways.
    ({ vpcEndpointType, subnetIds, securityGroupIds }) =>
      vpcEndpointType === "Gateway" && (subnetIds !== undefined || securityGroupIds !== undefined)
        ? complaint("subnetIds", "InvalidParameter: Gateway endpoints take neither subnets nor security groups")
        : [],
    ({ vpcEndpointType, routeTableIds }) =>
      vpcEndpointType === "Interface" && routeTableIds !== undefined
        ? complaint(
            "routeTableIds",
            "InvalidParameter: Route table IDs are only supported for Gateway type VPC Endpoint.",
          )
        : [],
  ],
  admit(request) {
    refuseService(request);
    refuseZones(request);
    refusePrivateNames(request);
  },
  born({ region, cloud, inputs }) {
    const id = cloud.newId("vpce-");
    const dnsName = `${id}-${hex(8, id)}.${text(inputs, "serviceName")?.split(".").at(-1)}.${region}.vpce.amazonaws.com`;
    return {
      id,
      state: {
        arn: regionalArn("ec2", region, `vpc-endpoint/${id}`),
        networkInterfaceIds: texts(inputs, "subnetIds").map(() => cloud.newId("eni-")),
        dnsEntries: inputs.vpcEndpointType === "Interface" ? [{ dnsName, hostedZoneId: "Z1234567890" }] : [],
        state: "available",
        ipAddressType: "ipv4",
      },
    };
  },
};

function refuseService({ inputs, region }: Request): void {
  const service = text(inputs, "serviceName") ?? "";
  const known = new RegExp(
    `^(com\\.amazonaws|aws\\.api|aws\\.sagemaker|com\\.amazonaws\\.vpce)\\.${region}\\.[a-z0-9.-]+$`,
  );
  if (!known.test(service)) {
    throw new Refusal("InvalidServiceName", `The Vpc Endpoint Service '${service}' does not exist`);
  }
}

/** EC2 API reference, CreateVpcEndpoint: one subnet in each zone. */
function refuseZones({ inputs, cloud }: Request): void {
  const zones = texts(inputs, "subnetIds").map((id) => text(cloud.get(SUBNET, id)?.state, "availabilityZone"));
  if (new Set(zones).size < zones.length) {
    throw new Refusal("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the same availability zone");
  }
}

/** AWS PrivateLink guide, "Access an AWS service using an interface VPC endpoint": prerequisites of private DNS. */
function refusePrivateNames({ inputs, cloud, thing }: Request): void {
  if (inputs.privateDnsEnabled !== true) return;
  const network = cloud.get(VPC, text(inputs, "vpcId") ?? "");
  if (network?.state.enableDnsHostnames !== true || network.state.enableDnsSupport !== true) {
    const words = `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${inputs.vpcId}`;
    throw new Refusal("InvalidParameter", words);
  }
  const twin = cloud
    .all(VPC_ENDPOINT)
    .some(
      (other) =>
        other.id !== thing?.id &&
        ["vpcId", "serviceName", "privateDnsEnabled"].every((key) => other.inputs[key] === inputs[key]),
    );
  if (!twin) return;
  const words = `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${inputs.serviceName} in the VPC ${inputs.vpcId}`;
  throw new Refusal("InvalidParameter", words);
}

export const flowLog: Kind = {
  token: "aws:ec2/flowLog:FlowLog",
  title: "EC2 Flow Log",
  defaults: { logDestinationType: "cloud-watch-logs", maxAggregationInterval: 600 },
  // EC2 API reference: there is no ModifyFlowLogs.
  fixed: [
    "vpcId",
    "subnetId",
    "eniId",
    "iamRoleArn",
    "logDestination",
    "logDestinationType",
    "logFormat",
    "maxAggregationInterval",
    "trafficType",
  ],
  references: [
    { ...ofVpc("vpcId"), without: "stays" },
    ofServiceRole("iamRoleArn"),
    { field: "logDestination", to: LOG_GROUP, by: "arn", without: "stays" },
  ],
  rules: [
    ({ logDestinationType, iamRoleArn }) =>
      logDestinationType === "cloud-watch-logs" && iamRoleArn === undefined
        ? complaint(
            "iamRoleArn",
            "InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
          )
        : [],
  ],
  born({ region, cloud }) {
    const id = cloud.newId("fl-");
    return { id, state: { arn: regionalArn("ec2", region, `vpc-flow-log/${id}`) } };
  },
};
