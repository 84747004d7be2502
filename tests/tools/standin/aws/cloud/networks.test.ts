import { expect } from "chai";
import { Bench, refusal } from "../bench";
import { useCloud } from "./site";

describe("the stand-in cloud", () => {
  const { bench, vpc, subnet, open } = useCloud();

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
      expect(await refusal(bench().make("Subnet", inputs))).to.equal(
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
      expect(await refusal(bench().delete(network))).to.include(
        `DependencyViolation: resource ${network.id} has a dependent object (EC2 Subnet ${part.id})`,
      );
      await bench().delete(part);
      await bench().delete(network);
      expect(bench().store.read().things).to.deep.equal([]);
    });

    it("has one internet gateway for a VPC, and keeps it as long as it carries addresses", async () => {
      const { network, gateway, subnetIds } = await open();
      expect(await refusal(bench().make("InternetGateway", { vpcId: network.id }))).to.include(
        "Resource.AlreadyAssociated",
      );
      const address = await bench().make("Eip", { domain: "vpc" });
      await bench().make("NatGateway", { subnetId: subnetIds[0] ?? "", allocationId: address.id });
      expect(await refusal(bench().delete(gateway))).to.include("has some mapped public address(es)");
      expect(await refusal(bench().delete(address))).to.include("InvalidIPAddress.InUse");
    });

    it("has no NAT gateway in a network without a way out", async () => {
      const part = await subnet(await vpc(), "10.0.0.0/20");
      const address = await bench().make("Eip", {});
      expect(await refusal(bench().make("NatGateway", { subnetId: part.id, allocationId: address.id }))).to.include(
        "Gateway.NotAttached",
      );
    });

    it("has one route to a place", async () => {
      const { table, gateway } = await open();
      const twin = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id };
      expect(await refusal(bench().make("Route", twin))).to.include("RouteAlreadyExists");
    });

    it("keeps a security group that another's rule names", async () => {
      const network = await vpc();
      const one = await bench().make("SecurityGroup", { vpcId: network.id, name: "one" });
      const other = await bench().make("SecurityGroup", { vpcId: network.id, name: "other" });
      const rule = { securityGroupId: one.id, referencedSecurityGroupId: other.id, ipProtocol: "-1" };
      await bench().make("SecurityGroupIngressRule", rule);
      expect(await refusal(bench().make("SecurityGroupIngressRule", rule))).to.include("InvalidPermission.Duplicate");
      expect(await refusal(bench().delete(other))).to.include("DependencyViolation");
      await bench().delete(one);
      expect(bench().existing).to.have.members(["Vpc", "SecurityGroup"]);
    });

    it("has private names of endpoints only where the VPC resolves them", async () => {
      const network = await vpc();
      const inputs = {
        vpcId: network.id,
        serviceName: "com.amazonaws.eu-central-1.eks",
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
      };
      expect(await refusal(bench().make("VpcEndpoint", inputs))).to.include(
        "requires both enableDnsSupport and enableDnsHostnames",
      );
      await bench().change(network, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
      await bench().make("VpcEndpoint", inputs);
      expect(await refusal(bench().make("VpcEndpoint", inputs))).to.include("conflicting DNS domain");
      const elsewhere = { ...inputs, serviceName: "com.amazonaws.us-east-1.eks" };
      expect(await refusal(bench().make("VpcEndpoint", elsewhere))).to.include("InvalidServiceName");
    });
  });
});
