import { expect } from "chai";
import { nodesOf, outdated } from "../../../tools/embedded/nodes";
import { estateOf } from "../../support/estate";

const OWN = { isolation: { nodes: "dedicated" } };

/** Names of the nodes that were registered for one estate and may go once another is wanted. */
function going(before: object, after: object, residents: readonly string[]): string[] {
  const isOutdated = outdated(
    estateOf({ tenants: after }),
    residents.map((id) => ({ id })),
  );
  return nodesOf(estateOf({ tenants: before }))
    .filter(isOutdated)
    .map(({ name }) => name);
}

describe("simulated nodes", () => {
  it("stay as long as a tenant is on the cluster that the estate does not name any more", () => {
    expect(going({ acme: OWN, globex: OWN }, { globex: OWN }, ["acme", "globex"])).to.deep.equal([]);
  });

  it("go when their tenant has gone, or has never come", () => {
    expect(going({ acme: OWN, globex: OWN }, { globex: OWN }, ["globex"])).to.deep.equal(["acme-1", "acme-2"]);
  });

  it("go before a deployment that would refuse them, since their tenant stays and moves to shared ones", () => {
    expect(going({ acme: OWN }, { acme: {} }, ["acme"])).to.deep.equal(["acme-1", "acme-2"]);
  });

  it("go where a tenant that stays needs fewer", () => {
    const smaller = { ...OWN, pool: { max: 1 } };
    expect(going({ acme: OWN }, { acme: smaller }, ["acme"])).to.deep.equal(["acme-2"]);
  });
});
