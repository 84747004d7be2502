import { expect } from "chai";
import type { Result } from "../../proof/attacks/run";
import { type Evidence, type Grounds, weigh } from "../../proof/evidence";
import { provenPlan } from "./estate";

const plan = provenPlan();

function result(tenant: string, threat: string, verdict: Result["verdict"], more: Partial<Result> = {}): Result {
  return {
    tenant,
    namespace: tenant,
    victim: "somebody",
    attack: threat,
    threat,
    tier: "A",
    alias: undefined,
    title: "a title",
    path: "direct",
    verdict,
    expected: "rbac",
    layer: "rbac",
    reason: "a reason",
    staged: false,
    request: "GET /",
    ...more,
  };
}

function evidence(tenant: string, claim: string, grounds: Partial<Grounds>): Evidence {
  const all = weigh({ plan, results: [], derivations: [], strangers: [], untried: () => false, ...grounds });
  const found = all.find((it) => it.tenant === tenant && it.claim.id === claim);
  if (!found) throw new Error(`no claim ${claim} of ${tenant}`);
  return found;
}

const derivation = { tenant: "acme", claim: "budget", level: "derived" as const, finding: "it adds up" };

describe("evidence", () => {
  it("is enforced when every attack was stopped", () => {
    const results = [
      result("acme", "T105", "passed"),
      result("acme", "T23", "passed"),
      result("acme", "T114", "untestable"),
    ];
    expect(evidence("acme", "budget", { results })).to.include({ level: "enforced", passed: 2, untestable: 1 });
  });

  it("is refuted by a single attack that was not", () => {
    const results = [result("acme", "T105", "passed"), result("acme", "T23", "failed", { reason: "got through" })];
    expect(evidence("acme", "budget", { results })).to.deep.include({
      level: "refuted",
      reasons: ["T23 direct: got through"],
    });
  });

  it("is not enforced when something stayed undecided", () => {
    const results = [result("acme", "T105", "passed"), result("acme", "T23", "inconclusive")];
    expect(evidence("acme", "budget", { results }).level).to.equal("declared");
  });

  it("is not enforced when nothing could be tried", () => {
    expect(evidence("acme", "budget", { results: [result("acme", "T105", "untestable")] }).level).to.equal("declared");
    expect(evidence("acme", "budget", {}).level).to.equal("declared");
  });

  it("is derived when the plan says so and nothing was tried", () => {
    expect(evidence("acme", "budget", { derivations: [{ ...derivation, holds: true }] }).level).to.equal("derived");
  });

  it("is none when the plan itself contradicts it, whatever was stopped", () => {
    const derivations = [{ ...derivation, holds: false, finding: "jobs may be made without end" }];
    const found = evidence("acme", "budget", { derivations, results: [result("acme", "T105", "passed")] });
    expect(found.level).to.equal("none");
    expect(found.reasons).to.include("jobs may be made without end");
  });

  it("is refuted by what the cluster has besides the estate", () => {
    const strangers = [{ tenant: "acme", claims: ["network"], finding: "globex may connect to acme" }];
    expect(evidence("acme", "network", { strangers })).to.deep.include({
      level: "refuted",
      reasons: ["globex may connect to acme"],
    });
    expect(evidence("globex", "network", { strangers }).level).to.equal("declared");
  });

  it("of a claim to be kept from others comes from the others' attacks, and from nobody's own", () => {
    const others = [result("acme", "T07", "passed"), result("initech", "T07", "passed")];
    expect(evidence("globex", "fence", { results: others })).to.include({ level: "enforced", passed: 2 });
    expect(evidence("globex", "fence", { results: [result("globex", "T07", "passed")] }).level).to.equal("declared");
    expect(evidence("globex", "fence", { results: [...others, result("acme", "T06", "failed")] }).level).to.equal(
      "refuted",
    );
  });

  it("never calls the network enforced, since no packet was seen", () => {
    const results = [result("acme", "T77", "passed")];
    const derivations = [{ ...derivation, claim: "network", holds: true }];
    expect(evidence("acme", "network", { results, derivations }).level).to.equal("derived");
    const unenforced = [{ ...derivation, claim: "network", holds: true, level: "declared" as const }];
    expect(evidence("acme", "network", { results, derivations: unenforced }).level).to.equal("declared");
  });

  it("never calls enforced what rests on guardrails that only warn, be it in the second row", () => {
    const results = [result("acme", "T60", "passed", { staged: true })];
    const tenants = plan.tenants.map((it) => (it.tenant.id === "acme" ? { ...it, mode: "warn" as const } : it));
    expect(evidence("acme", "frame", { results, plan: { ...plan, tenants } })).to.deep.include({
      level: "declared",
      reasons: ["guardrails only warn for acme"],
    });
  });

  it("never calls the guards around a tenant enforced where the estate only warns of what is done to namespaces", () => {
    const results = [result("acme", "T60", "passed", { staged: true })];
    expect(evidence("acme", "frame", { results })).to.deep.include({
      level: "declared",
      reasons: ["the guards of namespaces themselves only warn (guardrails.mode)"],
    });
  });

  it("never calls enforced what somebody who only warns could do to others", () => {
    const results = [result("initech", "T07", "passed"), result("acme", "T07", "passed", { staged: true })];
    expect(evidence("globex", "fence", { results }).level).to.equal("declared");
  });

  it("never calls half a proof enforced", () => {
    const grounds = { results: [result("acme", "T105", "passed")], untried: (tenant: string) => tenant === "acme" };
    expect(evidence("acme", "budget", grounds).level).to.equal("declared");
    expect(evidence("acme", "budget", grounds).reasons).to.include("not all of its attacks were tried");
  });

  it("makes no claim that a tenant's isolation does not buy", () => {
    const claims = (tenant: string) =>
      weigh({ plan, results: [], derivations: [], strangers: [], untried: () => false })
        .filter((it) => it.tenant === tenant)
        .map(({ claim }) => claim.id);
    expect(claims("acme")).to.not.include.members(["fence"]);
    expect(claims("acme")).to.not.include.members(["kernel"]);
    expect(claims("initech")).to.include.members(["fence", "home", "kernel"]);
  });
});
