import { expect } from "chai";
import { CUT_OFF, EKS, onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";
import { complaintsAbout } from "../complaints";

const OWN = { isolation: { nodes: "dedicated" } };
const SANDBOXED = { isolation: { nodes: "dedicated", runtime: "gvisor" } };
const GVISOR = { version: "20260914.0", sha512: { x86_64: "0".repeat(128) } };

function about(tenants: Readonly<Record<string, unknown>>, platform: object = {}): string[] {
  return complaintsAbout(tenants, { platform: { ...EKS, ...platform } });
}

describe("a pool on EKS", () => {
  it("lies in no more zones than the network has", () => {
    expect(about({ acme: { ...OWN, pool: { zones: 3 } } })).to.deep.equal([
      "tenants.acme.pool.zones: 3 is more than the network has (eu-central-1a, eu-central-1b); lower it",
    ]);
  });

  it("is of machines that EC2 has a name for, everywhere they are named", () => {
    const platform = { machines: ["m7i"], shared: { machines: ["large"] }, system: { machines: ["m7i.huge"] } };
    const refusal = "is not a machine type; write family and size, as m7i.xlarge";
    expect(about({ acme: { ...OWN, pool: { machines: ["e2-standard-4"] } } }, platform)).to.deep.equal([
      `platform.machines[0]: "m7i" ${refusal}`,
      `platform.shared.machines[0]: "large" ${refusal}`,
      `platform.system.machines[0]: "m7i.huge" ${refusal}`,
      `tenants.acme.pool.machines[0]: "e2-standard-4" ${refusal}`,
    ]);
  });

  it("is of every kind of machine that EC2 has", () => {
    const machines = ["m7i.metal-24xl", "m7i-flex.large", "c5a.xlarge", "u-6tb1.112xlarge", "t3.micro", "g4dn.xlarge"];
    expect(about({ acme: { ...OWN, pool: { machines } } })).to.deep.equal([]);
    const arm = ["m7g.metal", "c7gn.4xlarge", "im4gn.large", "is4gen.xlarge", "t4g.nano", "a1.large", "g5g.xlarge"];
    expect(about({ acme: { ...OWN, pool: { machines: arm } } })).to.deep.equal([]);
  });

  it("is of one architecture", () => {
    expect(about({ acme: { ...OWN, pool: { machines: ["m7i.large", "m7g.large", "c7g.large"] } } })).to.deep.equal([
      'tenants.acme.pool.machines[1]: "m7g.large" is aarch64 beside m7i.large, which is x86_64; a pool has one image, so name machines of one architecture',
    ]);
  });

  it("of a tenant is not called as the shared one", () => {
    expect(about({ shared: OWN })).to.deep.equal([
      'tenants.shared: "shared" is what the pool of shared nodes is called; choose another id',
    ]);
    expect(about({ shared: {} })).to.deep.equal([]);
  });
});

describe("the pools of a cluster on EKS", () => {
  it("are named to be replaced by the names they have", () => {
    const replace = ["system", "shared", "acme", "acmee"];
    expect(about({ acme: OWN }, { replace })).to.deep.equal([
      'platform.replace[3]: "acmee" is not a pool of this estate (system, shared, or as its tenant); did you mean "acme"?',
    ]);
  });
});

describe("the disk of a node on EKS", () => {
  it("holds the image that it starts from", () => {
    const own = { isolation: { nodes: "dedicated" } };
    const tenants = { acme: { ...own, pool: { disk: "20G" } }, globex: { ...own, pool: { disk: "20Gi" } } };
    expect(about(tenants, { system: { disk: "10Gi" }, shared: { disk: "19Gi" } })).to.deep.equal([
      'platform.shared.disk: "19Gi" is less than the image al2023 is itself; write at least 20Gi',
      'platform.system.disk: "10Gi" is less than the image al2023 is itself; write at least 20Gi',
      'tenants.acme.pool.disk: "20G" is less than the image al2023 is itself; write at least 20Gi',
    ]);
    expect(about(tenants, { image: "bottlerocket", system: { disk: "10Gi" } })).to.deep.equal([]);
  });
});

describe("a sandbox on EKS", () => {
  it("needs nodes of the tenant's own", () => {
    expect(about({ acme: { isolation: { runtime: "gvisor" } } })).to.deep.equal([
      'tenants.acme.isolation.runtime: "gvisor" is installed on no shared node of EKS; write isolation: { nodes: dedicated, runtime: gvisor }, or runtime: native',
    ]);
  });

  it("is on no Bottlerocket, which cannot be given one", () => {
    const why = "its root cannot be written and it runs no scripts, so gvisor cannot be installed";
    expect(about({ acme: SANDBOXED }, { image: "bottlerocket" })).to.deep.equal([
      `tenants.acme.isolation.runtime: "gvisor" does not run on platform.image: bottlerocket, ${why}; write pool: { image: al2023 } for this tenant`,
    ]);
    expect(about({ acme: { ...SANDBOXED, pool: { image: "bottlerocket" } } })).to.deep.equal([
      `tenants.acme.pool.image: "bottlerocket" does not run gvisor: ${why}; write al2023, or isolation.runtime: native`,
    ]);
    expect(about({ acme: { ...SANDBOXED, pool: { image: "al2023" } } }, { image: "bottlerocket" })).to.deep.equal([]);
    expect(about({ acme: { ...OWN, pool: { image: "bottlerocket" } } })).to.deep.equal([]);
  });

  it("is a release that is pinned here where the file names none", () => {
    expect(about({ acme: SANDBOXED, globex: { ...SANDBOXED, pool: { machines: ["m7g.large"] } } })).to.deep.equal([]);
    const { platform } = estateOf(onEks({ acme: SANDBOXED }));
    expect(platform).to.have.nested.property("sandbox.gvisor.version", "20260928.0");
  });

  it("is not a release without its digest", () => {
    expect(about({ acme: SANDBOXED }, { sandbox: { gvisor: { version: "20261005.0" } } })).to.deep.equal([
      "platform.sandbox.gvisor.sha512: is missing; write a map of fields",
    ]);
  });

  it("has a digest for every kind of machine it is installed on", () => {
    const globex = { ...SANDBOXED, pool: { machines: ["m7g.large"] } };
    expect(about({ acme: SANDBOXED, globex }, { sandbox: { gvisor: GVISOR } })).to.deep.equal([
      'platform.sandbox.gvisor.sha512.aarch64: is missing; the nodes of tenant "globex" are of that kind',
    ]);
  });

  it("is one archive with a date and a digest", () => {
    const gvisor = { version: "20260601.0", sha512: { x86_64: "abc" }, source: "http://mirror.example.com/" };
    expect(about({ acme: SANDBOXED }, { sandbox: { gvisor } })).to.deep.equal([
      'platform.sandbox.gvisor.sha512.x86_64: "abc" is not a SHA-512 digest; write its 128 lower-case hexadecimal digits',
      'platform.sandbox.gvisor.source: "http://mirror.example.com/" is not an address; write it as https://mirror.example.com/gvisor',
      'platform.sandbox.gvisor.source: "http://mirror.example.com/" ends in a slash; remove it',
      'platform.sandbox.gvisor.version: "20260601.0" is older than 20260831, the first release that is one archive',
    ]);
  });

  it("comes from where the nodes have a way to", () => {
    expect(about({ acme: SANDBOXED }, { ...CUT_OFF, sandbox: { gvisor: GVISOR } })).to.deep.equal([
      'platform.sandbox.gvisor.source: "https://storage.googleapis.com/gvisor/releases/release" is out of reach with platform.network.nat: none; name a mirror that the VPC\'s endpoints reach',
    ]);
    const gvisor = { ...GVISOR, source: "https://mirror.s3.eu-central-1.amazonaws.com/gvisor" };
    expect(about({ acme: SANDBOXED }, { ...CUT_OFF, sandbox: { gvisor } })).to.deep.equal([]);
  });
});

describe("an existing cluster", () => {
  it("is none of EKS's rules' business", () => {
    const acme = { isolation: { nodes: "dedicated" }, pool: { zones: 6, machines: ["anything"], maxNodeAge: 1 } };
    expect(complaintsAbout({ acme })).to.deep.equal([]);
  });
});
