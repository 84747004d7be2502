import { expect } from "chai";
import { strandings } from "../../../components/pool/zones.plan";
import { KARPENTER, onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";

const claims = { budget: { storage: "10Gi" } };
const own = (pool: object) => ({ isolation: { nodes: "dedicated" }, pool, ...claims });
const struck = (tenants: Readonly<Record<string, unknown>>, platform: object = {}) =>
  strandings(estateOf(onEks(tenants, platform))).map(({ pool, tenants: whom }) => [pool.name, pool.min, ...whom]);

describe("volumes of pools over several zones", () => {
  it("may wait for a node where a zone may be without one", () => {
    expect(struck({ acme: own({}), globex: own({ min: 1, max: 4, zones: 2 }) })).to.deep.equal([
      ["acme", 0, "acme"],
      ["globex", 1, "globex"],
    ]);
  });

  it("find a node in a pool of one zone, in one with a node in each, and in one of Karpenter's", () => {
    const tenants = { acme: own({ zones: 1 }), globex: own({ min: 2 }), initech: own({ scaling: "karpenter" }) };
    expect(struck(tenants, { karpenter: KARPENTER })).to.deep.equal([]);
  });

  it("are nobody's who may claim none", () => {
    expect(struck({ acme: { isolation: { nodes: "dedicated" } }, globex: {} })).to.deep.equal([]);
  });

  it("may wait on shared nodes too, for all who claim some there", () => {
    const tenants = { acme: claims, globex: own({ zones: 1 }), initech: {}, umbrella: claims };
    expect(struck(tenants)).to.deep.equal([["shared", 1, "acme", "umbrella"]]);
    expect(struck(tenants, { shared: { min: 2 } })).to.deep.equal([]);
  });
});
