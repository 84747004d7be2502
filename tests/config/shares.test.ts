import { expect } from "chai";
import { deviceShares, shares } from "../../config/shares";
import { tenantWith } from "../support/estate";

const GI = 1024n ** 3n * 1000n;

describe("a budget over namespaces", () => {
  it("is the namespace's whole where there is one", () => {
    const divided = shares(tenantWith({ budget: { cpu: 6, memory: "12Gi", pods: 7 } }));
    expect([...divided.keys()]).to.deep.equal(["acme"]);
    expect(divided.get("acme")).to.include({ cpu: 6_000n, memory: 12n * GI, pods: 7_000n, loadBalancers: 0n });
  });

  it("is divided evenly, and the first namespaces take what is left over", () => {
    const divided = shares(tenantWith({ namespaces: ["web", "api", "jobs"], budget: { pods: 8, cpu: "3.001" } }));
    expect([...divided.values()].map(({ pods }) => pods)).to.deep.equal([3_000n, 3_000n, 2_000n]);
    expect([...divided.values()].map(({ cpu }) => cpu)).to.deep.equal([1_001n, 1_000n, 1_000n]);
  });

  it("gives a namespace what the split says, and the others the rest", () => {
    const tenant = tenantWith({
      namespaces: ["web", "api", "jobs"],
      budget: { cpu: 8, memory: "6Gi", split: { web: { cpu: 5 }, jobs: { memory: "4Gi" } } },
    });
    const divided = shares(tenant);
    expect([...divided.values()].map(({ cpu }) => cpu)).to.deep.equal([5_000n, 1_500n, 1_500n]);
    expect([...divided.values()].map(({ memory }) => memory)).to.deep.equal([GI, GI, 4n * GI]);
  });

  it("loses no part of a budget that is no whole number of bytes", () => {
    const divided = shares(tenantWith({ namespaces: ["web", "api"], budget: { storage: "0.1Gi" } }));
    expect([...divided.values()].map(({ storage }) => storage)).to.deep.equal([53_687_091_400n, 53_687_091_000n]);
  });

  it("gives out whole devices, each kind by itself, and names those of which a namespace gets none", () => {
    const devices = { "nvidia.com/gpu": 3, "gpu.example.com": 1 };
    const split = { api: { devices: { "gpu.example.com": 1 } } };
    const divided = deviceShares(tenantWith({ namespaces: ["web", "api"], budget: { devices, split } }));
    expect([...divided].map(([name, share]) => [name, Object.fromEntries(share)])).to.deep.equal([
      ["acme-web", { "nvidia.com/gpu": 2_000n, "gpu.example.com": 0n }],
      ["acme-api", { "nvidia.com/gpu": 1_000n, "gpu.example.com": 1_000n }],
    ]);
  });

  it("gives out whole huge pages", () => {
    const devices = { "hugepages-1Gi": "3Gi" };
    const divided = deviceShares(tenantWith({ namespaces: ["web", "api"], budget: { devices } }));
    expect([...divided.values()].map((share) => share.get("hugepages-1Gi"))).to.deep.equal([2n * GI, GI]);
  });

  it("knows a namespace that is named like something every object has", () => {
    const divided = shares(tenantWith({ namespaces: ["constructor", "web"], budget: { pods: 4 } }));
    expect(divided.get("acme-constructor")).to.include({ pods: 2_000n });
  });
});
