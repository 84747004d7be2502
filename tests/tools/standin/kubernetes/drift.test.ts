import { expect } from "chai";
import fc from "fast-check";
import { withDrift } from "../../../../tools/standin/kubernetes/drift";
import type { PropertyMap } from "../../../../tools/standin/plugin/properties";

describe("drift", () => {
  it("is what has changed of the fields that the program mentions", () => {
    const inputs = { labels: { tier: "a", keep: "b" }, replicas: 2 };
    const before = { labels: { tier: "a", keep: "b", theirs: "x" }, replicas: 2, status: 1 };
    const now = { labels: { tier: "evil", keep: "b", theirs: "y" }, replicas: 2, status: 2 };
    expect(withDrift(inputs, before, now)).to.deep.equal({ labels: { tier: "evil", keep: "b" }, replicas: 2 });
  });

  it("is a field that somebody removed, also when its value was false", () => {
    const inputs = { automountServiceAccountToken: false, name: "x" };
    expect(withDrift(inputs, { ...inputs }, { name: "x" })).to.deep.equal({ name: "x" });
  });

  it("is an element that somebody added to a list of the program's", () => {
    const rule = { from: [{ podSelector: {} }] };
    expect(withDrift({ ingress: [rule] }, { ingress: [rule] }, { ingress: [rule, {}] })).to.deep.equal({
      ingress: [rule, {}],
    });
    expect(withDrift({ ingress: [] }, {}, { ingress: [{}] })).to.deep.equal({ ingress: [{}] });
  });

  it("is not the server's own spelling of a value", () => {
    const inputs = { hard: { cpu: "1000m", memory: "1024Mi" }, egress: [], selector: null };
    const live = { hard: { cpu: "1", memory: "1Gi" } };
    expect(withDrift(inputs, live, { ...live })).to.deep.equal(inputs);
    const drifted = { hard: { cpu: "4", memory: "1Gi" } };
    expect(withDrift(inputs, live, drifted)).to.deep.equal({ ...inputs, hard: { cpu: "4", memory: "1024Mi" } });
  });

  it("is not an element that the server has added from the start, though another one drifted", () => {
    const inputs = { containers: [{ name: "app", image: "a" }] };
    const sidecar = { name: "mesh", image: "m" };
    const before = { containers: [{ name: "app", image: "a" }, sidecar] };
    const now = { containers: [{ name: "app", image: "evil" }, sidecar] };
    expect(withDrift(inputs, before, now)).to.deep.equal({ containers: [{ name: "app", image: "evil" }] });
  });

  it("is seen in a Secret that the program wrote in clear", () => {
    const data = (value: string) => ({ data: { key: Buffer.from(value).toString("base64") } });
    const inputs = { stringData: { key: "ours" } };
    expect(withDrift(inputs, data("ours"), data("ours"))).to.deep.equal(inputs);
    expect(withDrift(inputs, data("ours"), data("theirs"))).to.deep.equal({ stringData: { key: "theirs" } });
  });

  it("never invents a field, and is nothing where nothing has changed", () => {
    const maps = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue()) as fc.Arbitrary<PropertyMap>;
    fc.assert(
      fc.property(maps, maps, maps, (inputs, seen, now) => {
        const before = { kind: "Any", ...seen };
        expect(withDrift(inputs, before, before)).to.deep.equal(inputs);
        for (const key of Object.keys(withDrift(inputs, before, now))) expect(inputs).to.have.property(key);
      }),
    );
  });
});
