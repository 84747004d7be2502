import { expect } from "chai";
import { CUT_OFF, EKS, KARPENTER, MINOR_BEFORE } from "../../support/eks";
import { complaintsAbout } from "../complaints";

const OWN = { isolation: { nodes: "dedicated" } };
const owned = (pool: object) => ({ ...OWN, pool });

const { autoscaler, ...BARE } = EKS;

function about(tenants: Readonly<Record<string, unknown>>, platform: object = {}): string[] {
  return complaintsAbout(tenants, { platform: { ...EKS, ...platform } });
}

describe("whoever scales a pool", () => {
  it("is in the stack file, for all kinds of pools there are and no other", () => {
    expect(complaintsAbout({ acme: OWN, globex: owned({ scaling: "karpenter" }) }, { platform: BARE })).to.deep.equal([
      'platform.autoscaler: is missing, and the nodes of tenant "acme" are a managed group that nothing else sizes; write its image, or scaling: karpenter',
      'platform.karpenter: is missing, and the nodes of tenant "globex" are made by it; write { version: 1.14.1, images: { al2023: v20260812 } } with the releases that you want, or scaling: managed',
    ]);
    const platform = { ...BARE, scaling: "karpenter", karpenter: KARPENTER };
    expect(complaintsAbout({ acme: OWN, globex: {} }, { platform })).to.deep.equal([]);
    expect(
      complaintsAbout({ acme: owned({ scaling: "managed" }) }, { platform: { ...platform, autoscaler } }),
    ).to.deep.equal([]);
  });

  it("has a release of every image that its nodes start from", () => {
    const platform = { ...EKS, image: "bottlerocket", scaling: "karpenter", karpenter: KARPENTER };
    const missing = (whose: string) =>
      `platform.karpenter.images.bottlerocket: is missing, and ${whose} start from it; write its release, as v1.49.0`;
    expect(complaintsAbout({ acme: OWN }, { platform })).to.deep.equal([missing('the nodes of tenant "acme"')]);
    expect(complaintsAbout({ acme: {} }, { platform })).to.deep.equal([missing("the shared nodes")]);
    expect(complaintsAbout({ acme: owned({ image: "al2023" }) }, { platform })).to.deep.equal([]);
    expect(complaintsAbout({ acme: owned({ scaling: "managed" }) }, { platform })).to.deep.equal([]);
    const images = { ...KARPENTER.images, bottlerocket: "v1.49.0" };
    const pinned = { ...platform, karpenter: { ...KARPENTER, images } };
    expect(complaintsAbout({ acme: OWN, globex: {} }, { platform: pinned })).to.deep.equal([]);
  });

  it("is needed for the shared nodes where tenants share, as the platform says", () => {
    expect(complaintsAbout({ acme: {} }, { platform: { ...BARE, karpenter: KARPENTER } })).to.deep.equal([
      "platform.autoscaler: is missing, and the shared nodes are a managed group that nothing else sizes; write its image, or scaling: karpenter",
    ]);
    expect(complaintsAbout({ acme: {} }, { platform: { ...BARE, scaling: "karpenter" } })).to.deep.equal([
      "platform.karpenter: is missing, and the shared nodes are made by it; write { version: 1.14.1, images: { al2023: v20260812 } } with the releases that you want, or scaling: managed",
    ]);
  });

  it("is nobody's choice on a cluster that is there already", () => {
    expect(complaintsAbout({ acme: owned({ scaling: "karpenter" }) })).to.deep.equal([
      'tenants.acme.pool.scaling: "karpenter" has no meaning on an existing cluster, whose nodes Bulkhead neither makes nor ends; remove it',
    ]);
  });
});

describe("a pool that Karpenter scales", () => {
  const platform = { karpenter: KARPENTER };

  it("may bound the age of its nodes, which a managed one cannot", () => {
    expect(about({ acme: owned({ scaling: "karpenter", maxNodeAge: 24 }) }, platform)).to.deep.equal([]);
    expect(about({ acme: owned({ maxNodeAge: 24 }) }, platform)).to.deep.equal([
      "tenants.acme.pool.maxNodeAge: 24 has no effect on EKS's node groups, which know no age of nodes; remove it, or write scaling: karpenter beside it",
    ]);
  });

  it("keeps no nodes that no pod needs, and promises none", () => {
    const tenants = { acme: owned({ min: 1 }), globex: {} };
    const problems = about(tenants, { ...platform, scaling: "karpenter", shared: { min: 2 } });
    expect(problems).to.deep.equal([
      "platform.shared.min: 2 is more than Karpenter keeps, which has nodes only while pods need them; remove it, or write platform.scaling: managed",
      "tenants.acme.pool.min: 1 is more than Karpenter keeps, which has nodes only while pods need them; remove it, or write scaling: managed beside it",
    ]);
    expect(about({ acme: owned({ min: 1 }) }, platform)).to.deep.equal([]);
  });

  it("has a Karpenter that can do what is asked of it", () => {
    const karpenter = { ...KARPENTER, version: "1.9.12" };
    expect(about({ acme: OWN }, { karpenter })).to.deep.equal([
      'platform.karpenter.version: "1.9.12" is older than 1.12.0, the first release with a bound on a pool\'s nodes; raise it',
      'platform.karpenter.version: "1.9.12" is older than 1.13.0, the first release with Kubernetes 1.36; raise it',
    ]);
    expect(about({ acme: OWN }, { karpenter: { ...KARPENTER, version: "1.13.0" } })).to.deep.equal([]);
    expect(about({ acme: OWN }, { ...MINOR_BEFORE, karpenter: { ...KARPENTER, version: "1.12.0" } })).to.deep.equal([]);
  });

  it("takes no tag by which Karpenter knows what is its own", () => {
    const tags = { team: "platform", "karpenter.sh/nodepool": "x", "kubernetes.io/cluster/staging": "owned" };
    expect(about({ acme: OWN }, { tags, karpenter: KARPENTER })).to.deep.equal([
      'platform.tags["karpenter.sh/nodepool"]: is a tag that Karpenter keeps for itself; remove it',
      'platform.tags["kubernetes.io/cluster/staging"]: is a tag that Karpenter keeps for itself; remove it',
    ]);
    expect(about({ acme: OWN }, { tags })).to.deep.equal([]);
  });

  it("has a Karpenter whose image the nodes have a way to", () => {
    expect(about({ acme: OWN }, { ...CUT_OFF, karpenter: KARPENTER })).to.deep.equal([
      'platform.karpenter.source: "oci://public.ecr.aws/karpenter" is out of reach with platform.network.nat: none; name a mirror that the VPC\'s endpoints reach',
    ]);
    const source = "oci://111122223333.dkr.ecr.eu-central-1.amazonaws.com/karpenter";
    expect(about({ acme: OWN }, { ...CUT_OFF, karpenter: { ...KARPENTER, source } })).to.deep.equal([]);
  });
});

describe("cluster-autoscaler", () => {
  const complaint = (image: string) =>
    `platform.autoscaler.image: "${image}" is out of reach with platform.network.nat: none; name a mirror that the VPC's endpoints reach`;
  const from = (image: string) => about({ acme: {} }, { ...CUT_OFF, autoscaler: { image } });

  it("comes from where the nodes have a way to", () => {
    const { image } = autoscaler;
    expect(about({ acme: {} }, { network: CUT_OFF.network })).to.deep.equal([complaint(image)]);
    for (const other of [
      "cluster-autoscaler:v1.36.0",
      "someone/cluster-autoscaler:v1.36.0",
      "eu.gcr.io/autoscaler:v1.36.0",
    ]) {
      expect(from(other), other).to.deep.equal([complaint(other)]);
    }
    expect(from(CUT_OFF.autoscaler.image)).to.deep.equal([]);
    expect(from("mirror.example.com:5000/cluster-autoscaler:v1.36.0")).to.deep.equal([]);
  });

  it("comes from wherever it likes where there are ways out, or may be", () => {
    expect(about({ acme: {} }, { network: { ...EKS.network, nat: "single" } })).to.deep.equal([]);
    const subnets = { "eu-central-1a": "subnet-0000000000000000a", "eu-central-1b": "subnet-0000000000000000b" };
    const given = { vpc: "vpc-0123456789abcdef0", cidrs: ["172.31.0.0/16"], subnets };
    expect(about({ acme: {} }, { network: { nat: "none", given } })).to.deep.equal([]);
  });
});

describe("the pools of a cluster on EKS", () => {
  const tenants = (owners: number, rest: object = {}) => ({
    ...Object.fromEntries(Array.from({ length: owners }, (_, index) => [`tenant${index}`, OWN])),
    ...rest,
  });

  it("are no more managed groups than leave room to replace some", () => {
    expect(about(tenants(24))).to.deep.equal([]);
    expect(about(tenants(24, { acme: {} }))).to.deep.equal([
      "tenants: make 26 node groups with those of their own, more than 25 (EKS has 30 a cluster, and one that is replaced has a second beside it); write scaling: karpenter, which needs no groups, let some share nodes, or give them another cluster",
    ]);
  });

  it("are as many as one likes where Karpenter scales them", () => {
    expect(about(tenants(60, { acme: {} }), { scaling: "karpenter", karpenter: KARPENTER })).to.deep.equal([]);
    const some = tenants(24, { acme: owned({ scaling: "karpenter" }) });
    expect(about(some, { karpenter: KARPENTER })).to.deep.equal([]);
  });
});
