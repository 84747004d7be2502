import { hex, regionalArn } from "../account";
import { complaint, type Kind, text } from "../kind";
import { Refusal } from "../refusal";
import { ofInternetGateway, ofNatGateway, ofRouteTables, ofSubnets, ofVpc, ofVpcEndpoint } from "./missing";
import { ROUTE_TABLE } from "./tokens";

export const routeTable: Kind = {
  token: ROUTE_TABLE,
  title: "EC2 Route Table",
  fixed: ["vpcId"],
  references: [ofVpc("vpcId")],
  born({ region, cloud }) {
    const id = cloud.newId("rtb-");
    return { id, state: { arn: regionalArn("ec2", region, `route-table/${id}`) } };
  },
};

const DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"] as const;
const TARGETS = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
] as const;

const ROUTE = "aws:ec2/route:Route";

export const route: Kind = {
  token: ROUTE,
  title: "EC2 Route",
  fixed: ["routeTableId", ...DESTINATIONS],
  references: [
    // A table takes its routes with it.
    { ...ofRouteTables("routeTableId"), without: "ends" },
    { ...ofInternetGateway("gatewayId"), without: "stays" },
    { ...ofNatGateway("natGatewayId"), without: "stays" },
    ofVpcEndpoint("vpcEndpointId"),
  ],
  rules: [
    // Both as the real provider's schema has them: ExactlyOneOf.
    (inputs) => exactlyOne(inputs, DESTINATIONS),
    (inputs) => exactlyOne(inputs, TARGETS),
  ],
  admit({ inputs, cloud, thing }) {
    const twin = cloud
      .all(ROUTE)
      .some(
        (other) =>
          other.id !== thing?.id && [...DESTINATIONS, "routeTableId"].every((key) => other.inputs[key] === inputs[key]),
      );
    if (!twin) return;
    const words = `The route identified by ${destination(inputs)} already exists in route table ${inputs.routeTableId}`;
    throw new Refusal("RouteAlreadyExists", words);
  },
  born: ({ inputs }) => ({
    id: `r-${inputs.routeTableId}${hex(10, destination(inputs))}`,
    state: { origin: "CreateRoute", state: "active" },
  }),
};

function destination(inputs: Parameters<Kind["born"]>[0]["inputs"]): string {
  return DESTINATIONS.map((key) => text(inputs, key)).find((value) => value !== undefined) ?? "";
}

function exactlyOne(inputs: Parameters<Kind["born"]>[0]["inputs"], keys: readonly string[]) {
  const given = keys.filter((key) => inputs[key] !== undefined);
  if (given.length === 1) return [];
  return complaint(
    given[1] ?? keys[0] ?? "",
    `Invalid combination of arguments. Only one of ${keys.join(", ")} can be specified, and one has to be`,
  );
}

const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";

export const routeTableAssociation: Kind = {
  token: ASSOCIATION,
  title: "EC2 Route Table Association",
  fixed: ["subnetId", "gatewayId"],
  references: [
    ofRouteTables("routeTableId"),
    { ...ofSubnets("subnetId"), without: "ends" },
    ofInternetGateway("gatewayId"),
  ],
  admit({ inputs, cloud, thing }) {
    const other = cloud
      .all(ASSOCIATION)
      .find(({ id, inputs: { subnetId } }) => id !== thing?.id && subnetId === inputs.subnetId);
    if (other && inputs.subnetId !== undefined) {
      const words = `the specified association for route table ${other.inputs.routeTableId} conflicts with an existing association`;
      throw new Refusal("Resource.AlreadyAssociated", words);
    }
  },
  born: ({ cloud }) => ({ id: cloud.newId("rtbassoc-") }),
};
