import { expect } from "chai";
import { complaintsAbout } from "../complaints";

const onPools = (pools: object, rest: object = {}) => ({ platform: { kind: "existing", pools, ...rest } });
const DEDICATED = { isolation: { nodes: "dedicated" } };

describe("the budgets of tenants on shared nodes", () => {
  const tenants = { acme: { budget: { cpu: 10 } }, globex: { budget: { cpu: 7 } } };

  it("are not more than the shared pools together", () => {
    const pools = { one: { nodes: 1 }, two: { nodes: 1 }, hooli: { tenant: "hooli", nodes: 9 } };
    expect(complaintsAbout({ ...tenants, hooli: DEDICATED }, onPools(pools))).to.deep.equal([
      "platform.overcommit: 1 is too little: the budgets of 2 tenants on shared nodes promise 17 of cpu, and there is 16; lower budgets, add nodes or raise it",
    ]);
  });

  it("may be more as often as overcommit says", () => {
    expect(complaintsAbout(tenants, onPools({ shared: { nodes: 2 } }, { overcommit: 1.0625 }))).to.deep.equal([]);
    expect(complaintsAbout(tenants, onPools({ shared: { nodes: 2 } }, { overcommit: 1.062 }))).to.have.length(1);
  });

  it("are not more than the capacity that the platform states, pools or not", () => {
    const capacity = { cpu: 12, pods: 59 };
    const stated = { capabilities: { capacity } };
    expect(complaintsAbout(tenants, { platform: { kind: "existing", ...stated } })).to.deep.equal([
      "platform.overcommit: 1 is too little: the budgets of 2 tenants on shared nodes promise 17 of cpu, and there is 12; lower budgets, add nodes or raise it",
      "platform.overcommit: 1 is too little: the budgets of 2 tenants on shared nodes promise 60 of pods, and there is 59; lower budgets, add nodes or raise it",
    ]);
  });

  it("are held against the pools in what the stated capacity leaves open", () => {
    const platform = onPools(
      { shared: { nodes: 1, capacity: { memory: "8Gi" } } },
      { capabilities: { capacity: { cpu: 99 } } },
    );
    expect(complaintsAbout(tenants, platform)).to.deep.equal([
      "platform.overcommit: 1 is too little: the budgets of 2 tenants on shared nodes promise 16Gi of memory, and there is 8Gi; lower budgets, add nodes or raise it",
    ]);
  });

  it("in a sandbox are not more than the nodes that have it", () => {
    const sandboxed = {
      acme: { isolation: { runtime: "gvisor" }, budget: { cpu: 10 } },
      globex: { budget: { cpu: 7 } },
    };
    const pools = { plain: { nodes: 4 }, sandbox: { nodes: 1, runtimes: ["gvisor"] } };
    expect(
      complaintsAbout(sandboxed, onPools(pools, { capabilities: { runtimes: { gvisor: "runsc" } } })),
    ).to.deep.equal([
      "platform.overcommit: 1 is too little: the budgets of 1 tenant on shared nodes with gvisor promise 10 of cpu, and there is 8; lower budgets, add nodes or raise it",
    ]);
  });
});

describe("the budget of a tenant with nodes of its own", () => {
  it("is not more than they have", () => {
    const acme = { ...DEDICATED, budget: { cpu: 20, memory: "64Gi" } };
    const pools = {
      small: { tenant: "acme", nodes: 1, capacity: { cpu: 4 } },
      large: { tenant: "acme", nodes: 1, capacity: { cpu: 15 } },
    };
    expect(complaintsAbout({ acme }, onPools(pools))).to.deep.equal([
      'tenants.acme.budget.cpu: "20" is more than the tenant\'s nodes have (19 in pool small, large); lower it or enlarge the pool',
    ]);
  });

  it("is not more than the most nodes it may have, the largest counted first", () => {
    const acme = { ...DEDICATED, budget: { cpu: 12 }, pool: { max: 2 } };
    const pools = { small: { tenant: "acme", nodes: 3, capacity: { cpu: 2 } }, large: { tenant: "acme", nodes: 1 } };
    expect(complaintsAbout({ acme }, onPools(pools))).to.deep.equal([
      'tenants.acme.budget.cpu: "12" is more than the tenant\'s nodes have (10 in pool small, large, at most 2 nodes of it); lower it or enlarge the pool',
    ]);
  });

  it("counts no nodes without the tenant's runtime", () => {
    const acme = { isolation: { nodes: "dedicated", runtime: "gvisor" }, budget: { cpu: 12 } };
    const pools = { plain: { tenant: "acme", nodes: 4 }, sandbox: { tenant: "acme", nodes: 1, runtimes: ["gvisor"] } };
    expect(
      complaintsAbout({ acme }, onPools(pools, { capabilities: { runtimes: { gvisor: "runsc" } } })),
    ).to.deep.equal([
      'tenants.acme.budget.cpu: "12" is more than the tenant\'s nodes have (8 in pool sandbox); lower it or enlarge the pool',
    ]);
  });

  it("cannot be kept by more nodes at least than there are", () => {
    const acme = { ...DEDICATED, pool: { min: 3 } };
    expect(complaintsAbout({ acme }, onPools({ acme: { tenant: "acme", nodes: 2 } }))).to.deep.equal([
      "tenants.acme.pool.min: 3 is more than the nodes there are (2 in pool acme)",
    ]);
  });
});
