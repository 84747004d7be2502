import { expect } from "chai";
import { scalingOf, sizesByPool } from "../../../components/pool/managed.plan";

const size = (minSize: number, maxSize: number, desiredSize: number) => ({ minSize, maxSize, desiredSize });

describe("the size of a live pool", () => {
  it("is known by the name that its group was given", () => {
    const sizes = sizesByPool([
      ["cluster-acme-0a1b2c3", size(0, 3, 2)],
      ["cluster-acme-dev-0000000", size(1, 1, 1)],
    ]);
    expect([...sizes]).to.deep.equal([
      ["cluster-acme-dev", { min: 1, max: 1, desired: 1 }],
      ["cluster-acme", { min: 0, max: 3, desired: 2 }],
    ]);
  });

  it("is that of the busier group while one takes another's place", () => {
    for (const groups of [
      [["acme-1111111", size(0, 3, 3)] as const, ["acme-2222222", size(0, 3, 0)] as const],
      [["acme-2222222", size(0, 3, 0)] as const, ["acme-1111111", size(0, 3, 3)] as const],
    ]) {
      expect(sizesByPool(groups).get("acme")).to.deep.equal({ min: 0, max: 3, desired: 3 });
    }
  });
});

describe("the size that is sent with new bounds", () => {
  it("keeps every node that the new bounds allow", () => {
    const sent = (bounds: { min: number; max: number }) =>
      scalingOf(bounds, { min: 1, max: 4, desired: 3 }).scalingConfig;
    expect(sent({ min: 1, max: 9 })).to.deep.equal(size(1, 9, 3));
    expect(sent({ min: 5, max: 9 })).to.deep.equal(size(5, 9, 5));
    expect(sent({ min: 0, max: 2 })).to.deep.equal(size(0, 2, 2));
  });
});
