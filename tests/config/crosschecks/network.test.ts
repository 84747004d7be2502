import { expect } from "chai";
import { complaintsAbout } from "../complaints";

const egress = (...peers: unknown[]) => ({ network: { egress: peers } });
const ingress = (...peers: unknown[]) => ({ network: { ingress: peers } });
const KNOWN_RANGES = {
  platform: {
    kind: "existing",
    capabilities: { podCidrs: ["10.244.0.0/16"], serviceCidrs: ["10.96.0.0/16"], nodeCidrs: ["192.168.10.0/24"] },
  },
};

describe("a flow", () => {
  it("has exactly one other end", () => {
    const acme = egress({ ports: [443] }, { tenant: "globex", cidr: "203.0.113.0/24" });
    expect(complaintsAbout({ acme, globex: {} })).to.deep.equal([
      'tenants.acme.network.egress[0]: {"ports":[443]} has to name one peer; write exactly one of tenant, namespace, cidr',
      'tenants.acme.network.egress[1]: {"tenant":"globex","cidr":"203.0.113.0/24"} has to name one peer; write exactly one of tenant, namespace, cidr',
    ]);
  });

  it("to another tenant is accepted there", () => {
    expect(complaintsAbout({ acme: egress({ tenant: "globex" }), globex: {} })).to.deep.equal([
      'tenants.acme.network.egress[0].tenant: "globex" does not accept it; add { tenant: acme } to tenants.globex.network.ingress',
    ]);
    expect(complaintsAbout({ acme: egress({ tenant: "globex", ports: [80, 443] }), globex: {} })).to.deep.equal([
      'tenants.acme.network.egress[0].tenant: "globex" does not accept it; add { tenant: acme, ports: [80, 443] } to tenants.globex.network.ingress',
    ]);
    expect(complaintsAbout({ acme: egress({ tenant: "globex" }), globex: ingress({ tenant: "acme" }) })).to.deep.equal(
      [],
    );
  });

  it("uses ports that are accepted, in one entry or in several", () => {
    const acme = egress({ tenant: "globex", ports: [80, 443, 5432] });
    const some = ingress({ tenant: "acme", ports: [80] }, { tenant: "acme", ports: [443] }, { tenant: "hooli" });
    expect(complaintsAbout({ acme, globex: some, hooli: {} })).to.deep.equal([
      'tenants.acme.network.egress[0].tenant: "globex" does not accept port 5432; add it to tenants.globex.network.ingress',
    ]);
    const [first, all] = [{ tenant: "acme", ports: [80] }, { tenant: "acme" }];
    expect(complaintsAbout({ acme, globex: ingress(first, all) })).to.deep.equal([]);
    expect(complaintsAbout({ acme, globex: ingress(all, first) })).to.deep.equal([]);
  });

  it("over every port is not accepted by some", () => {
    expect(
      complaintsAbout({ acme: egress({ tenant: "globex" }), globex: ingress({ tenant: "acme", ports: [80, 443] }) }),
    ).to.deep.equal([
      'tenants.acme.network.egress[0].tenant: "globex" accepts only ports 80, 443; add ports: [80, 443] here',
    ]);
  });

  it("may be accepted from a tenant that does not send yet", () => {
    expect(complaintsAbout({ acme: ingress({ tenant: "globex" }), globex: {} })).to.deep.equal([]);
  });

  it("leads to a tenant that exists, and not to itself", () => {
    const acme = { network: { egress: [{ tenant: "globx" }, { tenant: "acme" }], ingress: [{ tenant: "nobody" }] } };
    expect(complaintsAbout({ acme, globex: {} })).to.deep.equal([
      'tenants.acme.network.egress[0].tenant: "globx" is not a tenant of this estate; did you mean "globex"?',
      'tenants.acme.network.egress[1].tenant: "acme" is the tenant itself, which is always open; remove the entry',
      'tenants.acme.network.ingress[0].tenant: "nobody" is not a tenant of this estate',
    ]);
  });

  it("to a namespace is to one of the platform's", () => {
    const acme = { namespaces: ["web"], ...egress({ namespace: "globex-db" }, { namespace: "acme-web" }) };
    expect(complaintsAbout({ acme, globex: {}, hooli: ingress({ namespace: "ingress-nginx" }) })).to.deep.equal([
      'tenants.acme.network.egress[0].namespace: "globex-db" belongs to tenant "globex"; write { tenant: globex } so that both sides agree',
      'tenants.acme.network.egress[1].namespace: "acme-web" is the tenant\'s own, which is always open; remove the entry',
    ]);
  });
});

describe("a range of addresses", () => {
  for (const [cidr, place] of [
    ["169.254.169.254/32", "169.254.0.0/16 (link-local and cloud metadata)"],
    ["169.254.0.0/16", "169.254.0.0/16 (link-local and cloud metadata)"],
    ["fe80::/64", "fe80::/10 (link-local and cloud metadata)"],
    ["fd00:ec2::254/128", "fd00:ec2::/32 (link-local and cloud metadata)"],
    ["10.244.7.0/24", "10.244.0.0/16 (pods)"],
    ["10.96.0.1/32", "10.96.0.0/16 (services)"],
    ["192.168.10.0/25", "192.168.10.0/24 (nodes)"],
  ] as const) {
    it(`is not opened at ${cidr}`, () => {
      expect(complaintsAbout({ acme: egress({ cidr }) }, KNOWN_RANGES)).to.deep.equal([
        `tenants.acme.network.egress[0].cidr: "${cidr}" lies in ${place}, which stays closed to tenants; remove the entry`,
      ]);
    });
  }

  it("may hold closed ranges, which are then left out of it", () => {
    const acme = egress({ cidr: "0.0.0.0/0" }, { cidr: "10.0.0.0/8" }, { cidr: "::/0" });
    expect(complaintsAbout({ acme }, KNOWN_RANGES)).to.deep.equal([]);
  });

  it("that may hold nodes is not opened before the platform says where its nodes are", () => {
    const platform = { kind: "existing", capabilities: { podCidrs: ["10.244.0.0/16"] } };
    const acme = egress({ cidr: "0.0.0.0/0" }, { cidr: "10.1.0.0/16" }, { cidr: "203.0.113.0/24" });
    expect(complaintsAbout({ acme }, { platform })).to.deep.equal([
      'tenants.acme.network.egress[0].cidr: "0.0.0.0/0" may hold nodes, pods or services, and the platform does not say where those are; set platform.capabilities.serviceCidrs, nodeCidrs',
      'tenants.acme.network.egress[1].cidr: "10.1.0.0/16" may hold nodes, pods or services, and the platform does not say where those are; set platform.capabilities.serviceCidrs, nodeCidrs',
    ]);
  });
});

describe("a host", () => {
  const hosts = (...names: string[]) => ({ network: { hosts: names } });

  it("belongs to one tenant", () => {
    expect(complaintsAbout({ acme: hosts("shop.example.com"), globex: hosts("shop.example.com") })).to.deep.equal([
      'tenants.globex.network.hosts[0]: "shop.example.com" is owned by tenant "acme"; a host belongs to one tenant, with everything below it',
    ]);
  });

  it("belongs to one tenant with everything below it", () => {
    expect(complaintsAbout({ globex: hosts("example.com"), acme: hosts("www.shop.example.com") })).to.deep.equal([
      'tenants.acme.network.hosts[0]: "www.shop.example.com" lies in "example.com", which is owned by tenant "globex"; a host belongs to one tenant, with everything below it',
    ]);
  });

  it("is not another's because it ends in the same letters", () => {
    expect(complaintsAbout({ acme: hosts("example.com"), globex: hosts("evilexample.com") })).to.deep.equal([]);
  });

  it("is listed once", () => {
    expect(complaintsAbout({ acme: hosts("a.example", "a.example", "b.a.example") })).to.deep.equal([
      'tenants.acme.network.hosts[1]: "a.example" is listed twice; remove one',
      'tenants.acme.network.hosts[2]: "b.a.example" lies in "a.example", which is listed already; remove it',
    ]);
  });
});
