import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup";
import { Eip } from "@pulumi/aws/ec2/eip";
import { FlowLog } from "@pulumi/aws/ec2/flowLog";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import { ownRange } from "../../../config/platform";
import type { EksPlatform } from "../../../config/schema";
import { interfaceEndpoints, type ZonePlan, zonePlans } from "./network.plan";
import type { ServiceRole } from "./roles";

export interface EksNetworkArgs {
  readonly platform: EksPlatform;
  /** Zones of a network that Bulkhead makes. */
  readonly zones: readonly string[];
  /** Where flows are written down, and who may write; undefined: nowhere. */
  readonly flowLogs: { readonly group: pulumi.Input<string>; readonly writer: ServiceRole } | undefined;
}

/** A VPC of the cluster's own: nodes on private subnets, a way out, endpoints of AWS, and what flowed. */
export class EksNetwork extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Private subnets, by zone. */
  readonly subnets: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: EksNetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:cluster:EksNetwork", name, {}, opts);
    const { platform, zones, flowLogs } = args;
    const { nat } = platform.network;
    const cidr = ownRange(platform.network);
    const parent = { parent: this };
    const tagged = (title: string) => ({ tags: { Name: `${platform.name}-${title}` } });
    const vpc = new Vpc(
      name,
      { cidrBlock: cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: platform.name } },
      parent,
    );
    this.vpcId = vpc.id;
    // Whatever is made without a group gets this one: it lets nothing in and nothing out.
    new DefaultSecurityGroup(name, { vpcId: vpc.id, ingress: [], egress: [], ...tagged("default") }, parent);
    const plans = zonePlans(cidr, zones);
    const privates = plans.map(({ zone, privateCidr }) => ({
      zone,
      subnet: new Subnet(
        `${name}-private-${zone}`,
        {
          vpcId: vpc.id,
          availabilityZone: zone,
          cidrBlock: privateCidr,
          tags: { ...tagged(`private-${zone}`).tags, "kubernetes.io/role/internal-elb": "1" },
        },
        parent,
      ),
      table: new RouteTable(`${name}-private-${zone}`, { vpcId: vpc.id, ...tagged(`private-${zone}`) }, parent),
    }));
    const attached = privates.map(
      ({ zone, subnet, table }) =>
        new RouteTableAssociation(`${name}-private-${zone}`, { subnetId: subnet.id, routeTableId: table.id }, parent),
    );
    const tables = new Map(privates.map(({ zone, table }) => [zone, table]));
    const endpoints = this.endpoints(name, {
      platform,
      vpc,
      subnets: privates.map(({ subnet }) => subnet.id),
      tables: [...tables.values()],
    });
    const ways = nat === "none" ? endpoints : this.waysOut(name, { platform, vpc, plans, tables });
    if (flowLogs) {
      const { group, writer } = flowLogs;
      const trafficType = platform.network.flowLogs === "rejected" ? "REJECT" : "ALL";
      new FlowLog(
        name,
        { vpcId: vpc.id, trafficType, logDestination: group, iamRoleArn: writer.arn, ...tagged("flows") },
        { ...parent, dependsOn: [...writer.rights] },
      );
    }
    // A node that starts before there is a way out never joins, and what ends machines has to reach EC2 until it has.
    const ready = pulumi.all([...attached, ...ways].map(({ id }) => id));
    this.subnets = new Map(
      privates.map(({ zone, subnet }) => [zone, pulumi.all([subnet.id, ready]).apply(([id]) => id)]),
    );
    this.registerOutputs({ vpcId: this.vpcId });
  }

  /** One NAT gateway for each zone, or one for all. */
  private waysOut(
    name: string,
    { platform, vpc, plans, tables }: Surroundings & { readonly plans: readonly ZonePlan[]; readonly tables: Tables },
  ): pulumi.CustomResource[] {
    const parent = { parent: this };
    const tags = (title: string) => ({ tags: { Name: `${platform.name}-${title}` } });
    const gateway = new InternetGateway(name, { vpcId: vpc.id, ...tags("internet") }, parent);
    const table = new RouteTable(`${name}-public`, { vpcId: vpc.id, ...tags("public") }, parent);
    const outside = { destinationCidrBlock: "0.0.0.0/0" };
    const out = new Route(`${name}-public`, { routeTableId: table.id, gatewayId: gateway.id, ...outside }, parent);
    const gates = (platform.network.nat === "single" ? plans.slice(0, 1) : plans).map(({ zone, publicCidr }) => {
      const subnet = new Subnet(
        `${name}-public-${zone}`,
        {
          vpcId: vpc.id,
          availabilityZone: zone,
          cidrBlock: publicCidr,
          tags: { ...tags(`public-${zone}`).tags, "kubernetes.io/role/elb": "1" },
        },
        parent,
      );
      const attached = new RouteTableAssociation(
        `${name}-public-${zone}`,
        { subnetId: subnet.id, routeTableId: table.id },
        parent,
      );
      const address = new Eip(`${name}-${zone}`, { domain: "vpc", ...tags(zone) }, { ...parent, dependsOn: gateway });
      return new NatGateway(
        `${name}-${zone}`,
        { subnetId: subnet.id, allocationId: address.id, ...tags(zone) },
        { ...parent, dependsOn: [out, attached] },
      );
    });
    return [...tables].map(([zone, { id }], index) => {
      const natGatewayId = (gates[index] ?? gates[0])?.id;
      if (!natGatewayId) throw new TypeError("a way out without a gateway");
      return new Route(`${name}-private-${zone}`, { routeTableId: id, natGatewayId, ...outside }, parent);
    });
  }

  private endpoints(
    name: string,
    {
      platform,
      vpc,
      subnets,
      tables,
    }: Surroundings & { readonly subnets: pulumi.Output<string>[]; readonly tables: readonly RouteTable[] },
  ): pulumi.CustomResource[] {
    const parent = { parent: this };
    const { region } = platform;
    const cidrIpv4 = ownRange(platform.network);
    const group = new SecurityGroup(
      `${name}-endpoints`,
      {
        vpcId: vpc.id,
        description: "Endpoints of AWS, for whatever runs in this VPC",
        tags: { Name: `${platform.name}-endpoints` },
      },
      parent,
    );
    const entrance = new SecurityGroupIngressRule(
      `${name}-endpoints`,
      { securityGroupId: group.id, cidrIpv4, ipProtocol: "tcp", fromPort: 443, toPort: 443 },
      parent,
    );
    const service = (short: string) => `com.amazonaws.${region}.${short}`;
    const routeTableIds = tables.map(({ id }) => id);
    const images = new VpcEndpoint(
      `${name}-s3`,
      { vpcId: vpc.id, serviceName: service("s3"), vpcEndpointType: "Gateway", routeTableIds },
      parent,
    );
    const interfaces = interfaceEndpoints(platform).map(
      (short) =>
        new VpcEndpoint(
          `${name}-${short}`,
          {
            vpcId: vpc.id,
            serviceName: service(short),
            vpcEndpointType: "Interface",
            subnetIds: subnets,
            securityGroupIds: [group.id],
            privateDnsEnabled: true,
          },
          parent,
        ),
    );
    return [entrance, images, ...interfaces];
  }
}

interface Surroundings {
  readonly platform: EksPlatform;
  readonly vpc: Vpc;
}

/** Of the private subnets, by zone, in the order of the zones. */
type Tables = ReadonlyMap<string, RouteTable>;
