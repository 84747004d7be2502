import { expect } from "chai";
import { planTable } from "../../cli/plan-table";
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
