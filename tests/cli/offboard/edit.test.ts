import { expect } from "chai";
import { parse } from "yaml";
import { NotEditable, withField, withoutField } from "../../../cli/offboard/edit";

const HEAD = "# ours\nconfig:\n  other:key: [1,2]\n  tenants:\n";
const PATH = ["config", "tenants", "acme"];
const TAIL = "    globex: {budget: {cpu: '4'}} # stays\n\n  last: 1\n";

const closed = (written: string) => withField(HEAD + written + TAIL, PATH, "state", "leaving");
const removed = (written: string) => withoutField(HEAD + written + TAIL, PATH);

const WAYS: Readonly<Record<string, readonly [string, string]>> = {
  "a block": ["    acme: # why\n      a: 1\n", "    acme: # why\n      state: leaving\n      a: 1\n"],
  "a block that has a state": ["    acme:\n      state: frozen # so\n", "    acme:\n      state: leaving # so\n"],
  "a flow map": ["    acme: { a: 1 }\n", "    acme: { state: leaving, a: 1 }\n"],
  "an empty map": ["    acme: {}\n", "    acme: { state: leaving }\n"],
  "nothing but an id": ["    acme:\n", "    acme: { state: leaving }\n"],
  "a quoted id": ['    "acme":\n', '    "acme": { state: leaving }\n'],
};

describe("a tenant in a file", () => {
  for (const [name, [written, expected]] of Object.entries(WAYS)) {
    it(`gets a state and goes, written as ${name}, and nothing else changes`, () => {
      expect(closed(written)).to.equal(HEAD + expected + TAIL);
      expect(parse(closed(written)).config.tenants.acme.state).to.equal("leaving");
      expect(removed(written)).to.equal(HEAD + TAIL);
    });
  }

  it("goes from the end of a file without a line break", () => {
    expect(withoutField("a: 1\nacme:\n  b: 2", ["acme"])).to.equal("a: 1\n");
  });

  it("gets a state in a file of its own, also in an empty one", () => {
    expect(withField("# acme\ncontact: x\n", [], "state", "leaving")).to.equal("# acme\nstate: leaving\ncontact: x\n");
    expect(withField("", [], "state", "leaving")).to.equal("state: leaving\n");
  });

  it("is left to people where it is not written out", () => {
    const alias = "base: &base { a: 1 }\ntenants:\n  acme: *base\n";
    expect(() => withField(alias, ["tenants", "acme"], "state", "leaving")).to.throw(
      NotEditable,
      "tenants.acme is an alias of another map",
    );
    expect(() => withoutField("tenants: { acme: {}, globex: {} }\n", ["tenants", "acme"])).to.throw(
      NotEditable,
      "tenants.acme stands on a line with others",
    );
  });
});
