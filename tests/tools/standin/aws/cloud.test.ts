import { expect } from "chai";
import type { Thing } from "../../../../tools/standin/aws/store";
import type { PropertyMap } from "../../../../tools/standin/plugin/properties";
import { Bench, kind, refusal } from "./bench";
import { keyPolicy, managed, trust } from "./documents";

const sendPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" },
  ],
});

describe("the stand-in cloud", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => bench.remove());

  const vpc = (cidrBlock = "10.0.0.0/16", more: PropertyMap = {}) => bench.make("Vpc", { cidrBlock, ...more });
  const subnet = (network: Thing, cidrBlock: string, zone = "a", more: PropertyMap = {}) =>
    bench.make("Subnet", { vpcId: network.id, cidrBlock, availabilityZone: `eu-central-1${zone}`, ...more });
  const role = (service: string, name = "role") => bench.make("Role", { name, assumeRolePolicy: trust(service) });
  const attach = (to: Thing, policy: string) =>
    bench.make("RolePolicyAttachment", { role: to.id, policyArn: managed(policy) });

  /** A network with a way out for whatever stands in it. */
  async function open() {
    const network = await vpc();
    const gateway = await bench.make("InternetGateway", { vpcId: network.id });
    const table = await bench.make("RouteTable", { vpcId: network.id });
    const way = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id };
    await bench.make("Route", way);
    const subnets = [
      await subnet(network, "10.0.0.0/20", "a", { mapPublicIpOnLaunch: true }),
      await subnet(network, "10.0.16.0/20", "b", { mapPublicIpOnLaunch: true }),
    ];
    for (const { id } of subnets) await bench.make("RouteTableAssociation", { routeTableId: table.id, subnetId: id });
    return { network, gateway, table, subnetIds: subnets.map(({ id }) => id) };
  }

  const cluster = async (subnetIds: string[], more: PropertyMap = {}) =>
    bench.make("Cluster", {
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
  type Estate = Awaited<ReturnType<typeof estate>>;

  const groupInputs = ({ node, subnetIds }: Estate, more: PropertyMap = {}): PropertyMap => ({
    clusterName: "main",
    nodeGroupName: "shared",
    nodeRoleArn: node.state.arn ?? "",
    subnetIds,
    instanceTypes: ["m7i.large"],
    scalingConfig: { minSize: 0, desiredSize: 2, maxSize: 5 },
    ...more,
  });
  const group = (at: Estate, more: PropertyMap = {}) => bench.make("NodeGroup", groupInputs(at, more));

  describe("of networks", () => {
    it("gives every class what the SDK promises of it", async () => {
      const { state } = await vpc();
      expect(state).to.include({ region: "eu-central-1", cidrBlock: "10.0.0.0/16", enableDnsSupport: true });
      expect(state.arn).to.match(/^arn:aws:ec2:eu-central-1:111122223333:vpc\/vpc-[0-9a-f]{17}$/);
      expect(state.defaultSecurityGroupId).to.match(/^sg-[0-9a-f]{17}$/);
      expect(state).to.have.property("ipv6CidrBlock", "");
    });

    it("gives the same ids in every run", async () => {
      const first = await vpc();
      const again = new Bench();
      expect((await again.make("Vpc", { cidrBlock: "10.0.0.0/16" })).id).to.equal(first.id);
      again.remove();
    });

    it("knows no VPC that was not made", async () => {
      const inputs = { vpcId: "vpc-0000", cidrBlock: "10.0.0.0/24" };
      expect(await refusal(bench.make("Subnet", inputs))).to.equal(
        "creating EC2 Subnet: api error InvalidVpcID.NotFound: The vpc ID 'vpc-0000' does not exist",
      );
    });

    it("has no subnet outside its VPC, none over another, and none in a zone that is not there", async () => {
      const network = await vpc();
      await subnet(network, "10.0.0.0/20");
      expect(await refusal(subnet(network, "10.1.0.0/20"))).to.include("InvalidSubnet.Range: The CIDR '10.1.0.0/20'");
      expect(await refusal(subnet(network, "10.0.8.0/24"))).to.include(
        "InvalidSubnet.Conflict: The CIDR '10.0.8.0/24' conflicts with another subnet",
      );
      expect(await refusal(subnet(network, "10.0.16.0/20", "q"))).to.include("Value (eu-central-1q) for parameter");
    });

    it("keeps a VPC as long as anything is in it", async () => {
      const network = await vpc();
      const part = await subnet(network, "10.0.0.0/20");
      expect(await refusal(bench.delete(network))).to.include(
        `DependencyViolation: resource ${network.id} has a dependent object (EC2 Subnet ${part.id})`,
      );
      await bench.delete(part);
      await bench.delete(network);
      expect(bench.store.read().things).to.deep.equal([]);
    });

    it("has one internet gateway for a VPC, and keeps it as long as it carries addresses", async () => {
      const { network, gateway, subnetIds } = await open();
      expect(await refusal(bench.make("InternetGateway", { vpcId: network.id }))).to.include(
        "Resource.AlreadyAssociated",
      );
      const address = await bench.make("Eip", { domain: "vpc" });
      await bench.make("NatGateway", { subnetId: subnetIds[0] ?? "", allocationId: address.id });
      expect(await refusal(bench.delete(gateway))).to.include("has some mapped public address(es)");
      expect(await refusal(bench.delete(address))).to.include("InvalidIPAddress.InUse");
    });

    it("has no NAT gateway in a network without a way out", async () => {
      const part = await subnet(await vpc(), "10.0.0.0/20");
      const address = await bench.make("Eip", {});
      expect(await refusal(bench.make("NatGateway", { subnetId: part.id, allocationId: address.id }))).to.include(
        "Gateway.NotAttached",
      );
    });

    it("has one route to a place", async () => {
      const { table, gateway } = await open();
      const twin = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id };
      expect(await refusal(bench.make("Route", twin))).to.include("RouteAlreadyExists");
    });

    it("keeps a security group that another's rule names", async () => {
      const network = await vpc();
      const one = await bench.make("SecurityGroup", { vpcId: network.id, name: "one" });
      const other = await bench.make("SecurityGroup", { vpcId: network.id, name: "other" });
      const rule = { securityGroupId: one.id, referencedSecurityGroupId: other.id, ipProtocol: "-1" };
      await bench.make("SecurityGroupIngressRule", rule);
      expect(await refusal(bench.make("SecurityGroupIngressRule", rule))).to.include("InvalidPermission.Duplicate");
      expect(await refusal(bench.delete(other))).to.include("DependencyViolation");
      await bench.delete(one);
      expect(bench.existing).to.have.members(["Vpc", "SecurityGroup"]);
    });

    it("has private names of endpoints only where the VPC resolves them", async () => {
      const network = await vpc();
      const inputs = {
        vpcId: network.id,
        serviceName: "com.amazonaws.eu-central-1.eks",
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
      };
      expect(await refusal(bench.make("VpcEndpoint", inputs))).to.include(
        "requires both enableDnsSupport and enableDnsHostnames",
      );
      await bench.change(network, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
      await bench.make("VpcEndpoint", inputs);
      expect(await refusal(bench.make("VpcEndpoint", inputs))).to.include("conflicting DNS domain");
      const elsewhere = { ...inputs, serviceName: "com.amazonaws.us-east-1.eks" };
      expect(await refusal(bench.make("VpcEndpoint", elsewhere))).to.include("InvalidServiceName");
    });
  });

  describe("of identities and keys", () => {
    it("has one role of a name, and keeps it as long as it has policies", async () => {
      const node = await role("ec2.amazonaws.com");
      expect(await refusal(role("ec2.amazonaws.com"))).to.include(
        "EntityAlreadyExists: Role with name role already exists.",
      );
      const attached = await attach(node, "AmazonEKSWorkerNodeMinimalPolicy");
      expect(await refusal(bench.delete(node))).to.include(
        "DeleteConflict: Cannot delete entity, must detach all policies",
      );
      await bench.delete(attached);
      await bench.delete(node);
    });

    it("has one profile of a name, with a role that is there, and lets the role go first as the provider does", async () => {
      const node = await role("ec2.amazonaws.com");
      const profile = await bench.make("InstanceProfile", { name: "node", role: "role", path: "/bulkhead/" });
      expect(profile.state.arn).to.equal("arn:aws:iam::111122223333:instance-profile/bulkhead/node");
      expect(await refusal(bench.make("InstanceProfile", { name: "node" }))).to.include(
        "EntityAlreadyExists: Instance Profile with name node already exists.",
      );
      expect(await refusal(bench.make("InstanceProfile", { role: "nobody" }))).to.include(
        "NoSuchEntity: The role with name nobody cannot be found.",
      );
      await bench.delete(node);
      await bench.delete(profile);
    });

    it("hears of events by a queue that is there, and keeps a rule as long as it has targets", async () => {
      const queue = await bench.make("Queue", { name: "events" });
      const eventPattern = JSON.stringify({ source: ["aws.health"] });
      const rule = await bench.make("EventRule", { name: "health", eventPattern });
      const target = await bench.make("EventTarget", { rule: "health", arn: queue.state.arn ?? "" });
      expect(await refusal(bench.make("EventTarget", { rule: "state", arn: queue.state.arn ?? "" }))).to.include(
        "ResourceNotFoundException: Rule state does not exist on EventBus default.",
      );
      expect(await refusal(bench.delete(rule))).to.include("ValidationException: Rule can't be deleted since it has");
      expect(
        await refusal(bench.make("QueuePolicy", { queueUrl: "https://elsewhere", policy: sendPolicy })),
      ).to.include("QueueDoesNotExist: The specified queue does not exist.");
      await bench.make("QueuePolicy", { queueUrl: queue.id, policy: sendPolicy });
      for (const thing of [target, rule, queue]) await bench.delete(thing);
      expect(bench.existing, "the policy went with its queue").to.deep.equal([]);
    });

    it("knows AWS's own policies by name", async () => {
      const node = await role("ec2.amazonaws.com");
      expect(await refusal(attach(node, "AmazonEKSWorkerPolicy"))).to.include(
        "NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSWorkerPolicy does not exist or is not attachable.",
      );
    });

    it("encrypts logs only with a key whose policy says so", async () => {
      const key = await bench.make("Key", {});
      const logs = { name: "/x", kmsKeyId: key.state.arn ?? "" };
      expect(await refusal(bench.make("LogGroup", logs))).to.include("is not allowed to be used with CloudWatch Logs");
      const service = { Principal: { Service: "logs.eu-central-1.amazonaws.com" } };
      await bench.change(key, { policy: keyPolicy({ Effect: "Allow", ...service, Action: "kms:*", Resource: "*" }) });
      await bench.make("LogGroup", logs);
      expect(await refusal(bench.make("LogGroup", { name: "/x" }))).to.include("ResourceAlreadyExistsException");
    });

    it("gives a template a new version with each change", async () => {
      const template = await bench.make("LaunchTemplate", { name: "nodes" });
      expect(template.state).to.include({ latestVersion: 1, defaultVersion: 1 });
      expect((await bench.change(template, { name: "nodes", ebsOptimized: "true" })).state).to.include({
        latestVersion: 2,
        defaultVersion: 1,
      });
    });

    it("ends a name that only begins as the program says in 26 digits", async () => {
      const { id } = await bench.make("Role", { namePrefix: "node-", assumeRolePolicy: trust("ec2.amazonaws.com") });
      expect(id).to.match(/^node-\d{26}$/);
    });
  });

  describe("of clusters", () => {
    it("hands back the control plane that is there, and a security group of its own", async () => {
      const { main } = await estate();
      expect(main.state).to.include({ endpoint: "https://127.0.0.1:6443", status: "ACTIVE" });
      expect(main.state.certificateAuthority).to.deep.equal({ data: "Y2E=" });
      expect(main.state.identities)
        .to.have.nested.property("[0].oidcs[0].issuer")
        .that.matches(/^https:\/\/oidc\.eks\./);
      expect(main.state.vpcConfig).to.have.property("clusterSecurityGroupId").that.matches(/^sg-/);
    });

    it("stands in two zones, in one VPC, with a role that trusts it", async () => {
      const { subnetIds, network } = await open();
      const third = await subnet(network, "10.0.32.0/20");
      const plane = (await role("eks.amazonaws.com", "plane")).state.arn ?? "";
      const other = (await role("ec2.amazonaws.com", "other")).state.arn ?? "";
      const make = (ids: string[], roleArn = plane) =>
        refusal(bench.make("Cluster", { name: "main", roleArn, vpcConfig: { subnetIds: ids } }));
      expect(await make([subnetIds[0] ?? "", third.id])).to.include(
        "Subnets specified must be in at least two different AZs",
      );
      expect(await make(subnetIds, other)).to.include(
        "could not be assumed because it does not exist or the trusted entity",
      );
      expect(await make(["subnet-0", "subnet-1"])).to.include("InvalidSubnetID.NotFound");
    });

    it("has services apart from the VPC", async () => {
      const { subnetIds } = await open();
      const kubernetesNetworkConfig = { serviceIpv4Cidr: "10.0.128.0/20" };
      expect(await refusal(cluster(subnetIds, { kubernetesNetworkConfig }))).to.include(
        "The specified serviceIpv4Cidr 10.0.128.0/20 overlaps with the CIDR 10.0.0.0/16 of the VPC",
      );
    });

    it("goes up one minor version at a time", async () => {
      const { main } = await estate();
      expect(await refusal(bench.change(main, { ...main.inputs, version: "1.37" }))).to.include(
        "Unsupported Kubernetes minor version update from 1.35 to 1.37",
      );
      expect((await bench.change(main, { ...main.inputs, version: "1.36" })).state.version).to.equal("1.36");
    });

    it("is protected until it is not", async () => {
      const { main } = await estate({ deletionProtection: true });
      expect(await refusal(bench.delete(main))).to.include("Cluster main has deletion protection enabled");
      await bench.change(main, { ...main.inputs, deletionProtection: false });
      await bench.delete(main);
    });

    it("keeps the VPC by its security group, and goes after its node groups", async () => {
      const at = await estate();
      const shared = await group(at, { scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 1 } });
      expect(await refusal(bench.delete(at.main))).to.include(
        "ResourceInUseException: Cluster has nodegroups attached",
      );
      await bench.delete(shared);
      expect(await refusal(bench.delete(at.network))).to.include("DependencyViolation");
      await bench.delete(at.main);
      expect(bench.existing).to.not.include.members(["Cluster", "AccessEntry"]);
    });

    it("makes its creator administrator unless told otherwise", async () => {
      const { subnetIds } = await open();
      const main = await cluster(subnetIds, { accessConfig: { authenticationMode: "API" } });
      expect([...bench.plane.administrators]).to.deep.equal([
        "arn:aws:sts::111122223333:assumed-role/platform/session",
      ]);
      await bench.delete(main);
      expect([...bench.plane.administrators]).to.deep.equal([]);
    });

    it("leaves a log group behind where nobody made one before", async () => {
      const { subnetIds } = await open();
      const main = await cluster(subnetIds, { enabledClusterLogTypes: ["audit"] });
      await bench.delete(main);
      expect(bench.existing).to.include("LogGroup");
    });
  });

  describe("of node groups", () => {
    it("brings nodes with exactly the group's labels, taints and machines", async () => {
      const at = await estate();
      await group(at, {
        labels: { team: "acme" },
        taints: [{ key: "team", value: "acme", effect: "NO_SCHEDULE" }],
        diskSize: 40,
      });
      const [first, second] = bench.plane.nodes;
      expect(bench.plane.nodes).to.have.lengthOf(2);
      expect(first?.labels).to.deep.equal({
        team: "acme",
        "eks.amazonaws.com/capacityType": "ON_DEMAND",
        "eks.amazonaws.com/nodegroup": "shared",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": "m7i.large",
        "topology.kubernetes.io/region": "eu-central-1",
        "topology.kubernetes.io/zone": "eu-central-1a",
      });
      expect(first?.taints).to.deep.equal([{ key: "team", value: "acme", effect: "NoSchedule" }]);
      expect(first?.capacity).to.deep.equal({ cpu: "2", memory: "8192Mi", pods: "29", "ephemeral-storage": "40Gi" });
      expect(second?.labels?.["topology.kubernetes.io/zone"]).to.equal("eu-central-1b");
    });

    it("brings its nodes even when the plugin ends too early", async () => {
      const at = await estate();
      bench.plane.settleNodes = () => Promise.reject(new Error("killed"));
      expect(await refusal(group(at))).to.include("killed");
      Reflect.deleteProperty(bench.plane, "settleNodes");
      await bench.operations().read(kind("NodeGroup"), "main:shared");
      expect(bench.plane.nodes).to.have.lengthOf(2);
    });

    it("keeps the nodes that stay when it scales", async () => {
      const at = await estate();
      const shared = await group(at);
      const before = bench.plane.nodes.map(({ name }) => name);
      const sized = (desiredSize: number) =>
        groupInputs(at, { scalingConfig: { minSize: 0, desiredSize, maxSize: 5 } });
      await bench.change(shared, sized(3));
      expect(bench.plane.nodes.map(({ name }) => name).slice(0, 2)).to.deep.equal(before);
      await bench.change(shared, sized(1));
      expect(bench.plane.nodes.map(({ name }) => name)).to.deep.equal(before.slice(0, 1));
    });

    it("has other nodes with another version of its template, of the template's disk", async () => {
      const at = await estate();
      const disk = (volumeSize: number) => ({
        name: "nodes",
        blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize } }],
      });
      const template = await bench.make("LaunchTemplate", disk(50));
      const from = (version: string) => groupInputs(at, { launchTemplate: { id: template.id, version } });
      const shared = await bench.make("NodeGroup", from("1"));
      const before = bench.plane.nodes.map(({ name }) => name);
      expect(bench.plane.nodes[0]?.capacity["ephemeral-storage"]).to.equal("50Gi");
      await bench.change(template, disk(80));
      expect(await refusal(bench.change(shared, from("3")))).to.include("Launch template version 3 does not exist");
      await bench.change(shared, from("2"));
      expect(bench.plane.nodes[0]?.capacity["ephemeral-storage"]).to.equal("80Gi");
      expect(bench.plane.nodes.map(({ name }) => name)).to.not.include.members(before);
    });

    it("has its image's own runtime on its nodes, and what their user data installs", async () => {
      const at = await estate();
      const handlers = async (amiType: string, userData: string) => {
        const template = await bench.make("LaunchTemplate", { userData: Buffer.from(userData).toString("base64") });
        const launchTemplate = { id: template.id, version: "1" };
        await group(at, { nodeGroupName: `of-${template.id}`, amiType, launchTemplate });
        return bench.plane.nodes.at(-1)?.handlers;
      };
      const runsc = '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runsc]';
      expect(await handlers("AL2023_x86_64_STANDARD", "MIME-Version: 1.0\n")).to.deep.equal(["runc"]);
      expect(await handlers("AL2023_x86_64_STANDARD", `MIME-Version: 1.0\n${runsc}\n`)).to.deep.equal([
        "runc",
        "runsc",
      ]);
      expect(await handlers("BOTTLEROCKET_x86_64", "[settings.kernel]\n")).to.deep.equal(["shimpei"]);
    });

    it("takes no user data that its image does not read", async () => {
      const at = await estate();
      const refused = async (amiType: string, userData: string) => {
        const template = await bench.make("LaunchTemplate", { userData: Buffer.from(userData).toString("base64") });
        const launchTemplate = { id: template.id, version: "1" };
        return refusal(group(at, { nodeGroupName: `of-${template.id}`, amiType, launchTemplate }));
      };
      const toml = "# who may log in\n[settings.host-containers.admin]\nenabled = false\n";
      expect(await refused("BOTTLEROCKET_x86_64", toml)).to.equal("nothing was refused");
      expect(await refused("AL2023_x86_64_STANDARD", toml)).to.include(
        "User data was not in the MIME multipart format.",
      );
      for (const script of ["#!/bin/bash\ntrue\n", "MIME-Version: 1.0\nContent-Type: multipart/mixed\n"]) {
        expect(await refused("BOTTLEROCKET_x86_64", script)).to.include(
          "User data was not in the TOML format required by Bottlerocket.",
        );
      }
    });

    it("never gives two groups the same address", async () => {
      const at = await estate();
      await group(at);
      await group(at, { nodeGroupName: "other" });
      expect(new Set(bench.plane.nodes.map(({ name }) => name)).size).to.equal(4);
    });

    it("needs its cluster, its role, its subnets, its template and its machines", async () => {
      const at = await estate();
      const refused = (more: PropertyMap) => refusal(group(at, more));
      expect(await refused({ clusterName: "other" })).to.include("No cluster found for name: other.");
      expect(await refused({ nodeRoleArn: "arn:aws:iam::111122223333:role/x" })).to.include("could not be assumed");
      expect(await refused({ subnetIds: ["subnet-0"] })).to.include("InvalidSubnetID.NotFound");
      expect(await refused({ launchTemplate: { id: "lt-0", version: "1" } })).to.include(
        "InvalidLaunchTemplateId.NotFound",
      );
      expect(await refused({ instanceTypes: ["m7i.huge"] })).to.include("instance types do not exist: [m7i.huge]");
      expect(await refused({ instanceTypes: ["m7g.large"] })).to.include(
        "[m7g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
      );
      expect(await refused({ version: "1.36" })).to.include("version 1.36 is newer than the cluster's, 1.35");
      const elsewhere = await subnet(await vpc("10.9.0.0/16"), "10.9.0.0/24");
      expect(await refused({ subnetIds: [elsewhere.id] })).to.include("are not in the VPC of the cluster");
    });

    it("takes no template that says what is the group's to say", async () => {
      const at = await estate();
      const refused = async (template: PropertyMap, more: PropertyMap = {}) => {
        const { id } = await bench.make("LaunchTemplate", template);
        const inputs = groupInputs(at, { launchTemplate: { id, version: "1" }, ...more });
        const { instanceTypes: _theirs, ...others } = inputs;
        return refusal(bench.make("NodeGroup", "instanceTypes" in more ? inputs : others));
      };
      const subnetId = at.subnetIds[0] ?? "";
      expect(await refused({ networkInterfaces: [{ subnetId }] })).to.include(
        "Subnets cannot be specified in the launch template",
      );
      expect(await refused({ iamInstanceProfile: { name: "x" } })).to.include(
        "IAM instance profile cannot be specified",
      );
      expect(await refused({ instanceType: "m7i.large" }, { instanceTypes: ["m7i.large"] })).to.include(
        "instance types in both",
      );
      expect(await refused({ imageId: "ami-1" }, { version: "1.35" })).to.include(
        "You cannot specify version when the launch template specifies an image ID",
      );
    });

    it("is one of thirty at most", async () => {
      const at = await estate();
      const scalingConfig = { minSize: 0, desiredSize: 0, maxSize: 1 };
      for (let index = 0; index < 30; index += 1) await group(at, { nodeGroupName: `g${index}`, scalingConfig });
      expect(await refusal(group(at, { nodeGroupName: "g30", scalingConfig }))).to.include(
        "ResourceLimitExceededException",
      );
      expect(await refusal(group(at, { nodeGroupName: "g29", scalingConfig }))).to.include("NodeGroup already exists");
    });

    it("lets its nodes in, so that nobody else can make that entry, and takes it along", async () => {
      const at = await estate();
      const shared = await group(at);
      const entry = { clusterName: "main", principalArn: at.node.state.arn ?? "", type: "EC2_LINUX" };
      expect(await refusal(bench.make("AccessEntry", entry))).to.include("already in use on this cluster");
      await bench.delete(shared);
      expect(bench.existing).to.not.include("AccessEntry");
      expect(bench.plane.nodes).to.deep.equal([]);
    });

    it("keeps the security groups that its nodes carry", async () => {
      const at = await estate();
      const own = await bench.make("SecurityGroup", { vpcId: at.network.id, name: "acme" });
      const plane = String((at.main.state.vpcConfig as PropertyMap).clusterSecurityGroupId);
      const { id } = await bench.make("LaunchTemplate", { vpcSecurityGroupIds: [own.id, plane] });
      const shared = await group(at, { launchTemplate: { id, version: "1" } });
      expect(await refusal(bench.delete(own))).to.include("has a dependent object (EKS Node Group main:shared)");
      await bench.delete(shared);
      await bench.delete(own);
    });

    it("takes the tags of its autoscaling group along", async () => {
      const at = await estate();
      const shared = await group(at);
      const [resource] = shared.state.resources as { autoscalingGroups: { name: string }[] }[];
      const autoscalingGroupName = resource?.autoscalingGroups[0]?.name ?? "";
      const tag = { key: "k8s.io/x", value: "y", propagateAtLaunch: false };
      expect(await refusal(bench.make("Tag", { autoscalingGroupName: "eks-x", tag }))).to.include(
        "AutoScalingGroup name not found",
      );
      await bench.make("Tag", { autoscalingGroupName, tag });
      await bench.delete(shared);
      expect(bench.existing).to.not.include("Tag");
    });
  });

  describe("fails a node group whose machines would never join", () => {
    const failure = async (work: Promise<unknown>) => {
      const message = await refusal(work);
      expect(bench.plane.nodes).to.deep.equal([]);
      return message;
    };

    it("for its role has no policy for nodes", async () => {
      const at = await estate();
      const bare = await role("ec2.amazonaws.com", "bare");
      await attach(bare, "AmazonEC2ContainerRegistryPullOnly");
      expect(await failure(group({ ...at, node: bare }))).to.equal(
        "waiting for EKS Node Group (main:shared) create: NodeCreationFailure: Instances failed to join the kubernetes cluster: role bare has neither AmazonEKSWorkerNodePolicy nor AmazonEKSWorkerNodeMinimalPolicy with ec2:DescribeInstances",
      );
      expect(bench.store.read().get("aws:eks/nodeGroup:NodeGroup", "main:shared")?.state.status).to.equal(
        "CREATE_FAILED",
      );
    });

    it("for its role has the minimal policy only, until it may ask EC2 what it is", async () => {
      const at = await estate();
      const node = await role("ec2.amazonaws.com", "minimal");
      await attach(node, "AmazonEKSWorkerNodeMinimalPolicy");
      await attach(node, "AmazonEC2ContainerRegistryPullOnly");
      expect(await failure(group({ ...at, node }))).to.include("with ec2:DescribeInstances");
      const Statement = [{ Effect: "Allow", Action: ["ec2:DescribeInstances"], Resource: "*" }];
      await bench.make("RolePolicy", { role: node.id, policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
      await group({ ...at, node }, { nodeGroupName: "other" });
      expect(bench.plane.nodes).to.have.lengthOf(2);
    });

    it("for its role may not pull images", async () => {
      const at = await estate();
      const node = await role("ec2.amazonaws.com", "pulls-nothing");
      await attach(node, "AmazonEKSWorkerNodePolicy");
      expect(await failure(group({ ...at, node }))).to.include(
        "role pulls-nothing may not pull images from Amazon ECR",
      );
    });

    it("for nothing leads out of its subnets", async () => {
      const at = await estate();
      const closed = await subnet(at.network, "10.0.32.0/20");
      expect(await failure(group(at, { subnetIds: [closed.id] }))).to.include(
        `subnet ${closed.id} has no route to a gateway and no endpoint of ec2, ecr.api, ecr.dkr, s3, sts`,
      );
    });

    it("unless there are endpoints of all that nodes call", async () => {
      const at = await estate();
      const closed = await subnet(at.network, "10.0.32.0/20");
      const table = await bench.make("RouteTable", { vpcId: at.network.id });
      await bench.make("RouteTableAssociation", { routeTableId: table.id, subnetId: closed.id });
      const endpoint = (service: string, more: PropertyMap) =>
        bench.make("VpcEndpoint", {
          vpcId: at.network.id,
          serviceName: `com.amazonaws.eu-central-1.${service}`,
          ...more,
        });
      for (const service of ["ec2", "ecr.api", "ecr.dkr", "sts"])
        await endpoint(service, { vpcEndpointType: "Interface" });
      await endpoint("s3", { routeTableIds: [table.id] });
      await group(at, { subnetIds: [closed.id] });
      expect(bench.plane.nodes).to.have.lengthOf(2);
    });

    it("for its own security groups replace the cluster's and open nothing, until they do", async () => {
      const at = await estate();
      const { id: own } = await bench.make("SecurityGroup", { vpcId: at.network.id, name: "acme" });
      const { id } = await bench.make("LaunchTemplate", { vpcSecurityGroupIds: [own] });
      const inputs = { launchTemplate: { id, version: "1" } };
      expect(await failure(group(at, inputs))).to.include(
        "nothing lets nodes out to the API server (443), in to the API server (443), in to the kubelet (10250)",
      );
      const plane = (at.main.state.vpcConfig as PropertyMap).clusterSecurityGroupId ?? "";
      const rule = (direction: string, group: PropertyMap[string], other: PropertyMap[string], port: number) =>
        bench.make(`SecurityGroup${direction}Rule`, {
          securityGroupId: group ?? "",
          referencedSecurityGroupId: other ?? "",
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        });
      await rule("Egress", own, plane, 443);
      await rule("Ingress", plane, own, 443);
      expect(await failure(group(at, { ...inputs, nodeGroupName: "second" }))).to.include(
        "nothing lets nodes in to the kubelet (10250)",
      );
      await rule("Ingress", own, plane, 10250);
      await group(at, { ...inputs, nodeGroupName: "other" });
      expect(bench.plane.nodes).to.have.lengthOf(2);
    });

    it("for autoscaling may not use the key of its disks", async () => {
      const at = await estate();
      const key = await bench.make("Key", {});
      const ebs = { encrypted: "true", kmsKeyId: key.state.arn ?? "" };
      const { id } = await bench.make("LaunchTemplate", { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs }] });
      expect(await failure(group(at, { launchTemplate: { id, version: "1" } }))).to.include(
        "Client.InvalidKMSKey.InvalidState",
      );
    });
  });

  describe("of access", () => {
    const principalArn = "arn:aws:iam::111122223333:role/platform";
    const association = {
      clusterName: "main",
      principalArn,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      accessScope: { type: "cluster" },
    };

    it("names a principal once, and gives rights only to whom it names", async () => {
      await estate();
      expect(await refusal(bench.make("AccessPolicyAssociation", association))).to.include(
        "The specified principalArn could not be found",
      );
      await bench.make("AccessEntry", { clusterName: "main", principalArn });
      expect(await refusal(bench.make("AccessEntry", { clusterName: "main", principalArn }))).to.include(
        "ResourceInUseException: The specified access entry resource is already in use on this cluster.",
      );
    });

    it("makes an administrator of whom it says, as long as it says so", async () => {
      await estate();
      const entry = await bench.make("AccessEntry", { clusterName: "main", principalArn });
      await bench.make("AccessPolicyAssociation", association);
      expect([...bench.plane.administrators]).to.deep.equal([
        "arn:aws:sts::111122223333:assumed-role/platform/session",
      ]);
      await bench.delete(entry);
      expect([...bench.plane.administrators]).to.deep.equal([]);
      expect(bench.existing).to.not.include("AccessPolicyAssociation");
    });

    it("has no entries where the cluster keeps to its ConfigMap", async () => {
      await estate({ accessConfig: { authenticationMode: "CONFIG_MAP" } });
      expect(await refusal(bench.make("AccessEntry", { clusterName: "main", principalArn }))).to.include(
        "authentication mode must be set to one of [API, API_AND_CONFIG_MAP]",
      );
    });

    it("gives pods a role that trusts them, once for each account", async () => {
      await estate();
      const inputs = { clusterName: "main", namespace: "acme", serviceAccount: "app" };
      const wrong = await role("ec2.amazonaws.com", "wrong");
      expect(
        await refusal(bench.make("PodIdentityAssociation", { ...inputs, roleArn: wrong.state.arn ?? "" })),
      ).to.include("does not allow pods.eks.amazonaws.com to assume it");
      const roleArn = (await role("pods.eks.amazonaws.com", "app")).state.arn ?? "";
      const made = await bench.make("PodIdentityAssociation", { ...inputs, roleArn });
      expect(await refusal(bench.make("PodIdentityAssociation", { ...inputs, roleArn }))).to.include(
        `Association already exists: ${made.id}`,
      );
    });
  });

  describe("of add-ons", () => {
    const addon = (addonName: string) => bench.make("Addon", { clusterName: "main", addonName });

    it("has DaemonSets active before there is a node, and each once", async () => {
      await estate();
      await addon("vpc-cni");
      expect(await refusal(addon("vpc-cni"))).to.include("ResourceInUseException: Addon already exists.");
    });

    it("fails CoreDNS until a node takes its pods", async () => {
      const at = await estate();
      const inputs = { clusterName: "main", addonName: "coredns" };
      await group(at, { taints: [{ key: "team", value: "acme", effect: "NO_SCHEDULE" }] });
      expect(await refusal(bench.make("Addon", inputs))).to.include("no node takes the pods of coredns");
      await refusal(group({ ...at, node: await role("ec2.amazonaws.com", "bare") }, { nodeGroupName: "failed" }));
      expect(await refusal(bench.make("Addon", { ...inputs, addonName: "metrics-server" }))).to.include(
        "no node takes the pods",
      );
      await group(at, { nodeGroupName: "system", taints: [{ key: "CriticalAddonsOnly", effect: "NO_SCHEDULE" }] });
      const [made] = bench.store.read().all("aws:eks/addon:Addon");
      if (made) await bench.change(made, inputs);
    });
  });
});
