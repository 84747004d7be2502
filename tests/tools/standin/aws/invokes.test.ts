import { expect } from "chai";
import { rolesBefore } from "../../../../tools/standin/aws/account";
import { INVOKES } from "../../../../tools/standin/aws/invokes";
import type { PropertyMap } from "../../../../tools/standin/plugin/properties";
import { Bench } from "./bench";
import { trust } from "./documents";

describe("asking the stand-in cloud", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => bench.remove());

  const ask = (module: string, name: string, args: PropertyMap = {}) => {
    const invoke = INVOKES[`aws:${module}/${name}:${name}`];
    if (!invoke) throw new Error(`there is no ${name}`);
    return invoke(args, bench.world);
  };

  it("says who deploys, and whose session that is", () => {
    const { arn = "", accountId } = ask("index", "getCallerIdentity");
    expect(accountId).to.equal("111122223333");
    expect(arn).to.equal("arn:aws:sts::111122223333:assumed-role/platform/session");
    expect(ask("iam", "getSessionContext", { arn })).to.include({
      issuerArn: "arn:aws:iam::111122223333:role/platform",
      issuerName: "platform",
      sessionName: "session",
    });
  });

  it("takes the ARN of a role for its own issuer", () => {
    const arn = "arn:aws:iam::111122223333:role/ops";
    expect(ask("iam", "getSessionContext", { arn })).to.include({ issuerArn: arn, issuerName: "" });
  });

  it("knows the role of autoscaling groups, but not in a fresh account, and those that were made", async () => {
    const pathPrefix = "/aws-service-role/autoscaling.amazonaws.com/";
    const arn =
      "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
    expect(ask("iam", "getRoles", { pathPrefix })).to.deep.include({
      arns: [arn],
      names: ["AWSServiceRoleForAutoScaling"],
    });
    await bench.make("Role", { name: "node", path: "/nodes/", assumeRolePolicy: trust("ec2.amazonaws.com") });
    expect(ask("iam", "getRoles", { pathPrefix: "/nodes/" })).to.deep.include({ names: ["node"] });
    bench.rolesBefore = rolesBefore({ BULKHEAD_AWS_ACCOUNT: "fresh" });
    expect(ask("iam", "getRoles", { pathPrefix })).to.deep.include({ arns: [], names: [] });
    expect(ask("iam", "getRoles")).to.deep.include({ names: ["platform", "node"] });
  });

  it("says which zones and which partition there are", () => {
    expect(ask("index", "getAvailabilityZones")).to.deep.include({
      names: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
      zoneIds: ["euc1-az1", "euc1-az2", "euc1-az3"],
    });
    expect(ask("index", "getPartition")).to.include({ partition: "aws", dnsSuffix: "amazonaws.com" });
  });

  it("finds a network by its id, its range or its tags, when there is exactly one", async () => {
    const tags = { team: "acme" };
    const { id } = await bench.make("Vpc", { cidrBlock: "10.0.0.0/16", tags });
    await bench.make("Vpc", { cidrBlock: "10.1.0.0/16" });
    expect(ask("ec2", "getVpc", { id })).to.include({ id, cidrBlock: "10.0.0.0/16", state: "available" });
    expect(ask("ec2", "getVpc", { tags })).to.include({ id });
    expect(ask("ec2", "getVpc", { filters: [{ name: "tag:team", values: ["acme"] }] })).to.include({ id });
    expect(() => ask("ec2", "getVpc", { id: "vpc-0" })).to.throw("reading EC2 VPC: no matching EC2 VPC found");
    expect(() => ask("ec2", "getVpc", {})).to.throw("reading EC2 VPC: multiple EC2 VPC found");
  });

  it("finds no cluster where none is", () => {
    expect(ask("eks", "getClusters")).to.deep.include({ names: [] });
    expect(() => ask("eks", "getCluster", { name: "main" })).to.throw(
      "reading EKS Cluster (main): couldn't find resource",
    );
  });
});
