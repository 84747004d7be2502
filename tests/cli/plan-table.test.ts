import { expect } from "chai";
import { caveats, claims, planTable, residuals } from "../../cli/plan-table";
import { planEstate } from "../../components/plan";
import type { Estate } from "../../config/estate";
import { ownEstate } from "../../config/own-cluster";
import { EKS } from "../support/eks";
import { estateWith } from "../support/estate";

function estate(cluster: object): Estate {
  const login = (sharedWith: string) => ({ access: { admins: [{ group: "both", sharedWith: [sharedWith] }] } });
  const hooli = { isolation: { cluster: "dedicated" }, cluster: { cidr: "10.1.0.0/16", ...cluster }, ...login("acme") };
  return estateWith({ acme: login("hooli"), hooli, initech: {} }, { platform: EKS });
}

/** Cells of a tenant's row, with wrapped lines joined. */
function rowOf(id: string, of: Estate): string[] {
  const rows = planTable(planEstate(of))
    .split(/^├.*┤$|^└.*┘$/m)
    .map((row) => row.split("\n").filter((line) => line.startsWith("│")));
  const row = rows.find(([first = ""]) => first.startsWith(`│ ${id} `)) ?? [];
  const lines = row.map((line) => line.split("│").slice(1, -1));
  return (lines[0] ?? []).map((_, column) =>
    lines
      .map((cells) => cells[column]?.trim())
      .join(" ")
      .trim(),
  );
}

describe("the plan, for a tenant with nodes of its own on EKS,", () => {
  it("says how many there may be, also where nobody wrote it down", () => {
    const dedicated = { isolation: { nodes: "dedicated" } };
    const tenants = { acme: dedicated, globex: { ...dedicated, pool: { min: 1, max: 7 } } };
    const both = estateWith(tenants, { platform: EKS });
    expect([rowOf("acme", both)[3], rowOf("globex", both)[3]]).to.deep.equal(["0 to 3", "1 to 7"]);
  });
});

describe("the plan, for a tenant with a cluster of its own,", () => {
  it("says which stack it is in, and that it gets nothing here", () => {
    expect(rowOf("hooli", estate({}))).to.deep.equal([
      "hooli",
      "cluster dedicated nodes shared runtime native",
      "none here",
      "stack test-hooli",
      "none here",
      "control plane, VPC, nodes, keys, identities",
      "cloud account 111122223333, the platform's administrators, people with acme",
    ]);
  });

  it("shares no account where it has one", () => {
    const [, , , , , , shared] = rowOf("hooli", estate({ admins: ["arn:aws:iam::444455556666:role/platform"] }));
    expect(shared).to.equal("the platform's administrators, people with acme");
  });

  it("says in its own stack what it has to itself, and what a guard holds besides", () => {
    const own = (cluster: object) => {
      const parent = estate(cluster);
      const [first] = parent.apart;
      if (!first) throw new Error("hooli has no cluster of its own");
      return rowOf("hooli", ownEstate(parent, "test", first));
    };
    expect(own({})[5]).to.equal(
      "control plane, VPC, nodes, keys, identities, API objects, budget, pods' privileges, network",
    );
    expect(own({ clusterAdmin: "tenant" })[5]).to.equal("control plane, VPC, nodes, keys, identities");
    expect(own({})[3]).to.equal("all of its cluster");
  });
});

const PLATFORM = { kind: "existing", capabilities: { networkPolicy: "enforced", runtimes: { gvisor: "runsc" } } };
const OWN = { isolation: { nodes: "dedicated", runtime: "gvisor" } };

/** What is printed of acme, which has nodes and a sandbox of its own. */
function printed(tenants: Record<string, unknown>, mode: "enforce" | "warn" = "enforce") {
  const plan = planEstate(estateWith(tenants, { platform: PLATFORM, guardrails: { mode } }));
  const acme = plan.tenants.find(({ tenant }) => tenant.id === "acme");
  if (!acme) throw new Error("no tenant acme");
  return { kept: claims(acme, plan), shared: residuals(acme, plan), caveats: caveats(plan) };
}

describe("the table of a plan", () => {
  it("says that nodes and kernel are kept where guardrails enforce", () => {
    const { kept, shared, caveats } = printed({ acme: OWN, globex: {} });
    expect(kept).to.deep.equal(["API objects", "budget", "pods' privileges", "network", "nodes", "kernel (gvisor)"]);
    expect(shared).to.deep.equal(["API server", "DNS names", "per-node agents"]);
    expect(caveats).to.deep.equal([]);
  });

  it("keeps nothing of a pod's for a tenant that is only warned", () => {
    const { kept, shared, caveats } = printed({ acme: { ...OWN, guardrails: "warn" } });
    expect(kept).to.deep.equal(["API objects", "budget", "network"]);
    expect(shared).to.deep.equal(["API server", "DNS names", "nodes", "kernel"]);
    expect(caveats).to.deep.equal(["guardrails only warn for acme: nothing about their pods is enforced"]);
  });

  it("does not keep nodes from a neighbour that is only warned", () => {
    const { kept, shared } = printed({ acme: OWN, globex: { guardrails: "warn" } });
    expect(kept).to.deep.equal(["API objects", "budget", "pods' privileges", "network", "kernel (gvisor)"]);
    expect(shared).to.deep.equal(["API server", "DNS names", "nodes"]);
  });

  it("says of an estate that warns that its namespaces are nobody's to keep, whatever a tenant says", () => {
    const { kept, caveats } = printed({ acme: { ...OWN, guardrails: "enforce" } }, "warn");
    expect(kept).to.not.include("nodes");
    expect(caveats).to.deep.equal([
      "guardrails.mode is warn: the guards of namespaces themselves only warn, for every tenant",
    ]);
  });
});

describe("what the plan does not claim", () => {
  it("is the network where nobody says that its policies are enforced, with the field that says it", () => {
    expect(caveats(planEstate(estateWith({ acme: {} })))).to.deep.equal([
      "network policies are made but unenforced: the platform does not say that its network plugin enforces them (platform.capabilities.networkPolicy)",
    ]);
  });

  it("is that a pod finds its volume where the pool may have no node in the volume's zone", () => {
    const budget = { storage: "10Gi" };
    const tenants = { acme: { budget, isolation: { nodes: "dedicated" } }, globex: { budget } };
    expect(caveats(planEstate(estateWith(tenants, { platform: EKS })))).to.deep.equal([
      "pods with volumes of globex may wait for ever: a volume stays in its zone, and of the 2 zones of pool shared some may be without a node (min is 1); write platform.shared.min: 2, or scaling: karpenter",
      "pods with volumes of acme may wait for ever: a volume stays in its zone, and of the 2 zones of pool acme some may be without a node (min is 0); write pool.zones: 1, pool.min: 2, or scaling: karpenter",
    ]);
  });
});
