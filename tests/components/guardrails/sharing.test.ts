import { expect } from "chai";
import { type GuardParts, guard } from "../../../components/guardrails/rule";
import { sharingPolicies } from "../../../components/guardrails/sharing";
import { everything, newPods, pods, target } from "../../../components/guardrails/targets";

const rule = {
  id: "some-rule",
  threats: ["T01"],
  require: "object.spec.size() == 0",
  message: "is not empty; empty it",
};

function some(parts: Partial<GuardParts> & { name: string }) {
  return guard({ policy: "pods", concern: "pods", on: [pods], rules: [rule], ...parts });
}

describe("guards that share a policy", () => {
  it("match what any of them matches, each resource once", () => {
    const scale = target("apps", "deployments/scale", ["UPDATE"]);
    const [policy] = sharingPolicies([some({ name: "one", on: [newPods] }), some({ name: "two", on: [pods, scale] })]);
    expect(policy?.on.map(({ resource, operations }) => [resource, operations])).to.deep.equal([
      ["pods", ["CREATE", "UPDATE"]],
      ["deployments/scale", ["UPDATE"]],
    ]);
  });

  it("judge the requests that are their own, when their conditions hold, and no others", () => {
    const [policy] = sharingPolicies([
      some({ name: "when-made", on: [newPods], when: { "not-by-us": `request.userInfo.username != "us"` } }),
      some({ name: "whenever" }),
    ]);
    expect(policy?.variables).to.deep.include({
      notByUs: `request.userInfo.username != "us"`,
      concernsWhenMade: `variables.request in ["CREATE /pods"] && variables.notByUs`,
      concernsWhenever: "true",
    });
    expect(policy?.rules.map(({ require }) => require)).to.deep.equal([
      "!variables.concernsWhenMade || (object.spec.size() == 0)",
      "!variables.concernsWhenever || (object.spec.size() == 0)",
    ]);
    expect(policy?.when).to.deep.equal({});
  });

  it("share what they know", () => {
    const [policy, ...others] = sharingPolicies([
      some({ name: "one", facts: ["tenant", "hosts"], variables: { who: "request.userInfo.username" } }),
      some({ name: "two", facts: ["state", "tenant"], variables: { who: "request.userInfo.username" } }),
    ]);
    expect(others).to.deep.equal([]);
    expect(policy?.facts).to.deep.equal(["tenant", "hosts", "state"]);
    expect(policy?.variables).to.include({ who: "request.userInfo.username" });
  });

  it("may not call two things the same", () => {
    const guards = [some({ name: "one", variables: { who: "1" } }), some({ name: "two", variables: { who: "2" } })];
    expect(() => sharingPolicies(guards)).to.throw("who means two things in one policy");
  });

  it("may not be told apart by resource where one of them matches everything", () => {
    const all = some({ name: "all", on: [everything] });
    expect(() => sharingPolicies([all, some({ name: "two" })])).to.throw("shares with guards of everything only");
  });

  it("are left as they are where there is only one, under the policy's name", () => {
    const alone = some({ name: "alone", policy: "quiet", when: { "not-by-us": "true" } });
    expect(sharingPolicies([alone, some({ name: "two" })])[0]).to.deep.equal({ ...alone, name: "quiet" });
  });
});
