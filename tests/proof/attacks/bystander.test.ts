import { expect } from "chai";
import { bystanderTrials } from "../../../proof/attacks/bystander";
import { planOf, provenPlan, TENANTS } from "../estate";
import { CLUSTER } from "./scene";

const FACTS = { cluster: CLUSTER, run: "test" };
const plan = provenPlan();

describe("somebody in a namespace that nobody labelled", () => {
  it("reaches for the nodes and the class of every tenant that has some", () => {
    const reached = bystanderTrials(plan, FACTS).filter(({ attack }) => attack.id === "T07-neighbour");
    expect(reached.map(({ scene }) => scene.victim.id)).to.deep.equal(["globex", "hooli", "initech"]);
    expect(reached.map(({ scene }) => scene.namespace)).to.deep.equal(["default", "default", "default"]);
  });

  it("reaches for addresses, and what cannot be tried in nobody's name is listed with the reason", () => {
    const trials = bystanderTrials(plan, FACTS);
    expect(
      trials.filter(({ attack }) => attack.id === "T85-stray").map(({ step, scene }) => step(scene)),
    ).to.deep.equal([
      {
        method: "PATCH",
        path: "/api/v1/namespaces/default/services/kubernetes",
        body: { spec: { externalIPs: ["203.0.113.9"] } },
        contentType: "application/merge-patch+json",
        as: {
          user: "system:serviceaccount:kube-system:generic-garbage-collector",
          groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
        },
      },
    ]);
    const untried = trials.filter(({ attack, scene }) => attack.unless?.(scene) !== undefined);
    expect(untried.map(({ attack }) => attack.id)).to.deep.equal(["T90", "T92"]);
    expect(untried[0]?.attack.unless?.(untried[0].scene)).to.match(/^nobody is known who may make routes/);
  });

  it("is listed as not tried where the platform says that the namespace is its own", () => {
    const { estate } = planOf(TENANTS);
    const guardrails = { ...estate.guardrails, platformNamespaces: ["default"] };
    const trials = bystanderTrials({ ...plan, estate: { ...estate, guardrails } }, FACTS);
    expect(trials).to.have.length(bystanderTrials(plan, FACTS).length);
    const reasons = new Set(trials.map(({ attack, scene }) => attack.unless?.(scene)));
    expect([...reasons]).to.deep.equal(["the platform says that namespace default is its own (platformNamespaces)"]);
  });
});
