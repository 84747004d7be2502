import type { Thing } from "../../../../../tools/standin/aws/store";
import type { PropertyMap } from "../../../../../tools/standin/plugin/properties";
import { Bench } from "../bench";
import { managed, trust } from "../documents";

/** What a node group needs of its surroundings. */
interface GroupPlace {
  readonly node: Thing;
  readonly subnetIds: string[];
}

/** A cloud of its own for each test of a `describe`, and what tests put into it. */
export function useCloud() {
  let current: Bench | undefined;
  beforeEach(() => {
    current = new Bench();
  });
  afterEach(() => current?.remove());

  const bench = () => {
    if (!current) throw new Error("the cloud is there in tests and hooks only");
    return current;
  };
  const vpc = (cidrBlock = "10.0.0.0/16", more: PropertyMap = {}) => bench().make("Vpc", { cidrBlock, ...more });
  const subnet = (network: Thing, cidrBlock: string, zone = "a", more: PropertyMap = {}) =>
    bench().make("Subnet", { vpcId: network.id, cidrBlock, availabilityZone: `eu-central-1${zone}`, ...more });
  const role = (service: string, name = "role") => bench().make("Role", { name, assumeRolePolicy: trust(service) });
  const attach = (to: Thing, policy: string) =>
    bench().make("RolePolicyAttachment", { role: to.id, policyArn: managed(policy) });

  /** A network with a way out for whatever stands in it. */
  async function open() {
    const network = await vpc();
    const gateway = await bench().make("InternetGateway", { vpcId: network.id });
    const table = await bench().make("RouteTable", { vpcId: network.id });
    const way = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id };
    await bench().make("Route", way);
    const subnets = [
      await subnet(network, "10.0.0.0/20", "a", { mapPublicIpOnLaunch: true }),
      await subnet(network, "10.0.16.0/20", "b", { mapPublicIpOnLaunch: true }),
    ];
    for (const { id } of subnets) await bench().make("RouteTableAssociation", { routeTableId: table.id, subnetId: id });
    return { network, gateway, table, subnetIds: subnets.map(({ id }) => id) };
  }

  const cluster = async (subnetIds: string[], more: PropertyMap = {}) =>
    bench().make("Cluster", {
      name: "main",
      version: "1.35",
      roleArn: (await role("eks.amazonaws.com", "plane")).state.arn ?? "",
      vpcConfig: { subnetIds },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      ...more,
    });

  /** A cluster, and a role that nodes may have. */
  async function estate(more: PropertyMap = {}) {
    const place = await open();
    const main = await cluster(place.subnetIds, more);
    const node = await role("ec2.amazonaws.com", "node");
    await attach(node, "AmazonEKSWorkerNodePolicy");
    await attach(node, "AmazonEC2ContainerRegistryPullOnly");
    return { ...place, main, node };
  }

  const groupInputs = ({ node, subnetIds }: GroupPlace, more: PropertyMap = {}): PropertyMap => ({
    clusterName: "main",
    nodeGroupName: "shared",
    nodeRoleArn: node.state.arn ?? "",
    subnetIds,
    instanceTypes: ["m7i.large"],
    scalingConfig: { minSize: 0, desiredSize: 2, maxSize: 5 },
    ...more,
  });
  const group = (at: GroupPlace, more: PropertyMap = {}) => bench().make("NodeGroup", groupInputs(at, more));

  return { bench, vpc, subnet, role, attach, open, cluster, estate, groupInputs, group };
}
