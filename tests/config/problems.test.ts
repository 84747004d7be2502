import { expect } from "chai";
import { byPlace, ConfigError, didYouMean, formatPath, formatProblem, lookAlike, nearest } from "../../config/problems";

describe("a complaint", () => {
  it("is path, value, rule", () => {
    const problem = { path: ["tenants", "acme", "pool", "min"], value: 5, rule: "is more than max (4)" };
    expect(formatProblem(problem)).to.equal("tenants.acme.pool.min: 5 is more than max (4)");
  });

  it("names the file where it is another than the stack's", () => {
    const problem = { file: "tenants/acme.yaml", path: ["pool", "min"], value: 5, rule: "is more than max (4)" };
    expect(formatProblem(problem)).to.equal("tenants/acme.yaml: pool.min: 5 is more than max (4)");
  });

  it("about the file as a whole has no path", () => {
    expect(formatProblem({ path: [], rule: "is not there" })).to.equal("is not there");
    expect(formatProblem({ file: "tenants/acme.yaml", path: [], rule: "is not UTF-8 text" })).to.equal(
      "tenants/acme.yaml: is not UTF-8 text",
    );
  });

  it("counts positions and quotes keys that are no words", () => {
    expect(formatPath(["tenants", "shared-services", "egress", 0, "a.b", ""])).to.equal(
      'tenants.shared-services.egress[0]["a.b"][""]',
    );
  });

  it("cannot drive a terminal or hide what it complains about", () => {
    expect(formatProblem({ path: ["\u001b[2J"], value: "a\u202eb\u200b", rule: "is odd" })).to.equal(
      '["\\u001b[2J"]: "a\\u202eb\\u200b" is odd',
    );
  });

  it("is one line, whatever is quoted in its rule", () => {
    expect(formatProblem({ path: ["a"], rule: "is wrong; write [\n  b: is fine]" })).to.equal(
      "a: is wrong; write [\\u000a  b: is fine]",
    );
  });

  it("cuts a long value short", () => {
    const line = formatProblem({ path: ["contact"], value: "x".repeat(1_000_000), rule: "is long" });
    expect(line).to.equal(`contact: "${"x".repeat(78)}… is long`);
  });

  it("can be made about any value", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    const values = [Number.NaN, Number.POSITIVE_INFINITY, circle, undefined, 1n, () => 1];
    expect(values.map((value) => formatProblem({ path: [], value, rule: "is odd" }))).to.deep.equal([
      "NaN is odd",
      "Infinity is odd",
      "this is odd",
      "undefined is odd",
      "this is odd",
      "function is odd",
    ]);
  });

  it("is said once", () => {
    const problem = { path: ["a"], rule: "is wrong" };
    expect(new ConfigError("Pulumi.dev.yaml", [problem, { ...problem }]).message).to.equal(
      "Pulumi.dev.yaml: 1 problem\n  a: is wrong",
    );
  });

  it("stands beside the others about the same thing", () => {
    const problems = [["b"], ["a", 10], ["a", 2], ["a"], ["a", 2, "x"]].map((path) => ({ path, rule: "is wrong" }));
    expect(problems.sort(byPlace).map(({ path }) => formatPath(path))).to.deep.equal([
      "a",
      "a[2]",
      "a[2].x",
      "a[10]",
      "b",
    ]);
  });
});

describe("a suggestion", () => {
  const fields = ["contact", "isolation", "namespaces", "memory", "cpu", "loadBalancers"];

  for (const [word, meant] of [
    ["namespace", "namespaces"],
    ["isolatoin", "isolation"],
    ["CPU", "cpu"],
    ["cup", "cpu"],
    ["mem", "memory"],
    ["loadbalancers", "loadBalancers"],
  ] as const) {
    it(`for ${word} is ${meant}`, () => {
      expect(nearest(word, fields)).to.equal(meant);
    });
  }

  it("is not made for a word that is like none of them", () => {
    expect([nearest("replicas", fields), nearest("b", ["a"]), nearest("ab", ["cd"]), nearest("x", [])]).to.deep.equal(
      Array(4).fill(undefined),
    );
  });

  it("is not the word itself", () => {
    expect(didYouMean("acme", ["acme", "acne"])).to.equal("");
  });

  it("is a question", () => {
    expect(didYouMean("gvisr", ["native", "gvisor", "kata"])).to.equal('; did you mean "gvisor"?');
  });
});

describe("a letter of another alphabet", () => {
  it("is named by its code, because it looks like one of ours", () => {
    expect(lookAlike("\u0430cme")).to.equal('; "\u0430" in it is U+0430');
  });

  it("is not seen in plain text", () => {
    expect(lookAlike("acme ~ 1")).to.equal("");
  });
});
