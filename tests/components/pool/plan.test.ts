import { expect } from "chai";
import { planPools } from "../../../components/pool/plan";
import { onEks } from "../../support/eks";
import { estateOf, estateWith } from "../../support/estate";

const GVISOR = { version: "20260914.0", sha512: { x86_64: "0".repeat(128) } };
const OWN = { isolation: { nodes: "dedicated" } };

function poolsOf(tenants: Readonly<Record<string, unknown>>, platform: object = {}) {
  return planPools(estateOf(onEks(tenants, platform)));
}

function poolOf(name: string, tenants: Readonly<Record<string, unknown>>, platform: object = {}) {
  const pool = poolsOf(tenants, platform).find((candidate) => candidate.name === name);
  if (!pool) throw new Error(`no pool ${name}`);
  return pool;
}

describe("the pools of a cluster on EKS", () => {
  it("are the system's, then the shared one, then one for each tenant with nodes of its own", () => {
    const names = poolsOf({ globex: OWN, hooli: {}, acme: OWN }).map(({ name, owner }) => [name, owner]);
    expect(names).to.deep.equal([
      ["system", undefined],
      ["shared", undefined],
      ["acme", "acme"],
      ["globex", "globex"],
    ]);
  });

  it("have no shared nodes where no tenant would run on them", () => {
    expect(poolsOf({ acme: OWN }).map(({ name }) => name)).to.deep.equal(["system", "acme"]);
  });

  it("are nobody's business where the cluster is there already", () => {
    expect(planPools(estateWith({ acme: OWN }))).to.deep.equal([]);
  });
});

describe("the pool of a tenant", () => {
  it("carries the tenant's label and both taints with its value, and is as large as written", () => {
    const pool = { machines: ["m7g.large", "c7g.large"], min: 1, max: 5, zones: 1, disk: "100Gi" };
    expect(poolOf("acme", { acme: { ...OWN, pool } })).to.deep.equal({
      name: "acme",
      owner: "acme",
      scaling: "managed",
      kubernetes: "1.36",
      machines: ["m7g.large", "c7g.large"],
      architecture: "aarch64",
      min: 1,
      max: 5,
      pods: 30,
      maxNodeAge: 720,
      zones: ["eu-central-1a"],
      image: "al2023",
      diskGiB: 100,
      runtime: "native",
      sandbox: undefined,
      labels: { "bulkhead.dev/tenant": "acme" },
      taints: [
        { key: "bulkhead.dev/tenant", value: "acme", effect: "NoSchedule" },
        { key: "bulkhead.dev/tenant", value: "acme", effect: "NoExecute" },
      ],
      startupTaints: [],
      protection: "on",
    });
  });

  it("starts from none on the platform's machines where the tenant says nothing of it", () => {
    const { machines, min, max, zones, diskGiB } = poolOf("acme", { acme: OWN }, { machines: ["r7i.large"] });
    expect({ machines, min, max, zones, diskGiB }).to.deep.equal({
      machines: ["r7i.large"],
      min: 0,
      max: 3,
      zones: ["eu-central-1a", "eu-central-1b"],
      diskGiB: 50,
    });
  });

  it("is labelled with the sandbox that its nodes install", () => {
    const acme = { isolation: { nodes: "dedicated", runtime: "gvisor" } };
    const { labels, runtime, sandbox } = poolOf("acme", { acme }, { sandbox: { gvisor: GVISOR } });
    expect(sandbox).to.deep.equal({ ...GVISOR, source: "https://storage.googleapis.com/gvisor/releases/release" });
    expect(runtime).to.equal("gvisor");
    expect(labels).to.deep.equal({ "bulkhead.dev/tenant": "acme", "bulkhead.dev/runtime-gvisor": "true" });
  });

  it("has the platform's image, unless it names its own", () => {
    const image = (name: string, pool: object, platform: object) =>
      poolOf(name, { acme: { ...OWN, pool }, globex: {} }, platform).image;
    expect(image("acme", {}, {})).to.equal("al2023");
    expect(image("acme", {}, { image: "bottlerocket" })).to.equal("bottlerocket");
    expect(image("acme", { image: "al2023" }, { image: "bottlerocket" })).to.equal("al2023");
    expect(image("system", {}, { image: "bottlerocket" })).to.equal("bottlerocket");
    expect(image("shared", {}, { image: "bottlerocket", shared: { image: "al2023" } })).to.equal("al2023");
    expect(image("system", {}, { system: { image: "bottlerocket" } })).to.equal("bottlerocket");
  });

  it("stays in its zones when the network gets another", () => {
    const network = { zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] };
    expect(poolOf("acme", { acme: OWN }, { network }).zones).to.deep.equal(["eu-central-1a", "eu-central-1b"]);
  });

  it("has a disk of whole gibibytes, never less than written", () => {
    expect(poolOf("acme", { acme: { ...OWN, pool: { disk: "30G" } } }).diskGiB).to.equal(28);
  });

  it("is protected unless the tenant leaves, it is named, or nothing is", () => {
    const protection = (tenant: object, platform: object) => poolOf("acme", { acme: tenant }, platform).protection;
    expect(protection(OWN, {})).to.equal("on");
    expect(protection({ ...OWN, state: "leaving" }, {})).to.equal("off");
    expect(protection(OWN, { replace: ["acme"] })).to.equal("off");
    expect(protection(OWN, { replace: ["shared"] })).to.equal("on");
    expect(protection(OWN, { deletionProtection: "off" })).to.equal("off");
  });
});

describe("the pools that are no tenant's", () => {
  it("keep tenants off the system's nodes by the taint that DNS tolerates", () => {
    const { labels, taints, zones } = poolOf("system", { acme: {} });
    expect(taints).to.deep.equal([{ key: "CriticalAddonsOnly", value: "true", effect: "NoSchedule" }]);
    expect(labels).to.deep.equal({ "bulkhead.dev/pool": "system" });
    expect(zones).to.deep.equal(["eu-central-1a", "eu-central-1b"]);
  });

  it("leave shared nodes open to all who share", () => {
    const { labels, taints, min, max } = poolOf("shared", { acme: {} });
    expect({ labels, taints, min, max }).to.deep.equal({ labels: {}, taints: [], min: 1, max: 10 });
  });

  it("lie in the zones of a network that was there", () => {
    const given = {
      vpc: "vpc-0123456789abcdef0",
      cidrs: ["172.31.0.0/16"],
      subnets: { "eu-central-1b": "subnet-0000000000000000b", "eu-central-1c": "subnet-0000000000000000c" },
    };
    expect(poolOf("system", { acme: {} }, { network: { given } }).zones).to.deep.equal([
      "eu-central-1b",
      "eu-central-1c",
    ]);
  });
});
