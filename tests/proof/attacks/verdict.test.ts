import { expect } from "chai";
import type { Scene } from "../../../proof/attacks/scene";
import { type Exchange, isStaged, judge } from "../../../proof/attacks/verdict";
import { admission, mutation, quota, rbac } from "../../../proof/attacks/walls";
import { sceneOf } from "./scene";

const request = { method: "POST" as const, path: "/api/v1/namespaces/acme/pods" };
const answered = (status: number, body: object = {}, warnings: string[] = []): Exchange => ({
  request,
  answer: { status, body, warnings },
});
const refused = (message: string, status = 403) => answered(status, { message });

const LET_IN = answered(201);
const TOLERATIONS = refused(
  "pods \"p\" is forbidden: ValidatingAdmissionPolicy 'a' with binding 'a' denied request: [placement-tolerations] no",
);
const NO_RIGHT = refused(
  'pods is forbidden: User "m" cannot create resource "pods" in API group "" in the namespace "a"',
);
const wall = admission("placement-tolerations");

describe("a verdict", () => {
  const scene = sceneOf("acme");
  const staged: Scene = { ...scene, tenant: { ...scene.tenant, mode: "warn" } };

  it("is passed only when the named rule refused and the twin was let in", () => {
    expect(judge(LET_IN, TOLERATIONS, wall, scene).verdict).to.equal("passed");
  });

  it("is failed when the attack got in, naming who should have stopped it", () => {
    expect(judge(LET_IN, LET_IN, wall, scene)).to.deep.equal({
      verdict: "failed",
      reason: "got through; admission (placement-tolerations) did not stop it",
    });
  });

  it("is failed when another layer refused, naming both", () => {
    expect(judge(LET_IN, NO_RIGHT, wall, scene)).to.deep.equal({
      verdict: "failed",
      reason:
        'to be stopped by admission (placement-tolerations), but was by rbac: pods is forbidden: User "m" cannot create resource "pods" in API group "" in the namespace "a"',
    });
  });

  it("is failed when another rule of the same layer refused", () => {
    const { verdict, reason } = judge(LET_IN, TOLERATIONS, admission("placement-scheduler"), scene);
    expect(verdict).to.equal("failed");
    expect(reason).to.match(/by admission \(placement-scheduler\), but was by admission \(placement-tolerations\)/);
  });

  it("is failed when another resource of the same quota was exceeded", () => {
    const exceeded = refused("exceeded quota: bulkhead-budget, requested: pods=1, used: pods=5, limited: pods=5");
    expect(judge(LET_IN, exceeded, quota("bulkhead-budget", "requests.cpu"), scene).verdict).to.equal("failed");
    expect(judge(LET_IN, exceeded, quota("bulkhead-budget", "pods"), scene).verdict).to.equal("passed");
  });

  it("is inconclusive when the twin was refused too, whoever refused the attack", () => {
    expect(judge(NO_RIGHT, TOLERATIONS, wall, scene)).to.deep.equal({
      verdict: "inconclusive",
      reason:
        'the legal twin was refused too: pods is forbidden: User "m" cannot create resource "pods" in API group "" in the namespace "a"',
    });
  });

  it("is failed when the attack got in, even if the twin did not", () => {
    expect(judge(NO_RIGHT, LET_IN, wall, scene).verdict).to.equal("failed");
  });

  it("is inconclusive when the server was too busy to say", () => {
    expect(judge(LET_IN, refused("too many requests", 429), wall, scene).verdict).to.equal("inconclusive");
    expect(judge(LET_IN, refused("timed out", 504), wall, scene).verdict).to.equal("inconclusive");
  });

  it("is failed for a request that was refused for being malformed", () => {
    const malformed = refused('Pod "p" is invalid: spec.containers: Required value', 422);
    expect(judge(LET_IN, malformed, wall, scene).verdict).to.equal("failed");
  });

  it("takes a warning of the rule for a staged roll-out, and never for a refusal", () => {
    const warned = answered(201, {}, [
      "Validation failed for ValidatingAdmissionPolicy 'a': [placement-tolerations] no",
    ]);
    expect(judge(LET_IN, warned, wall, staged).verdict).to.equal("inconclusive");
    expect(judge(LET_IN, warned, wall, scene).verdict).to.equal("failed");
  });

  it("knows that a guard of namespaces themselves acts as the estate does, whatever the tenant's mode is", () => {
    const { plan } = scene;
    const lenient = { ...plan.estate, guardrails: { ...plan.estate.guardrails, mode: "warn" as const } };
    const inLenientEstate: Scene = { ...scene, plan: { ...plan, estate: lenient } };
    const ofNamespaces = admission("namespace-facts");
    expect([wall, ofNamespaces].map((it) => isStaged(it, scene))).to.deep.equal([false, false]);
    expect([wall, ofNamespaces].map((it) => isStaged(it, staged))).to.deep.equal([true, false]);
    expect([wall, ofNamespaces].map((it) => isStaged(it, inLenientEstate))).to.deep.equal([false, true]);
    expect(isStaged(rbac(), inLenientEstate)).to.equal(false);
  });

  it("is failed when a staged roll-out does not even warn", () => {
    expect(judge(LET_IN, LET_IN, wall, staged).verdict).to.equal("failed");
  });

  it("is passed when what was let in was made harmless, and failed when it was not", () => {
    const fills = mutation("runtimeClassName", (stored) => (stored as { kind?: string }).kind === "harmless");
    expect(judge(LET_IN, answered(201, { kind: "harmless" }), fills, scene).verdict).to.equal("passed");
    expect(judge(LET_IN, answered(201, { kind: "as it was" }), fills, scene).verdict).to.equal("failed");
    expect(judge(NO_RIGHT, answered(201, { kind: "harmless" }), fills, scene).verdict).to.equal("inconclusive");
  });

  it("takes the server's own review of a right for a refusal", () => {
    const review = (allowed: boolean) => answered(201, { kind: "SelfSubjectAccessReview", status: { allowed } });
    expect(judge(review(true), review(false), rbac(), scene).verdict).to.equal("passed");
    expect(judge(review(true), review(true), rbac(), scene).verdict).to.equal("failed");
  });

  it("takes an answer about a thing that is not there for being let in, where the request says so", () => {
    const looking: Exchange = {
      request: { method: "GET", path: "/x", through: (status) => status === 404 },
      answer: { status: 404, body: { message: 'secrets "x" not found' }, warnings: [] },
    };
    expect(judge(looking, looking, rbac(), scene).verdict).to.equal("failed");
    expect(judge(looking, NO_RIGHT, rbac(), scene).verdict).to.equal("passed");
  });
});
