import { expect } from "chai";
import { isSince, isUnheardOf, KARPENTER, karpenterNeeds } from "../../config/releases";

describe("a release", () => {
  it("is compared by its numbers, not as a text", () => {
    for (const [release, first, expected] of [
      ["1.14.1", "1.13.0", true],
      ["1.13.0", "1.13.0", true],
      ["1.9.12", "1.13.0", false],
      ["2.0.0", "1.13.0", true],
      ["1.12.9", "1.13.0", false],
    ] as const) {
      expect(isSince(release, first), `${release} after ${first}`).to.equal(expected);
    }
  });

  it("of Karpenter is as new as the cluster's minor wants", () => {
    expect(karpenterNeeds("1.36").map(({ since }) => since)).to.deep.equal(["1.12.0", "1.13.0"]);
    expect(karpenterNeeds("1.34").map(({ since }) => since)).to.deep.equal(["1.12.0"]);
    expect(KARPENTER.nestedVirtualization.since).to.equal("1.13.0");
  });

  it("of Kubernetes is believed for two years after the newest that is known", () => {
    expect(["1.36", "1.37", "1.42"].filter(isUnheardOf)).to.deep.equal([]);
    expect(["1.43", "1.99"].filter(isUnheardOf)).to.deep.equal(["1.43", "1.99"]);
  });
});
