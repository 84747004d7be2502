import type { Reference } from "../kind";
import { Refusal } from "../refusal";
import {
  CLUSTER,
  EIP,
  INTERNET_GATEWAY,
  KEY,
  LAUNCH_TEMPLATE,
  NAT_GATEWAY,
  ROLE,
  ROUTE_TABLE,
  SECURITY_GROUP,
  SUBNET,
  VPC,
  VPC_ENDPOINT,
} from "./tokens";

/** EC2's words for an id that nothing has: EC2 API reference, "Error codes for the Amazon EC2 API". */
function ec2(to: string, code: string, noun: string): (field: string) => Reference {
  return (field) => ({
    field,
    to,
    missing: (id) => new Refusal(`${code}.NotFound`, `The ${noun} '${id}' does not exist`),
  });
}

export const ofVpc = ec2(VPC, "InvalidVpcID", "vpc ID");
export const ofSubnets = ec2(SUBNET, "InvalidSubnetID", "subnet ID");
export const ofSecurityGroups = ec2(SECURITY_GROUP, "InvalidGroup", "security group");
export const ofRouteTables = ec2(ROUTE_TABLE, "InvalidRouteTableID", "routeTable ID");
export const ofInternetGateway = ec2(INTERNET_GATEWAY, "InvalidInternetGatewayID", "internetGateway ID");
export const ofNatGateway = ec2(NAT_GATEWAY, "InvalidNatGatewayID", "NAT gateway");
export const ofAddress = ec2(EIP, "InvalidAllocationID", "allocation ID");
export const ofVpcEndpoint = ec2(VPC_ENDPOINT, "InvalidVpcEndpointId", "Vpc Endpoint Id");
export const ofLaunchTemplate = ec2(
  LAUNCH_TEMPLATE,
  "InvalidLaunchTemplateId",
  "specified launch template, with template ID",
);

/** Roles by name, as IAM has them. */
export function ofRole(field: string): Reference {
  return {
    field,
    to: ROLE,
    missing: (name) => new Refusal("NoSuchEntity", `The role with name ${name} cannot be found.`),
  };
}

/** A role by its ARN, which a service has to be able to take on. IAM lets it go all the same. */
export function ofServiceRole(field: string): Reference {
  const missing = (role: string) =>
    new Refusal(
      "InvalidParameterException",
      `Role with arn: ${role}, could not be assumed because it does not exist or the trusted entity is not correct`,
    );
  return { field, to: ROLE, by: "arn", missing, without: "stays" };
}

/** A key may be scheduled for deletion under everybody's feet. */
export function ofKey(field: string): Reference {
  const missing = (arn: string) => new Refusal("NotFoundException", `Key '${arn}' does not exist`);
  return { field, to: KEY, by: "arn", missing, without: "stays" };
}

export const ofCluster: Reference = {
  field: "clusterName",
  to: CLUSTER,
  missing: (name) => new Refusal("ResourceNotFoundException", `No cluster found for name: ${name}.`),
};

/** Of what ends with its cluster. */
export const withCluster: Reference = { ...ofCluster, without: "ends" };
