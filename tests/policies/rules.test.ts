import { expect } from "chai";
import fc from "fast-check";
import { rules } from "../../policies/catalogue";
import { changed, type FixtureStack, type Fixtures, fixturesOf } from "../../policies/fixtures";
import { UNKNOWN, verdictOf } from "./double";

const KUBECONFIG = process.env.KUBECONFIG;

describe("policies/rules", () => {
  before(() => {
    process.env.KUBECONFIG = "/home/somebody/.kube/config";
  });
  after(() => {
    if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = KUBECONFIG;
  });

  for (const rule of rules) {
    const { good, bad, unknown } = fixturesOf(rule);
    const first = stackOf(good);

    describe(rule.name, () => {
      for (const [title, stack] of Object.entries(good)) {
        it(`lets ${title} pass`, () => {
          expect(verdictOf(rule, stack)).to.deep.equal({ violations: [] });
        });
      }

      for (const [title, { says, ...change }] of Object.entries(bad)) {
        it(`refuses ${title}, and says what to do`, () => {
          const broken = changed(stackOf(good, change.of), change);
          expect(verdictOf(rule, broken)).to.deep.equal({ violations: says.split("\n") });
        });
      }

      for (const at of unknown.judged) {
        it(`says that it cannot be run while ${at.join(".")} is unknown`, () => {
          const { violations, unknown: reason } = verdictOf(rule, changed(first, { at, to: UNKNOWN }));
          expect(violations).to.deep.equal([]);
          expect(reason).to.equal(`string value at .${at.slice(2).join(".")} can't be known during preview`);
        });
      }

      for (const at of unknown.unread) {
        it(`does not need to know ${at.join(".")}`, () => {
          expect(verdictOf(rule, changed(first, { at, to: UNKNOWN }))).to.deep.equal({ violations: [] });
        });
      }

      it("does not judge what is of another kind", () => {
        for (const { says: _, ...change } of Object.values(bad)) {
          const broken = changed(stackOf(good, change.of), change);
          expect(verdictOf(rule, foreign(broken))).to.deep.equal({ violations: [] });
        }
      });

      it("has an answer to every shape", () => {
        const places = placesIn(first);
        fc.assert(
          fc.property(fc.constantFrom(...places), shape, (at, to) => {
            verdictOf(rule, changed(first, { at, to }));
          }),
          { numRuns: 300 },
        );
      });
    });
  }
});

/** Anything a property can be, with the unknown value and keys of JavaScript's own among it. */
const shape = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(UNKNOWN, [UNKNOWN], [null], [[]], { toString: 1 }, [{ toString: 1 }], { length: 1 }),
);

type Path = readonly [string, ...string[]];

function placesIn(stack: FixtureStack): Path[] {
  const below = (value: unknown, path: Path): Path[] =>
    typeof value !== "object" || value === null
      ? [path]
      : [path, ...Object.entries(value).flatMap(([key, inner]) => below(inner, [...path, key]))];
  return Object.entries(stack).flatMap(([name, { props }]) => below(props, [name, "props"]));
}

function stackOf(good: Fixtures["good"], title = Object.keys(good)[0]): FixtureStack {
  const stack = good[title ?? ""];
  if (!stack) throw new Error(`no good stack "${title}"`);
  return stack;
}

function foreign(stack: FixtureStack): FixtureStack {
  const resources = Object.entries(stack).map(([name, resource]) => [name, { ...resource, type: "aws:ec2/vpc:Vpc" }]);
  return Object.fromEntries(resources) as FixtureStack;
}
