import { expect } from "chai";
import { BEYOND } from "../../../proof/attacks/beyond";
import { CATALOGUE } from "../../../proof/attacks/catalogue";
import { tierOf } from "../../../proof/attacks/tiers";

describe("tiers", () => {
  const tried = Object.values(CATALOGUE).flat();

  it("are A and B for what is tried, since an API server and its controllers are all there is", () => {
    expect([...new Set(tried.map(tierOf))].sort()).to.deep.equal(["A", "B"]);
  });

  it("say of a quota that it counts nothing without its controller", () => {
    expect([tierOf({ id: "T23" }), tierOf({ id: "T107" }), tierOf({ id: "T06-no-execute" })]).to.deep.equal([
      "B",
      "B",
      "A",
    ]);
  });

  it("say of what is not tried why it could not be", () => {
    const tiers = Object.fromEntries(BEYOND.map((threat) => [threat.id, tierOf(threat)]));
    expect(tiers).to.include({ T50: "C", T82: "C", T24: "S", T133: "D", T97: "B" });
  });
});
