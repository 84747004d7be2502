import { Provider } from "@pulumi/aws/provider";
import { expect } from "chai";
import { liveNetwork } from "../../../../components/cluster/eks/given";
import { givenProblems, type LiveNetwork } from "../../../../components/cluster/eks/given.plan";
import { formatProblem } from "../../../../config/problems";
import type { Answers } from "../../../support/engine";
import { askedBy } from "../../../support/program";

const GIVEN = {
  vpc: "vpc-1",
  cidrs: ["172.31.0.0/16", "2001:db8:1::/56"],
  subnets: { "eu-central-1a": "subnet-a", "eu-central-1b": "subnet-b" },
};

const AS_GIVEN: LiveNetwork = {
  vpc: { cidrs: GIVEN.cidrs, enableDnsSupport: true, enableDnsHostnames: true },
  subnets: new Map([
    ["subnet-a", { vpcId: "vpc-1", availabilityZone: "eu-central-1a" }],
    ["subnet-b", { vpcId: "vpc-1", availabilityZone: "eu-central-1b" }],
  ]),
};

const ANSWERS: Answers = {
  "aws:ec2/getVpc:getVpc": () => ({
    enableDnsSupport: true,
    enableDnsHostnames: true,
    cidrBlockAssociations: [
      { cidrBlock: "172.31.0.0/16", state: "associated" },
      { cidrBlock: "100.64.0.0/16", state: "associating" },
      { cidrBlock: "10.1.0.0/16", state: "disassociated" },
      { cidrBlock: "10.2.0.0/16", state: "failed" },
    ],
    ipv6CidrBlockAssociations: [{ ipv6CidrBlock: "2001:db8:1::/56", state: "associated" }],
  }),
  "aws:ec2/getSubnet:getSubnet": ({ id }) => ({
    vpcId: "vpc-1",
    availabilityZone: id === "subnet-a" ? "eu-central-1a" : "eu-central-1b",
  }),
};

async function live(answers: Answers): Promise<LiveNetwork | undefined> {
  let found: LiveNetwork | undefined;
  const look = async () => {
    found = await liveNetwork(GIVEN, { provider: new Provider("aws", { region: "eu-central-1" }) });
  };
  await askedBy(look, { added: {}, answers });
  return found;
}

const failing = (message: string) => () => {
  throw new Error(message);
};

describe("a VPC that is there already, as AWS knows it", () => {
  it("has every range of both families but those that are gone", async () => {
    const found = await live(ANSWERS);
    expect(found?.vpc?.cidrs).to.deep.equal(["172.31.0.0/16", "100.64.0.0/16", "2001:db8:1::/56"]);
  });

  it("is missing only where AWS says that there is none", async () => {
    const getVpc = "aws:ec2/getVpc:getVpc";
    expect((await live({ ...ANSWERS, [getVpc]: failing("no matching EC2 VPC found") }))?.vpc).to.equal(undefined);
    const expired = await live({ ...ANSWERS, [getVpc]: failing("ExpiredToken: the token is expired") }).then(
      () => "nothing failed",
      (error: Error) => error.message,
    );
    expect(expired).to.include("ExpiredToken: the token is expired");
  });
});

describe("what is wrong with a VPC that is there already", () => {
  const about = (vpc: Partial<NonNullable<LiveNetwork["vpc"]>>) =>
    givenProblems(GIVEN, { ...AS_GIVEN, vpc: { ...AS_GIVEN.vpc, ...vpc } as LiveNetwork["vpc"] }).map(formatProblem);

  it("is nothing when it is as the file says", () => {
    expect(about({})).to.deep.equal([]);
  });

  it("is a switch of its names that is off, each by itself", () => {
    const complaint = (what: string) =>
      `platform.network.given.vpc: "vpc-1" has ${what} off, without which no node finds the API server; turn on both`;
    expect(about({ enableDnsSupport: false })).to.deep.equal([complaint("enableDnsSupport")]);
    expect(about({ enableDnsHostnames: false })).to.deep.equal([complaint("enableDnsHostnames")]);
  });

  it("is a range of IPv6 that the file does not have", () => {
    expect(about({ cidrs: [...GIVEN.cidrs, "2001:db8:2::/56"] })).to.deep.equal([
      'platform.network.given.cidrs: ["172.31.0.0/16","2001:db8:1::/56"] lacks 2001:db8:2::/56 of vpc-1, and tenants could open ways to nodes and pods there; add it',
    ]);
  });
});
