import { expect } from "chai";
import fc from "fast-check";
import { overlaps } from "../../config/cidr";
import { ownClusterName, ownEstate, ownPlatform, ownStackName } from "../../config/own-cluster";
import type { EksPlatform } from "../../config/schema";
import { EKS } from "../support/eks";
import { estateWith } from "../support/estate";
import { complaintsAbout } from "./complaints";

const OWN = { isolation: { cluster: "dedicated" }, cluster: { cidr: "10.1.0.0/16" } };

function ownOf(tenant: object, platform: object = {}): EksPlatform {
  const estate = estateWith({ acme: {}, hooli: { ...OWN, ...tenant } }, { platform: { ...EKS, ...platform } });
  const [own] = estate.apart;
  if (!own || estate.platform.kind !== "eks") throw new Error("hooli has no cluster of its own");
  return ownPlatform(estate.platform, own.tenant);
}

describe("the platform of a tenant's own cluster", () => {
  it("is the others', under its own name and in its own network", () => {
    const { platform } = estateWith({ acme: {} }, { platform: EKS });
    expect(ownOf({})).to.deep.equal({
      ...platform,
      name: "staging-hooli",
      network: {
        cidr: "10.1.0.0/16",
        zones: ["eu-central-1a", "eu-central-1b"],
        nat: "per-zone",
        flowLogs: "all",
        serviceCidr: "172.20.0.0/16",
      },
    });
  });

  it("lies in a VPC that its stack makes, also where the others' is given", () => {
    const subnets = { "eu-central-1a": "subnet-0123456789abcdef0", "eu-central-1c": "subnet-0123456789abcdef1" };
    const { network } = ownOf(
      {},
      { network: { given: { vpc: "vpc-0123456789abcdef0", cidrs: ["172.31.0.0/16"], subnets } } },
    );
    expect(network).to.not.have.property("given");
    expect(network.zones).to.deep.equal(["eu-central-1a", "eu-central-1c"]);
  });

  it("is in the account of its administrators, and never bounded by another account's policy", () => {
    const permissionsBoundary = "arn:aws:iam::111122223333:policy/boundary";
    expect(ownOf({}, { permissionsBoundary })).to.deep.include({ permissionsBoundary, admins: EKS.admins });
    const elsewhere = {
      cidr: "10.1.0.0/16",
      admins: ["arn:aws:iam::444455556666:role/platform"],
      permissionsBoundary: "arn:aws:iam::444455556666:policy/bound",
    };
    expect(ownOf({ cluster: elsewhere }, { permissionsBoundary })).to.deep.include({
      admins: elsewhere.admins,
      permissionsBoundary: elsewhere.permissionsBoundary,
    });
  });

  it("may replace its pools when the tenant is named, and not because the others' may be", () => {
    expect(ownOf({}, { replace: ["system", "acme"] }).replace).to.deep.equal([]);
    expect(ownOf({}, { replace: ["hooli"] }).replace).to.deep.equal(["system", "shared"]);
    const nodes = { isolation: { cluster: "dedicated", nodes: "dedicated" } };
    expect(ownOf(nodes, { replace: ["hooli"] }).replace).to.deep.equal(["system", "hooli"]);
  });

  it("is protected as the others', until its tenant leaves", () => {
    expect(ownOf({}).deletionProtection).to.equal("on");
    expect(ownOf({}, { deletionProtection: "off" }).deletionProtection).to.equal("off");
    expect(ownOf({ state: "leaving" }).deletionProtection).to.equal("off");
  });

  it("has nobody else's logins", () => {
    const people = (sharedWith: string) => ({ access: { admins: [{ user: "ada", sharedWith: [sharedWith] }] } });
    const estate = estateWith({ acme: people("hooli"), hooli: { ...OWN, ...people("acme") } }, { platform: EKS });
    const [own] = estate.apart;
    const admins = own && ownEstate(estate, "staging", own).tenants[0]?.access.admins;
    expect(admins).to.deep.equal([{ user: "ada", principals: [], sharedWith: [] }]);
  });
});

describe("names of what is a tenant's own", () => {
  const id = fc.stringMatching(/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/);
  const parent = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,58}[a-z0-9])?$/);

  it("are as long as Pulumi and the schema allow, and a DNS label", () => {
    fc.assert(
      fc.property(parent, id, (name, tenant) => {
        expect(ownClusterName(name, tenant)).to.match(/^[a-z0-9]([-a-z0-9]{0,58}[a-z0-9])?$/);
        expect(ownStackName(name, tenant).length).to.be.at.most(100);
      }),
    );
  });

  it("are told apart as their tenants are, also where they are too long to be written out", () => {
    fc.assert(
      fc.property(parent, id, id, (name, one, other) => {
        fc.pre(one !== other);
        expect(ownClusterName(name, one)).to.not.equal(ownClusterName(name, other));
        expect(ownStackName(name, one)).to.not.equal(ownStackName(name, other));
      }),
    );
    const long = "a".repeat(50);
    expect(ownClusterName(long, "hooli-and-sons")).to.equal(`${long}--7a38164a`);
    expect(ownClusterName(long, "hooli-and-partners")).to.not.equal(ownClusterName(long, "hooli-and-sons"));
  });
});

describe("ranges of the clusters of an estate that is accepted", () => {
  it("are disjoint", () => {
    const range = fc
      .tuple(fc.nat(3), fc.constantFrom(16, 17, 18))
      .map(([block, length]) => `10.${block}.0.0/${length}`);
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), (cidrs) => {
        const tenants = Object.fromEntries(cidrs.map((cidr, index) => [`t${index}`, { ...OWN, cluster: { cidr } }]));
        const all = ["10.0.0.0/16", ...cidrs];
        const meet = all.some((one, index) => all.slice(index + 1).some((other) => overlaps(one, other)));
        expect(complaintsAbout(tenants, { platform: EKS }).length > 0).to.equal(meet);
      }),
    );
  });
});
