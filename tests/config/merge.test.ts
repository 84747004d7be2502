import { expect } from "chai";
import { merge } from "../../config/merge";

describe("defaults under a tenant's own words", () => {
  it("fill the fields that the tenant leaves out, however deep", () => {
    expect(merge({ a: { b: 1, c: 2 } }, { a: { c: 3 }, d: 4 })).to.deep.equal({ a: { b: 1, c: 3 }, d: 4 });
  });

  it("never mix into a list", () => {
    expect(merge({ hosts: ["a.example", "b.example"] }, { hosts: ["c.example"] })).to.deep.equal({
      hosts: ["c.example"],
    });
    expect(merge({ hosts: ["a.example"] }, { hosts: [] })).to.deep.equal({ hosts: [] });
  });

  it("do not hide that a field is empty", () => {
    expect(merge({ images: ["a.example/"] }, { images: null })).to.deep.equal({ images: null });
  });

  it("are not what every object inherits", () => {
    expect(merge({}, { constructor: { a: 1 } })).to.deep.equal({ constructor: { a: 1 } });
    expect(merge({ constructor: 1 }, {})).to.deep.equal({ constructor: 1 });
  });
});
