import { expect } from "chai";
import { EKS } from "../../support/eks";
import { complaintsAbout } from "../complaints";

const GIVEN = {
  vpc: "vpc-0123456789abcdef0",
  cidrs: ["172.31.0.0/16", "100.64.0.0/16"],
  subnets: { "eu-central-1a": "subnet-0000000000000000a", "eu-central-1b": "subnet-0000000000000000b" },
};

function about(network: object, tenants: Readonly<Record<string, unknown>> = { acme: {} }): string[] {
  return complaintsAbout(tenants, { platform: { ...EKS, network } }).map((line) =>
    line.replace(/^platform\.network\./, ""),
  );
}

describe("a VPC that is there already", () => {
  it("is taken with its ranges and its subnets", () => {
    expect(about({ given: GIVEN })).to.deep.equal([]);
  });

  it("says what ranges it has: no other can be assumed", () => {
    const { cidrs: _, ...rest } = GIVEN;
    expect(about({ given: rest })).to.deep.equal([
      "given.cidrs: is missing; write every range of the VPC, or tenants could open ways to its nodes and pods; as [172.31.0.0/16]: aws ec2 describe-vpcs names them",
    ]);
    expect(about({ given: { ...GIVEN, cidrs: [] } })).to.deep.equal([
      "given.cidrs: [] is an empty list; name every range of the VPC",
    ]);
    expect(about({ cidr: "10.1.0.0/16", given: GIVEN })).to.deep.equal([
      'cidr: "10.1.0.0/16" has no meaning with given, whose ranges are in given.cidrs; remove it',
    ]);
  });

  it("keeps tenants' rules out of each of its ranges", () => {
    const egress = [{ cidr: "172.31.0.0/16" }, { cidr: "100.64.8.0/24" }, { cidr: "10.0.0.0/16" }];
    expect(about({ given: GIVEN }, { acme: { network: { egress } } })).to.deep.equal([
      'tenants.acme.network.egress[0].cidr: "172.31.0.0/16" lies in 172.31.0.0/16 (pods), which stays closed to tenants; remove the entry',
      'tenants.acme.network.egress[1].cidr: "100.64.8.0/24" lies in 100.64.0.0/16 (pods), which stays closed to tenants; remove the entry',
    ]);
  });

  it("has services outside of each of its ranges", () => {
    expect(about({ given: { ...GIVEN, cidrs: ["10.4.0.0/16", "172.20.128.0/20"] } })).to.deep.equal([
      "serviceCidr: overlaps the network's addresses (172.20.128.0/20); EKS routes such services nowhere",
    ]);
  });

  it("has a subnet of its own in each zone", () => {
    const subnets = { ...GIVEN.subnets, "eu-central-1c": GIVEN.subnets["eu-central-1a"] };
    expect(about({ given: { ...GIVEN, subnets } })).to.deep.equal([
      'given.subnets.eu-central-1c: "subnet-0000000000000000a" is the subnet of eu-central-1a already, and a subnet is in one zone; name that of eu-central-1c',
    ]);
  });

  it("is kept from by a tenant's own cluster", () => {
    const hooli = { isolation: { cluster: "dedicated" }, cluster: { cidr: "172.31.0.0/18" } };
    expect(about({ given: GIVEN }, { acme: {}, hooli })).to.deep.equal([
      'tenants.hooli.cluster.cidr: "172.31.0.0/18" overlaps 172.31.0.0/16 (the shared cluster\'s); write a range of its own, as 10.0.0.0/16',
    ]);
  });
});
