import { expect } from "chai";
import type { Node } from "kubernetes-types/core/v1";
import type { RuntimeClass } from "kubernetes-types/node/v1";
import { planEstate } from "../../../components/plan";
import { handlerProblems, liveRuntimes } from "../../../components/runtime/handlers";
import { formatProblem } from "../../../config/problems";
import { onEks } from "../../support/eks";
import { estateOf, type StackValues } from "../../support/estate";
import { node, tenantNode } from "../../support/nodes";

const OWN = { isolation: { nodes: "dedicated" } };
const GVISOR = { "bulkhead.dev/runtime-gvisor": "true" };

function existing(tenants: object, runtimes: object = {}): StackValues {
  return { platform: { kind: "existing", capabilities: { runtimes } }, tenants };
}

function reporting(given: Node, ...handlers: string[]): Node {
  return { ...given, status: { runtimeHandlers: handlers.map((name) => (name === "" ? {} : { name })) } };
}

function named(name: string, given: Node): Node {
  return { ...given, metadata: { ...given.metadata, name } };
}

const classesOf = (named: Readonly<Record<string, string>>) => new Map(Object.entries(named));

/** Handler of acme's class. */
function handler(values: StackValues, nodes: readonly Node[], classes: Readonly<Record<string, string>> = {}) {
  const { tenants } = planEstate(estateOf(values), { runtimes: liveRuntimes(nodes, classesOf(classes)) });
  return (tenants.find(({ tenant }) => tenant.id === "acme")?.runtimeClasses[0] as RuntimeClass | undefined)?.handler;
}

function problems(values: StackValues, nodes: readonly Node[], classes: Readonly<Record<string, string>> = {}) {
  return handlerProblems(estateOf(values), liveRuntimes(nodes, classesOf(classes))).map(formatProblem);
}

describe("the handler of plain containers", () => {
  const acme = tenantNode("acme");

  it("is runc where neither the file nor a node says", () => {
    expect(handler(existing({ acme: OWN }), [acme])).to.equal("runc");
    expect(handler(existing({ acme: OWN }), [reporting(acme, "")])).to.equal("runc");
    expect(problems(existing({ acme: OWN }), [acme, reporting(acme, "")])).to.deep.equal([]);
  });

  it("is what the tenant's own nodes report, whatever the others do", () => {
    const others = reporting(node("shared-0"), "", "runc");
    for (const [reported, expected] of [
      [["", "runc"], "runc"],
      [["", "shimpei"], "shimpei"],
      [["", "crun"], "crun"],
      [["", "crun", "runc"], "runc"],
      [["", "nvidia"], "nvidia"],
      [["", "runsc", "shimpei"], "shimpei"],
    ] as const) {
      const nodes = [reporting(acme, ...reported), others];
      expect(handler(existing({ acme: OWN }), nodes), reported.join()).to.equal(expected);
      expect(problems(existing({ acme: OWN }), nodes), reported.join()).to.deep.equal([]);
    }
  });

  it("is one that all of the tenant's nodes have", () => {
    const nodes = [reporting(acme, "", "crun", "runc"), reporting(named("acme-1", acme), "", "crun")];
    expect(handler(existing({ acme: OWN }), nodes)).to.equal("crun");
    expect(problems(existing({ acme: OWN }), nodes)).to.deep.equal([]);
  });

  it("stays what the class names for as long as no node says otherwise", () => {
    const named = { "bulkhead-acme": "shimpei" };
    expect(handler(existing({ acme: OWN }), [], named), "no node at the moment").to.equal("shimpei");
    expect(handler(existing({ acme: OWN }), [reporting(acme, "", "runc", "shimpei")], named)).to.equal("shimpei");
    expect(handler(existing({ acme: OWN }), [reporting(acme, "", "runc")], named)).to.equal("runc");
    expect(handler(existing({ acme: OWN }), [], { "bulkhead-acme": "runsc" }), "of a sandbox").to.equal("runc");
  });

  it("is what the file says before all else, and refused where a node does not have it", () => {
    const values = existing({ acme: OWN }, { native: "runc" });
    expect(handler(values, [reporting(acme, "", "shimpei")], { "bulkhead-acme": "shimpei" })).to.equal("runc");
    expect(problems(values, [reporting(acme, "", "shimpei")])).to.deep.equal([
      'node.acme-0: has no handler "runc", by which the class of tenant "acme" starts plain containers (shimpei); write platform.capabilities.runtimes.native: shimpei',
    ]);
  });

  it("is asked of whoever runs nodes that call it as nobody else does", () => {
    expect(problems(existing({ acme: OWN }), [reporting(acme, "", "youki")])).to.deep.equal([
      'node.acme-0: has no handler "runc", by which the class of tenant "acme" starts plain containers (youki); write platform.capabilities.runtimes.native: and which of those it is',
    ]);
  });

  it("cannot be two for one tenant", () => {
    const nodes = [reporting(acme, "", "shimpei"), reporting(named("acme-1", acme), "", "crun")];
    expect(problems(existing({ acme: OWN }), nodes)).to.deep.equal([
      'node.acme-0: has no handler "runc", by which the class of tenant "acme" starts plain containers (shimpei); a tenant has one class, so give all its nodes one image',
      'node.acme-1: has no handler "runc", by which the class of tenant "acme" starts plain containers (crun); a tenant has one class, so give all its nodes one image',
    ]);
  });

  it("does not matter to tenants without a class, nor to those who leave", () => {
    const strange = reporting(node("shared-0"), "", "youki");
    expect(problems(existing({ acme: {} }, { native: "runc" }), [strange])).to.deep.equal([]);
    const leaving = existing({ acme: { ...OWN, state: "leaving" } });
    expect(problems(leaving, [reporting(acme, "", "youki")])).to.deep.equal([]);
  });

  it("of a cluster on EKS is its image's, and nodes that have another are told", () => {
    const values = onEks({ acme: OWN });
    const nodes = [reporting(acme, "", "nvidia")];
    expect(handler(values, nodes)).to.equal("runc");
    expect(problems(values, nodes, { "bulkhead-acme": "runc" })).to.deep.equal([
      'node.acme-0: has no handler "runc", by which the class of tenant "acme" starts plain containers (nvidia); end the node, or choose machines that the pool\'s image is made for',
    ]);
    expect(problems(values, [reporting(acme, "", "runc")], { "bulkhead-acme": "runc" })).to.deep.equal([]);
  });

  it("of a cluster on EKS is known before there is a node", () => {
    expect(handler(onEks({ acme: OWN }, { image: "bottlerocket" }), [])).to.equal("shimpei");
    expect(handler(onEks({ acme: { ...OWN, pool: { image: "bottlerocket" } } }), [])).to.equal("shimpei");
    const back = onEks({ acme: { ...OWN, pool: { image: "al2023" } } }, { image: "bottlerocket" });
    expect(handler(back, [])).to.equal("runc");
  });

  it("of a cluster on EKS is not asked of nodes that the same deployment replaces", () => {
    const nodes = [reporting(acme, "", "shimpei")];
    expect(problems(onEks({ acme: OWN }), nodes, { "bulkhead-acme": "shimpei" })).to.deep.equal([]);
  });
});

describe("the handler of a sandbox", () => {
  const shared = { acme: { isolation: { runtime: "gvisor" } }, globex: { isolation: { runtime: "gvisor" } } };
  const values = existing(shared, { gvisor: "runsc" });

  it("is on every node that says it runs the sandbox, and each that lacks it is named once", () => {
    expect(problems(values, [reporting(node("shared-0", GVISOR), "", "runc", "gvisor")])).to.deep.equal([
      'node.shared-0: says it runs gvisor, but its handlers are runc, gvisor, not "runsc"; correct platform.capabilities.runtimes.gvisor or the node\'s container runtime',
    ]);
    expect(problems(values, [reporting(node("shared-0", GVISOR), "")])).to.deep.equal([
      'node.shared-0: says it runs gvisor, but its handlers are only the default, not "runsc"; correct platform.capabilities.runtimes.gvisor or the node\'s container runtime',
    ]);
  });

  it("is believed of nodes that report none, that have it, or where no such pod comes", () => {
    expect(problems(values, [node("shared-0", GVISOR)])).to.deep.equal([]);
    expect(problems(values, [reporting(node("shared-0", GVISOR), "runc", "runsc")])).to.deep.equal([]);
    expect(problems(values, [reporting(node("shared-0", {}), "runc")])).to.deep.equal([]);
    expect(problems(values, [reporting(tenantNode("initech"), "runc")])).to.deep.equal([]);
  });

  it("is not asked of a node that is still to get it", () => {
    const starting = {
      ...reporting(node("acme-0", { "bulkhead.dev/tenant": "acme", "bulkhead.dev/runtime-kata": "true" }), "", "runc"),
      spec: { taints: [{ key: "startup-taint.cluster-autoscaler.kubernetes.io/kata", effect: "NoSchedule" }] },
    };
    const kata = { isolation: { nodes: "dedicated", runtime: "kata" }, pool: { machines: ["m7i.metal-24xl"] } };
    const named = { "bulkhead-acme": "kata-qemu" };
    expect(problems(onEks({ acme: kata }), [starting], named)).to.deep.equal([]);
    expect(problems(onEks({ acme: kata }), [{ ...starting, spec: {} }], named)).to.have.length(1);
  });

  it("is what the nodes of a cluster on EKS install when they start", () => {
    const eks = onEks({ acme: { isolation: { nodes: "dedicated", runtime: "gvisor" } } });
    const named = { "bulkhead-acme": "runsc" };
    expect(problems(eks, [reporting(tenantNode("acme", GVISOR), "", "runc", "runsc")], named)).to.deep.equal([]);
    expect(problems(eks, [reporting(tenantNode("acme", GVISOR), "", "runc")], named)).to.deep.equal([
      'node.acme-0: says it runs gvisor, but its handlers are runc, not "runsc"; end the node, and the one that takes its place installs it',
    ]);
    const before = { "bulkhead-acme": "runc" };
    expect(problems(eks, [reporting(tenantNode("acme", GVISOR), "", "runc")], before)).to.deep.equal([]);
  });
});
