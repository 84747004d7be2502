import { expect } from "chai";
import { estateWith } from "../../support/estate";
import { complaintsAbout } from "../complaints";

const onPlatform = (rest: object) => ({ platform: { kind: "existing", ...rest } });

describe("an isolation", () => {
  it("is one that the platform has", () => {
    const tenants = { acme: { isolation: { cluster: "dedicated", runtime: "kata" } } };
    const platform = onPlatform({ capabilities: { runtimes: { gvisor: "runsc" } } });
    expect(complaintsAbout(tenants, platform)).to.deep.equal([
      'tenants.acme.isolation.cluster: "dedicated" is not to be had on a platform of kind "existing", which is one cluster; the nearest choice is isolation: { nodes: dedicated }',
      'tenants.acme.isolation.runtime: "kata" is not offered by the platform (native, gvisor); set platform.capabilities.runtimes.kata to the nodes\' handler, or choose one of those',
    ]);
  });

  it("says nothing of an image where the nodes are there already", () => {
    const acme = { isolation: { nodes: "dedicated" }, pool: { image: "al2023" } };
    expect(complaintsAbout({ acme }, onPlatform({}))).to.deep.equal([
      'tenants.acme.pool.image: "al2023" has no meaning on an existing cluster, whose nodes have the image they have; remove it',
    ]);
  });

  it("of nodes needs a pool of the tenant's own, where pools are declared", () => {
    const tenants = { acme: { isolation: { nodes: "dedicated" } }, globex: {} };
    expect(complaintsAbout(tenants, onPlatform({ pools: {} }))).to.deep.equal([
      'tenants.acme.isolation.nodes: "dedicated" has no node pool; add platform.pools.acme: { tenant: acme }',
      'tenants.globex.isolation.nodes: "shared" has no node pool; add a pool without a tenant to platform.pools',
    ]);
    expect(complaintsAbout(tenants, onPlatform({}))).to.deep.equal([]);
  });

  it("by a runtime needs nodes that have it", () => {
    const tenants = { acme: { isolation: { nodes: "dedicated", runtime: "gvisor" } } };
    const capabilities = { runtimes: { gvisor: "runsc" } };
    const pools = { small: { tenant: "acme" }, large: { tenant: "acme" }, shared: { runtimes: ["gvisor"] } };
    expect(complaintsAbout(tenants, onPlatform({ capabilities, pools }))).to.deep.equal([
      'tenants.acme.isolation.runtime: "gvisor" is on none of the tenant\'s pools (small, large); add it to the runtimes of one of them',
    ]);
  });
});

describe("a user namespace", () => {
  const required = { userNamespaces: "required" };
  const capabilities = { runtimes: { gvisor: "runsc", kata: "kata-qemu" } };

  it("is not demanded of pods that could not start in one", () => {
    const tenants = {
      acme: { isolation: { ...required, runtime: "gvisor" } },
      globex: { isolation: { ...required, runtime: "kata" } },
      hooli: { isolation: required },
    };
    const rest = (runtime: string) =>
      `"required" does not go with isolation.runtime: ${runtime}, which starts no pod in a user namespace; remove it, the sandbox keeps root of a pod away from the node`;
    expect(complaintsAbout(tenants, onPlatform({ capabilities }))).to.deep.equal([
      `tenants.acme.isolation.userNamespaces: ${rest("gvisor")}`,
      `tenants.globex.isolation.userNamespaces: ${rest("kata")}`,
    ]);
  });

  it("is not demanded of a cluster that would drop the wish for one", () => {
    const tenants = { acme: { isolation: required } };
    expect(complaintsAbout(tenants, onPlatform({ version: "1.33" }))).to.deep.equal([]);
    expect(complaintsAbout(tenants, onPlatform({ version: "1.32" }))).to.deep.equal([
      'tenants.acme.isolation.userNamespaces: "required" is not to be had on Kubernetes 1.32, which takes user namespaces from 1.33 on; remove it, or upgrade the cluster',
    ]);
  });
});

describe("a pool of a tenant", () => {
  it("has no meaning on shared nodes", () => {
    expect(complaintsAbout({ acme: { pool: { max: 2 } } })).to.deep.equal([
      "tenants.acme.pool: has no meaning with isolation.nodes: shared; remove it or write isolation.nodes: dedicated",
    ]);
  });

  it("in the defaults is for the tenants with nodes of their own", () => {
    const { tenants } = estateWith(
      { acme: {}, globex: { isolation: { nodes: "dedicated" } } },
      { defaults: { pool: { max: 7 } } },
    );
    expect(tenants.map(({ id, pool }) => [id, pool?.max])).to.deep.equal([
      ["acme", undefined],
      ["globex", 7],
    ]);
  });

  it("may have a shape on an existing cluster too, so that one file of a tenant serves all stacks", () => {
    const pool = { min: 0, max: 4, machines: ["m7i.large"], zones: 2, disk: "50Gi" };
    expect(complaintsAbout({ acme: { isolation: { nodes: "dedicated" }, pool } })).to.deep.equal([]);
  });

  it("has no more nodes at least than at most", () => {
    expect(complaintsAbout({ acme: { isolation: { nodes: "dedicated" }, pool: { min: 5, max: 4 } } })).to.deep.equal([
      "tenants.acme.pool.min: 5 is more than max (4)",
    ]);
  });
});

describe("a pool of the platform", () => {
  it("belongs to a tenant that exists and has nodes of its own", () => {
    const pools = { shared: {}, one: { tenant: "globx" }, two: { tenant: "acme" } };
    expect(complaintsAbout({ acme: {}, globex: {} }, onPlatform({ pools }))).to.deep.equal([
      'platform.pools.one.tenant: "globx" is not a tenant of this estate; did you mean "globex"?',
      'platform.pools.two.tenant: "acme" runs on shared nodes, so the pool would stand empty; write tenants.acme.isolation.nodes: dedicated',
    ]);
  });

  it("has no more nodes at least than at most", () => {
    const pools = { shared: { nodes: 2, min: 3 }, spare: { nodes: 2, min: 2 } };
    expect(complaintsAbout({ acme: {} }, onPlatform({ pools }))).to.deep.equal([
      "platform.pools.shared.min: 3 is more than nodes (2), which is how many the pool has at most",
    ]);
  });

  it("has runtimes that have a name on its nodes", () => {
    const pools = { shared: { runtimes: ["native", "gvisor"] } };
    expect(complaintsAbout({ acme: {} }, onPlatform({ pools }))).to.deep.equal([
      'platform.pools.shared.runtimes[1]: "gvisor" has no handler; set platform.capabilities.runtimes.gvisor to the name that the nodes\' container runtime gives it',
    ]);
  });
});
