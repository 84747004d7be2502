import { expect } from "chai";
import { complaintsAbout } from "../complaints";

const inTwo = (rest: object) => ({ acme: { namespaces: ["web", "batch"], ...rest } });

describe("a split", () => {
  it("is over the tenant's namespaces, by their short names", () => {
    const split = { wbe: { cpu: 1 }, "acme-web": {} };
    expect(complaintsAbout(inTwo({ budget: { split } }))).to.deep.equal([
      "tenants.acme.budget.split.acme-web: is not a namespace of the tenant (web, batch)",
      'tenants.acme.budget.split.wbe: is not a namespace of the tenant; did you mean "web"? (web, batch)',
    ]);
  });

  it("gives out no more than the budget", () => {
    const budget = { cpu: 8, memory: "16Gi", split: { web: { cpu: 6, memory: "12Gi" }, batch: { cpu: "2001m" } } };
    expect(complaintsAbout(inTwo({ budget }))).to.deep.equal([
      "tenants.acme.budget.split: gives out 8001m of cpu, more than the budget's 8",
    ]);
  });

  it("that gives out too much is complained about once, whatever is left to the others", () => {
    expect(complaintsAbout(inTwo({ budget: { cpu: 8, split: { web: { cpu: 9 } } } }))).to.deep.equal([
      "tenants.acme.budget.split: gives out 9 of cpu, more than the budget's 8",
    ]);
  });

  it("leaves nothing to nobody", () => {
    const budget = { memory: "16Gi", split: { web: { memory: "8Gi" }, batch: { memory: "4Gi" } } };
    expect(complaintsAbout(inTwo({ budget }))).to.deep.equal([
      "tenants.acme.budget.split: gives out 12Gi of memory and leaves 4Gi to nobody; give it to a namespace, or set budget.memory to 12Gi",
    ]);
  });

  it("may give all to one namespace and nothing to another", () => {
    const split = { web: { cpu: 4, memory: "8Gi", pods: 30 }, batch: { cpu: 0, memory: 0, pods: 0 } };
    expect(complaintsAbout(inTwo({ budget: { split } }))).to.deep.equal([]);
  });
});

describe("a split of devices", () => {
  const gpus = (whole: number, web: number, batch?: number) => ({
    devices: { "nvidia.com/gpu": whole },
    split: {
      web: { devices: { "nvidia.com/gpu": web } },
      ...(batch === undefined ? {} : { batch: { devices: { "nvidia.com/gpu": batch } } }),
    },
  });

  it("gives out what there is, whole or in part", () => {
    expect(complaintsAbout(inTwo({ budget: gpus(4, 3, 1) }))).to.deep.equal([]);
    expect(complaintsAbout(inTwo({ budget: gpus(4, 3) }))).to.deep.equal([]);
  });

  it("gives out no more than the budget, and leaves nothing to nobody", () => {
    expect(complaintsAbout(inTwo({ budget: gpus(2, 3) }))).to.deep.equal([
      "tenants.acme.budget.split: gives out 3 of nvidia.com/gpu, more than the budget's 2",
    ]);
    expect(complaintsAbout(inTwo({ budget: gpus(4, 1, 1) }))).to.deep.equal([
      'tenants.acme.budget.split: gives out 2 of nvidia.com/gpu and leaves 2 to nobody; give it to a namespace, or set budget.devices["nvidia.com/gpu"] to 2',
    ]);
  });

  it("names devices of the budget", () => {
    const budget = { devices: { "nvidia.com/gpu": 1 }, split: { web: { devices: { "nvidia.com/gpus": 1 } } } };
    expect(complaintsAbout(inTwo({ budget }))).to.deep.equal([
      'tenants.acme.budget.split.web.devices["nvidia.com/gpus"]: is not among budget.devices; did you mean "nvidia.com/gpu"? (nvidia.com/gpu)',
    ]);
  });
});

describe("a budget", () => {
  const inThree = (budget: object) => complaintsAbout({ acme: { namespaces: ["web", "batch", "jobs"], budget } });

  it("goes round, or says itself who gets nothing", () => {
    expect(inThree({ pods: 2 })).to.deep.equal([
      'tenants.acme.budget.pods: 2 does not go round: "acme-jobs" would get nothing; raise it, or say in budget.split who gets what',
    ]);
    expect(inThree({ pods: 2, split: { web: { pods: 1 } } })).to.deep.equal([
      'tenants.acme.budget.pods: 2 does not go round: "acme-jobs" would get nothing; raise it, or say in budget.split who gets what',
    ]);
    expect(inThree({ pods: 2, split: { jobs: { pods: 0 } } })).to.deep.equal([]);
    expect(inThree({ pods: 0 })).to.deep.equal([]);
    expect(inThree({ loadBalancers: 1 })).to.deep.equal([]);
  });
});

describe("limits of a container", () => {
  it("are more than nothing, which would be no limit at all", () => {
    const limits = { container: { default: { cpu: 0 }, defaultRequest: { cpu: "0" }, max: { memory: "0Mi" } } };
    expect(complaintsAbout({ acme: { limits } })).to.include.members([
      'tenants.acme.limits.container.default.cpu: "0" would be no limit at all; write more than 0',
      'tenants.acme.limits.container.max.memory: "0Mi" would be no limit at all; write more than 0',
    ]);
  });

  it("are not below its requests", () => {
    const limits = { container: { default: { cpu: "50m" } } };
    expect(complaintsAbout({ acme: { limits } })).to.deep.equal([
      'tenants.acme.limits.container.defaultRequest.cpu: "100m" is more than the default limit (50m)',
    ]);
  });

  it("by default are not above the largest", () => {
    const limits = { container: { default: { memory: "2Gi" }, max: { memory: "1Gi", cpu: 2 } } };
    expect(complaintsAbout({ acme: { limits } })).to.deep.equal([
      'tenants.acme.limits.container.default.memory: "2Gi" is more than the largest limit (1Gi)',
    ]);
  });

  it("fit into what the namespace may use", () => {
    expect(complaintsAbout(inTwo({ budget: { cpu: "800m" } }))).to.deep.equal([
      'tenants.acme.limits.container.default.cpu: "500m" is more than all of namespace "acme-web" may use (400m), so a pod without limits could never start; lower it or raise budget.cpu',
      'tenants.acme.limits.container.default.cpu: "500m" is more than all of namespace "acme-batch" may use (400m), so a pod without limits could never start; lower it or raise budget.cpu',
    ]);
  });
});
