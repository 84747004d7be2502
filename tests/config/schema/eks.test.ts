import { expect } from "chai";
import { EKS, KARPENTER, onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";
import { complaintsAbout } from "../complaints";

const ACME = { acme: {} };

function about(platform: object): string[] {
  return complaintsAbout(ACME, { platform: { ...EKS, ...platform } });
}

describe("a platform of kind eks", () => {
  it("asks for what nobody else can know, all of it at once", () => {
    expect(complaintsAbout(ACME, { platform: { kind: "eks" } })).to.deep.equal([
      "platform.addons: is missing; write a map of fields",
      "platform.admins: is missing; write a list",
      "platform.name: is missing; write a text",
      "platform.network: is missing; write a map of fields",
      "platform.region: is missing; write a text",
      "platform.version: is missing; write a text",
    ]);
  });

  it("is closed, logged, protected and of standard support where nothing is said", () => {
    const { platform } = estateOf(onEks(ACME));
    expect(platform).to.deep.include({
      support: "standard",
      endpoint: { publicCidrs: [] },
      logDays: 90,
      deletionProtection: "on",
      networkPolicy: "strict",
      scaling: "managed",
      system: { machines: ["m7i.large"], min: 2, max: 3, disk: "50Gi" },
      shared: { machines: ["m7i.xlarge"], max: 10, disk: "50Gi" },
    });
    expect(platform).to.have.nested.property("network.nat", "per-zone");
    expect(platform).to.have.nested.property("network.flowLogs", "all");
  });

  it("makes its administrators known to the guardrails by their group", () => {
    const { guardrails } = estateOf(onEks(ACME));
    expect(guardrails.exemptions.platformIdentities).to.deep.equal({ users: [], groups: ["bulkhead:platform"] });
  });

  it("lets no tenant be of that group", () => {
    const tenants = { acme: { access: { admins: [{ group: "bulkhead:platform" }] } } };
    expect(complaintsAbout(tenants, { platform: EKS })).to.have.lengthOf(1);
  });

  it("keeps tenants' rules out of its own network", () => {
    const tenants = { acme: { network: { egress: [{ cidr: "10.0.3.0/24" }, { cidr: "172.20.0.10/32" }] } } };
    expect(complaintsAbout(tenants, { platform: EKS })).to.deep.equal([
      'tenants.acme.network.egress[0].cidr: "10.0.3.0/24" lies in 10.0.0.0/16 (pods), which stays closed to tenants; remove the entry',
      'tenants.acme.network.egress[1].cidr: "172.20.0.10/32" lies in 172.20.0.0/16 (services), which stays closed to tenants; remove the entry',
    ]);
  });

  for (const [platform, complaint] of [
    [
      { network: { zones: ["eu-central-1a"] } },
      'platform.network.zones: ["eu-central-1a"] has fewer than 2 zones, and EKS asks for two at least',
    ],
    [{ network: {} }, "platform.network: {} has to say where; write exactly one of zones, given"],
    [
      { network: { ...EKS.network, cidr: "172.20.0.0/16" } },
      "platform.network.serviceCidr: overlaps the network's addresses (172.20.0.0/16); EKS routes such services nowhere",
    ],
    [
      { network: { ...EKS.network, cidr: "10.0.0.0/24" } },
      'platform.network.cidr: "10.0.0.0/24" is no size for this VPC; write an IPv4 range of /16 (AWS\'s largest) to /20 (the least that leaves room)',
    ],
    [
      { endpoint: { publicCidrs: ["0.0.0.0/0"] } },
      'platform.endpoint.publicCidrs: ["0.0.0.0/0"] opens the API server to everybody; name the ranges',
    ],
    [
      { endpoint: { publicCidrs: ["0.0.0.0/1", "128.0.0.0/1"] } },
      'platform.endpoint.publicCidrs: ["0.0.0.0/1","128.0.0.0/1"] opens the API server to half of the internet or more; name the ranges of those who need it',
    ],
    [
      { endpoint: { publicCidrs: ["203.0.113.5"] } },
      'platform.endpoint.publicCidrs[0]: "203.0.113.5" is one address; did you mean "203.0.113.5/32"?',
    ],
    [
      { network: { ...EKS.network, cidr: "abc" } },
      'platform.network.cidr: "abc" is not a CIDR; write an address and a prefix length, as 203.0.113.0/24',
    ],
    [
      { network: { ...EKS.network, serviceCidr: "abc" } },
      'platform.network.serviceCidr: "abc" is not a CIDR; write an address and a prefix length, as 203.0.113.0/24',
    ],
    [
      { tags: { "bulkhead.dev/cluster": "other" } },
      'platform.tags["bulkhead.dev/cluster"]: begins with bulkhead.dev/, by which rights are held to a cluster\'s own things; choose another key',
    ],
    [
      { tags: { "eks:cluster-name": "other" } },
      'platform.tags["eks:cluster-name"]: begins with eks:, which EKS keeps for itself; choose another key',
    ],
    [
      { endpoint: { publicCidrs: ["2001:db8::/32"] } },
      'platform.endpoint.publicCidrs[0]: "2001:db8::/32" is IPv6, which the public endpoint of a cluster of IPv4 does not take; write ranges of IPv4',
    ],
    [
      { endpoint: { publicCidrs: ["192.0.0.0/8"] } },
      'platform.endpoint.publicCidrs[0]: "192.0.0.0/8" has private addresses in it, from which nobody comes to the public endpoint; write the ranges that your office and CI have on the internet',
    ],
    [
      { endpoint: { publicCidrs: ["203.0.113.0/24", "192.168.7.0/24"] } },
      'platform.endpoint.publicCidrs[1]: "192.168.7.0/24" has private addresses in it, from which nobody comes to the public endpoint; write the ranges that your office and CI have on the internet',
    ],
    [
      { logDays: 45 },
      "platform.logDays: 45 is not a number of days for which CloudWatch keeps logs (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)",
    ],
    [
      { tags: { "AWS:team": "platform" } },
      'platform.tags["AWS:team"]: begins with aws:, which AWS keeps for itself; choose another key',
    ],
    [
      { network: { ...EKS.network, serviceCidr: "203.0.113.0/24" } },
      'platform.network.serviceCidr: "203.0.113.0/24" is no range for services on EKS; write one of /12 to /24 within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16',
    ],
    [
      { network: { zones: EKS.network.zones, cidr: "192.168.0.0/16", serviceCidr: "10.0.0.0/8" } },
      'platform.network.serviceCidr: "10.0.0.0/8" is no range for services on EKS; write one of /12 to /24 within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16',
    ],
    [
      { network: { ...EKS.network, serviceCidr: "172.20.0.0/25" } },
      'platform.network.serviceCidr: "172.20.0.0/25" is no range for services on EKS; write one of /12 to /24 within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16',
    ],
    [
      { admins: ["platform"] },
      'platform.admins[0]: "platform" is not an ARN; write it as arn:aws:iam::111122223333:role/platform',
    ],
    [
      { system: { min: 0 } },
      "platform.system.min: 0 leaves DNS and whatever scales nodes no node to run on, and none would ever come; write at least 1",
    ],
    [
      { system: { min: 0 }, scaling: "karpenter", karpenter: KARPENTER },
      "platform.system.min: 0 leaves DNS and whatever scales nodes no node to run on, and none would ever come; write at least 1",
    ],
    [{ system: { min: 4 } }, "platform.system.min: 4 is more than max (3)"],
    [{ shared: { min: 4, max: 3 } }, "platform.shared.min: 4 is more than max (3)"],
    [
      { scaling: "karpentr" },
      'platform.scaling: "karpentr" is not a kind of scaling; did you mean "karpenter"? (managed, karpenter)',
    ],
    [
      { karpenter: { version: "v1.14", images: { al2023: "v20260812" } } },
      'platform.karpenter.version: "v1.14" is not a release of Karpenter; write it in full and without a v, as 1.14.1',
    ],
    [
      { karpenter: { version: "1.14.1", images: { al2023: "latest" } } },
      'platform.karpenter.images.al2023: "latest" is not a release of the image; write its date, as v20260812, and never latest, which replaces nodes whenever AWS likes',
    ],
    [
      { karpenter: { version: "1.14.1", images: { al2023: "v20260812" }, source: "https://mirror.example.com/" } },
      'platform.karpenter.source: "https://mirror.example.com/" is not a registry with a path; write it as oci://public.ecr.aws/karpenter, without a slash at its end',
    ],
    [
      { addons: { ...EKS.addons, coredns: "latest" } },
      'platform.addons.coredns: "latest" is not an add-on\'s version; write it as v1.21.1-eksbuild.1',
    ],
  ] as const) {
    it(`is refused: ${complaint}`, () => {
      expect(about(platform)).to.deep.equal([complaint]);
    });
  }

  it("with a slip that is nobody else's is looked at in full, and so are its tenants", () => {
    const platform = { ...EKS, logDays: 45, tags: { "aws:team": "x" }, autoscaler: undefined };
    const tenants = { acme: { isolation: { nodes: "dedicated", runtime: "kata" } } };
    const places = complaintsAbout(tenants, { platform }).map((complaint) => complaint.split(": ")[0]);
    expect(places).to.deep.equal([
      "platform.autoscaler",
      "platform.logDays",
      'platform.tags["aws:team"]',
      "tenants.acme.isolation.runtime",
    ]);
  });

  it("may be reached from many places, kept in the logs for long, and called anything else", () => {
    const publicCidrs = ["203.0.113.0/24", "198.51.100.7/32"];
    const network = { ...EKS.network, serviceCidr: "10.100.0.0/16", cidr: "10.0.0.0/16" };
    expect(about({ endpoint: { publicCidrs }, logDays: 3653, tags: { "my-aws:team": "x" }, network })).to.deep.equal(
      [],
    );
  });
});
