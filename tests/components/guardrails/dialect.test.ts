import { expect } from "chai";
import { guardrailManifests } from "../../../components/guardrails/plan";

/** Functions and macros that CEL has in Kubernetes 1.30 for a policy that is made there. */
const KNOWN_IN_1_30 = [
  ...["all", "exists", "map", "has", "size", "string", "dyn", "contains", "startsWith", "endsWith", "matches"],
  // Optionals and strings: 1.29. Quantities: 1.29.
  ...["orValue", "hasValue", "split", "join", "trim", "substring", "quantity", "isGreaterThan"],
];

describe("expressions of the guardrails", () => {
  it("call only what the oldest supported server knows", () => {
    const { policies } = guardrailManifests(
      { guardrails: { mode: "enforce", platformNamespaces: [] }, tenants: [] },
      { mutatingPolicies: "none" },
    );
    const expressions = policies.flatMap(({ spec }) => [
      ...(spec?.matchConditions ?? []).map(({ expression }) => expression),
      ...(spec?.variables ?? []).map(({ expression }) => expression),
      ...(spec?.validations ?? []).flatMap(({ expression, messageExpression = "" }) => [expression, messageExpression]),
    ]);
    const called = expressions.flatMap((expression) => {
      const code = expression.replaceAll(/"(\\.|[^"\\])*"|'[^']*'/g, `""`);
      return [...code.matchAll(/\b([a-zA-Z]+)\(/g)].map(([, name]) => name);
    });
    expect([...new Set(called)].filter((name) => name !== undefined && !KNOWN_IN_1_30.includes(name))).to.deep.equal(
      [],
    );
  });
});
