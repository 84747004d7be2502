import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { policies, rules } from "../../policies/catalogue";
import { fixturesOf } from "../../policies/fixtures";
import { POLICY_REFERENCE, policyReference } from "../../tools/policies/reference";
import { ROOT } from "../support/estate";

const RULES = join(ROOT, "policies", "rules");

describe("the catalogue of policies", () => {
  it("has every rule that there is, under the name of its file", () => {
    const files = readdirSync(RULES).filter((file) => !file.endsWith(".fixtures.ts"));
    expect(files).to.have.members(rules.map(({ name }) => `${name}.ts`));
  });

  it("hands every rule to the engine, those about namespaces as one", () => {
    expect(policies.map(({ name }) => name)).to.deep.equal([
      "namespace-carries-labels",
      "role-is-explicit",
      "identity-is-pinned",
      "provider-is-explicit",
      "namespace-is-guarded",
    ]);
  });

  it("is mandatory throughout", () => {
    expect(policies.map(({ enforcementLevel }) => enforcementLevel)).to.deep.equal(Array(5).fill("mandatory"));
  });

  for (const rule of rules) {
    describe(rule.name, () => {
      it("has a kebab-case name of its own that is not reserved", () => {
        expect(rule.name).to.match(/^[a-z]+(-[a-z]+)+$/);
        expect(rules.filter(({ name }) => name === rule.name)).to.have.lengthOf(1);
      });

      it("speaks in sentences", () => {
        for (const sentence of [rule.description, rule.remediationSteps]) expect(sentence).to.match(/^[A-Z].+ .+\.$/);
        expect(rule.displayName).to.match(/^[A-Z].+[a-zA-Z]$/);
      });

      it("says what it is about, and which threats it keeps out in their order", () => {
        const [concern, ...threats] = rule.tags;
        expect(concern).to.match(/^[a-z-]+$/);
        const numbers = threats.map((threat) => Number(/^T(\d+)$/.exec(threat)?.[1]));
        expect(numbers).to.deep.equal([...new Set(numbers)].sort((one, other) => one - other));
      });

      it("is severe enough to stop a deployment", () => {
        expect(rule.severity).to.be.oneOf(["high", "critical"]);
      });

      it("has something good, something bad and something unknown beside it", () => {
        expect(existsSync(join(RULES, `${rule.name}.fixtures.ts`))).to.equal(true);
        const { good, bad, unknown } = fixturesOf(rule);
        expect(good).to.not.be.empty;
        expect(bad).to.not.be.empty;
        expect([...unknown.judged, ...unknown.unread]).to.not.be.empty;
      });

      it("answers in sentences that name the resource and what to do", () => {
        const answers = Object.values(fixturesOf(rule).bad).flatMap(({ says }) => says.split("\n"));
        for (const answer of answers) expect(answer).to.match(/^([a-z-]+: )?[A-Z]\w+ "[^"]+" [^:]+: .+\.$/s);
      });
    });
  }

  it("is what docs/reference/policies.md says (npm run docs)", () => {
    expect(readFileSync(POLICY_REFERENCE, "utf8")).to.equal(policyReference());
  });

  it("has the version of the program it judges", () => {
    const version = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
    expect(version(join(ROOT, "policies"))).to.equal(version(ROOT));
  });
});
