import { expect } from "chai";
import type { Node } from "kubernetes-types/core/v1";
import { nodeProblems } from "../../../components/cluster/existing.plan";
import { formatProblem } from "../../../config/problems";
import { estateWith } from "../../support/estate";
import { node, tenantNode } from "../../support/nodes";

const PLATFORM = { platform: { kind: "existing", capabilities: { runtimes: { gvisor: "runsc" } } } };

function problemsOf(
  tenants: Readonly<Record<string, unknown>>,
  nodes: readonly Node[],
  residents: readonly { readonly id: string }[] = [],
  rest: object = {},
): string[] {
  return nodeProblems(estateWith(tenants, { ...PLATFORM, ...rest }), nodes, residents).map(formatProblem);
}

const OWN = { isolation: { nodes: "dedicated" } };
const GVISOR = { "bulkhead.dev/runtime-gvisor": "true" };

function withTaint(given: Node, key: string, effect: string): Node {
  return { ...given, spec: { taints: [{ key, effect }] } };
}

function tainted(given: Node, ...effects: string[]): Node {
  return {
    ...given,
    spec: { taints: effects.map((effect) => ({ key: "bulkhead.dev/tenant", value: "acme", effect })) },
  };
}

describe("the nodes of a cluster that somebody else runs", () => {
  it("suit an estate when each tenant has nodes that are labelled and tainted for it", () => {
    const estate = { acme: OWN, globex: {}, initech: { isolation: { nodes: "dedicated", runtime: "gvisor" } } };
    expect(problemsOf(estate, [node("shared-0"), tenantNode("acme"), tenantNode("initech")])).to.deep.equal([]);
  });

  it("lack those of a tenant that wants its own", () => {
    expect(problemsOf({ acme: OWN }, [node("shared-0")])).to.deep.equal([
      'tenants.acme.isolation.nodes: "dedicated" has no node labelled bulkhead.dev/tenant=acme; label and taint its pool where the pool is defined: label bulkhead.dev/tenant=acme, taints bulkhead.dev/tenant=acme:NoSchedule and bulkhead.dev/tenant=acme:NoExecute. Where an autoscaler may take the pool to nothing, write tenants.acme.pool: { min: 0 }',
    ]);
  });

  it("leave a tenant on shared nodes no room when every node belongs to somebody", () => {
    expect(problemsOf({ acme: OWN, globex: {} }, [tenantNode("acme")])).to.deep.equal([
      'tenants.globex.isolation.nodes: "shared" has no node to run on: every node belongs to a tenant or is tainted; add a pool without taints and without the label bulkhead.dev/tenant. Where an autoscaler may take that to nothing, write platform.pools.NAME: { min: 0 }; where every tenant may tolerate its taint, add the key to guardrails.exemptions.tolerations',
    ]);
  });

  it("leave a tenant on shared nodes no room when the others are tainted, as those of a control plane are", () => {
    const controlPlane = withTaint(node("master-0"), "node-role.kubernetes.io/control-plane", "NoSchedule");
    expect(problemsOf({ globex: {} }, [controlPlane])).to.have.length(1);
    expect(problemsOf({ globex: {} }, [controlPlane, node("shared-0")])).to.deep.equal([]);
  });

  it("have a sandbox for shared tenants only where their pods may run", () => {
    const estate = { acme: { isolation: { runtime: "gvisor" } } };
    const closed = withTaint(node("gpu-0", GVISOR), "nvidia.com/gpu", "NoSchedule");
    expect(problemsOf(estate, [closed, node("shared-0", {})])).to.deep.equal([
      'tenants.acme.isolation.runtime: "gvisor" has no node labelled bulkhead.dev/runtime-gvisor=true; install gvisor on one of its nodes\' pools and label it',
    ]);
  });

  it("are there for shared tenants while they are drained, unready or merely unloved", () => {
    const drained = withTaint(node("shared-0"), "node.kubernetes.io/unschedulable", "NoSchedule");
    const unready = withTaint(node("shared-0"), "node.kubernetes.io/not-ready", "NoExecute");
    const unloved = withTaint(node("shared-0"), "example.com/spot", "PreferNoSchedule");
    for (const only of [drained, unready, unloved]) expect(problemsOf({ globex: {} }, [only])).to.deep.equal([]);
  });

  it("may be none at the moment for a tenant whose pool may shrink to nothing", () => {
    const shrinking = { ...OWN, pool: { min: 0, max: 3 } };
    expect(problemsOf({ acme: shrinking }, [node("shared-0")])).to.deep.equal([]);
    expect(problemsOf({ acme: { ...OWN, pool: { min: 1 } } }, [node("shared-0")])).to.have.length(1);
  });

  it("may be none at the moment where the platform declares that its pool may shrink to nothing", () => {
    const withPools = (pools: object) => ({ platform: { ...PLATFORM.platform, pools } });
    const about = (tenant: object, pools: object, nodes: Node[] = []) =>
      problemsOf({ acme: tenant }, nodes, [], withPools(pools));
    expect(about({}, { shared: { min: 0 } })).to.deep.equal([]);
    expect(about({}, { shared: {} })).to.have.length(1);
    expect(about({}, { shared: { min: 1 } })).to.have.length(1);
    expect(about(OWN, { acme: { tenant: "acme", min: 0 } })).to.deep.equal([]);
    const sandboxed = { isolation: { runtime: "gvisor" } };
    const pools = { shared: { min: 0 }, sandbox: { min: 0, runtimes: ["gvisor"] } };
    expect(about(sandboxed, pools)).to.deep.equal([]);
    expect(about(sandboxed, pools, [node("shared-0", {})])).to.deep.equal([]);
    expect(about(sandboxed, { ...pools, sandbox: { runtimes: ["gvisor"] } }, [node("shared-0", {})])).to.have.length(1);
  });

  it("are there for shared tenants behind a taint that every tenant may tolerate", () => {
    const spot = withTaint(node("spot-0"), "example.com/spot", "NoSchedule");
    const exempting = (key: string) => ({ guardrails: { exemptions: { tolerations: [key] } } });
    expect(problemsOf({ globex: {} }, [spot], [], exempting("example.com/spot"))).to.deep.equal([]);
    expect(problemsOf({ globex: {} }, [spot], [], exempting("example.com/other"))).to.have.length(1);
  });

  it("let other tenants in where a taint is missing", () => {
    const own = node("acme-0", { "bulkhead.dev/tenant": "acme" });
    expect(problemsOf({ acme: OWN }, [own])).to.deep.equal([
      "node.acme-0: lacks the taint bulkhead.dev/tenant=acme:NoSchedule and bulkhead.dev/tenant=acme:NoExecute; add it to the node's pool, or other tenants' pods land there",
    ]);
    expect(problemsOf({ acme: OWN }, [tainted(own, "NoSchedule")])).to.deep.equal([
      "node.acme-0: lacks the taint bulkhead.dev/tenant=acme:NoExecute; add it to the node's pool, or other tenants' pods land there",
    ]);
  });

  it("let other tenants in where the taint is another tenant's", () => {
    const own = tainted(node("globex-0", { "bulkhead.dev/tenant": "globex" }), "NoSchedule", "NoExecute");
    expect(problemsOf({ globex: OWN }, [own])).to.deep.equal([
      "node.globex-0: lacks the taint bulkhead.dev/tenant=globex:NoSchedule and bulkhead.dev/tenant=globex:NoExecute; add it to the node's pool, or other tenants' pods land there",
    ]);
  });

  it("belong to nobody who is a tenant", () => {
    expect(problemsOf({ acme: {} }, [node("shared-0"), tenantNode("gone")])).to.deep.equal([
      'node.gone-0.labels["bulkhead.dev/tenant"]: "gone" is not a tenant of this estate; remove the label and the taints from the node\'s pool',
    ]);
  });

  it("belong to a tenant that runs on shared nodes", () => {
    expect(problemsOf({ acme: {} }, [node("shared-0"), tenantNode("acme")])).to.deep.equal([
      'node.acme-0.labels["bulkhead.dev/tenant"]: "acme" runs on shared nodes, so nobody would use it; remove the label and the taints from the node\'s pool',
    ]);
  });

  it("may stay behind when their tenant has gone, and may be gone before it", () => {
    const { state, ...rest } = { ...OWN, state: "leaving" };
    expect(problemsOf({ globex: {} }, [node("shared-0"), tenantNode("acme")], [{ id: "acme" }])).to.deep.equal([]);
    expect(problemsOf({ globex: {}, acme: { ...rest, state } }, [node("shared-0")])).to.deep.equal([]);
    expect(problemsOf({ globex: {}, acme: { ...rest, state } }, [node("shared-0"), tenantNode("acme")])).to.deep.equal(
      [],
    );
  });

  it("have no sandbox for a tenant that wants one", () => {
    const estate = { acme: { isolation: { nodes: "dedicated", runtime: "gvisor" } } };
    const others = [node("shared-0", GVISOR), tenantNode("acme", {})];
    expect(problemsOf(estate, others)).to.deep.equal([
      'tenants.acme.isolation.runtime: "gvisor" has no node labelled bulkhead.dev/runtime-gvisor=true; install gvisor on one of its nodes\' pools and label it',
    ]);
  });

  it("are all found wanting at once", () => {
    expect(problemsOf({ acme: OWN, globex: OWN }, [tenantNode("gone")])).to.have.length(3);
  });
});
