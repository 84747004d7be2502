import { expect } from "chai";
import { CUT_OFF, EKS, KARPENTER, MINOR_BEFORE } from "../../support/eks";
import { complaintsAbout } from "../complaints";

const ISOLATION = { nodes: "dedicated", runtime: "kata" };
const of = (pool: object) => ({ acme: { isolation: ISOLATION, pool } });

function about(tenants: Readonly<Record<string, unknown>>, platform: object = {}): string[] {
  return complaintsAbout(tenants, { platform: { ...EKS, karpenter: KARPENTER, ...platform } });
}

const WHERE = 'tenants.acme.isolation.runtime: "kata"';
const NEAREST = "the nearest choice without is runtime: gvisor";

describe("Kata on EKS", () => {
  it("runs on servers of one's own, whoever scales them", () => {
    const machines = ["m7i.metal-24xl", "c5.metal", "m7g.metal"].map((machine) => [machine]);
    for (const each of machines) {
      expect(about(of({ machines: each }))).to.deep.equal([]);
      expect(about(of({ machines: each, scaling: "karpenter" }))).to.deep.equal([]);
    }
  });

  it("runs on Intel's newest where Karpenter makes them", () => {
    const machines = ["c8i.large", "m8i.xlarge", "r8i-flex.xlarge", "m9i.xlarge"];
    expect(about(of({ machines, scaling: "karpenter" }))).to.deep.equal([]);
    expect(about(of({ machines: ["m8i.xlarge"] }), { scaling: "karpenter" })).to.deep.equal([]);
  });

  it("does not run in managed groups of virtual machines, which leave the option off", () => {
    const refusal = `${WHERE} needs hardware virtualization, which node groups on EKS silently leave off; write pool: { scaling: karpenter, machines: [m8i.xlarge] } with platform.karpenter, or machines that are *.metal; ${NEAREST}`;
    expect(about({ acme: { isolation: ISOLATION } })).to.deep.equal([refusal]);
    expect(about(of({ machines: ["m8i.xlarge"] }))).to.deep.equal([refusal]);
    expect(about(of({ machines: ["m7i.metal-24xl", "m7i.xlarge"] }))).to.deep.equal([refusal]);
  });

  it("does not run where the machine has no virtualization for its guests", () => {
    const refusal = (machine: string) =>
      `${WHERE} needs hardware virtualization, and ${machine} has none for its guests; write machines of c8i, m8i, r8i or newer, or *.metal; ${NEAREST}`;
    for (const machine of ["m7i.xlarge", "m8a.xlarge", "m8g.xlarge", "t3.large", "i8i.large"]) {
      expect(about(of({ machines: [machine], scaling: "karpenter" })), machine).to.deep.equal([refusal(machine)]);
    }
  });

  it("runs on one kind of machine in a pool", () => {
    expect(about(of({ machines: ["m8i.xlarge", "m8i.metal-48xl"], scaling: "karpenter" }))).to.deep.equal([
      `${WHERE} is on *.metal and on virtual machines in one pool, and EC2 takes the option for nested ones of the latter only; name one kind`,
    ]);
  });

  it("needs a Karpenter that asks for nested virtualization", () => {
    const platform = { ...MINOR_BEFORE, karpenter: { ...KARPENTER, version: "1.12.0" } };
    expect(about(of({ machines: ["m8i.xlarge"], scaling: "karpenter" }), platform)).to.deep.equal([
      'platform.karpenter.version: "1.12.0" is older than 1.13.0, the first release with nested virtualization; raise it',
    ]);
    expect(about(of({ machines: ["m8i.metal-48xl"], scaling: "karpenter" }), platform)).to.deep.equal([]);
  });

  it("needs nodes of the tenant's own", () => {
    expect(about({ acme: { isolation: { runtime: "kata" } } })).to.deep.equal([
      `${WHERE} is installed on no shared node of EKS; write isolation: { nodes: dedicated, runtime: kata } and machines that can run it; ${NEAREST}`,
    ]);
  });

  it("is on no Bottlerocket", () => {
    expect(about(of({ machines: ["m8i.xlarge"], scaling: "karpenter", image: "bottlerocket" }))[1]).to.equal(
      'tenants.acme.pool.image: "bottlerocket" does not run kata: its root cannot be written and it runs no scripts, so kata cannot be installed; write al2023, or isolation.runtime: native',
    );
  });

  it("has Cloud Hypervisor for Intel and AMD only", () => {
    const sandbox = { kata: { hypervisor: "clh" } };
    expect(about(of({ machines: ["m7g.metal"] }), { sandbox })).to.deep.equal([
      `${WHERE} is Cloud Hypervisor, which kata-deploy has for x86_64 only, and m7g.metal is aarch64; write platform.sandbox.kata.hypervisor: qemu`,
    ]);
    expect(about(of({ machines: ["m7i.metal-24xl"] }), { sandbox })).to.deep.equal([]);
  });

  it("comes from where the nodes have a way to", () => {
    const metal = of({ machines: ["m7i.metal-24xl"] });
    const karpenter = { ...KARPENTER, source: "oci://mirror.example.com/karpenter" };
    expect(about(metal, { ...CUT_OFF, karpenter })).to.deep.equal([
      'platform.sandbox.kata.image: "quay.io/kata-containers/kata-deploy" is out of reach with platform.network.nat: none; name a mirror that the VPC\'s endpoints reach',
    ]);
    const sandbox = { kata: { image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/kata-deploy" } };
    expect(about(metal, { ...CUT_OFF, karpenter, sandbox })).to.deep.equal([]);
  });
});
