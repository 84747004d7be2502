import { expect } from "chai";
import { EKS } from "../../support/eks";
import { complaintsAbout } from "../complaints";

function about(platform: object, tenants: Readonly<Record<string, unknown>> = { acme: {} }): string[] {
  return complaintsAbout(tenants, { platform: { ...EKS, ...platform } });
}

const GOV = {
  region: "us-gov-west-1",
  network: { zones: ["us-gov-west-1a", "us-gov-west-1b"] },
  admins: ["arn:aws-us-gov:iam::111122223333:role/platform"],
};

describe("where a cluster on EKS is", () => {
  it("is one region, with its own zones", () => {
    const zones = ["eu-central-1a", "eu-west-1b"];
    expect(about({ network: { zones } })).to.deep.equal([
      'platform.network.zones[1]: "eu-west-1b" is not in eu-central-1; write a zone of that, as eu-central-1a',
    ]);
    const subnets = { "eu-central-1a": "subnet-0000000000000000a", "eu-central-2b": "subnet-0000000000000000b" };
    const given = { vpc: "vpc-0123456789abcdef0", cidrs: ["172.31.0.0/16"], subnets };
    expect(about({ network: { given } })).to.deep.equal([
      "platform.network.given.subnets.eu-central-2b: is not in eu-central-1; write a zone of that, as eu-central-1a",
    ]);
  });

  it("is one partition, with its own principals", () => {
    const [principal = ""] = GOV.admins;
    expect(about({ admins: [...EKS.admins, principal] })).to.deep.equal([
      `platform.admins[1]: "${principal}" is of partition aws-us-gov, and eu-central-1 is in aws, which knows nobody from there; name a principal of aws`,
    ]);
    expect(about({ ...GOV, admins: EKS.admins })).to.deep.equal([
      `platform.admins[0]: "arn:aws:iam::111122223333:role/platform" is of partition aws, and us-gov-west-1 is in aws-us-gov, which knows nobody from there; name a principal of aws-us-gov`,
    ]);
    expect(about(GOV)).to.deep.equal([]);
    const hooli = { isolation: { cluster: "dedicated" }, cluster: { cidr: "10.1.0.0/16", admins: [principal] } };
    expect(about({}, { acme: {}, hooli })).to.deep.equal([
      `tenants.hooli.cluster.admins[0]: "${principal}" is of partition aws-us-gov, and eu-central-1 is in aws, which knows nobody from there; name a principal of aws`,
    ]);
  });

  it("is none where services are called otherwise", () => {
    for (const region of ["cn-north-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1"]) {
      const there = { region, network: { zones: [`${region}a`, `${region}b`] } };
      expect(about(there), region).to.deep.equal([
        `platform.region: "${region}" is of a partition whose services and endpoints are not those of amazonaws.com, which Bulkhead names in roles and endpoints; choose a region of AWS's commercial or us-gov partition, or let somebody make the cluster and write kind: existing`,
      ]);
    }
  });

  it("is one account, in which the policy is that bounds its roles", () => {
    const bounded = (permissionsBoundary: string) => about({ permissionsBoundary });
    const own = "arn:aws:iam::111122223333:policy/boundary";
    for (const other of ["arn:aws:iam::999922223333:policy/boundary", "arn:aws-cn:iam::111122223333:policy/boundary"]) {
      expect(bounded(other)).to.deep.equal([
        `platform.permissionsBoundary: "${other}" is of another account or partition than the cluster (aws, 111122223333), whose roles it cannot bound; did you mean "${own}"?`,
      ]);
    }
    expect(bounded(own)).to.deep.equal([]);
  });
});
