import { expect } from "chai";
import type { Namespace } from "kubernetes-types/core/v1";
import { removalProblems, residentsOf } from "../../../components/cluster/residents";
import { formatProblem } from "../../../config/problems";
import { EKS } from "../../support/eks";
import { estateWith } from "../../support/estate";

function namespace(name: string, tenant: string, state: string): Namespace {
  return {
    metadata: { name, labels: { "bulkhead.dev/tenant": tenant }, annotations: { "bulkhead.dev/state": state } },
  };
}

const THERE = [
  namespace("globex-web", "globex", "leaving"),
  namespace("globex-batch", "globex", "active"),
  namespace("acme", "acme", "leaving"),
  namespace("bulkhead-canary", "bulkhead-canary", "active"),
];

describe("the tenants on a cluster", () => {
  it("are found by their namespaces, and leave when all of these do", () => {
    expect(residentsOf(THERE)).to.deep.equal([
      { id: "acme", namespaces: ["acme"], state: "leaving" },
      { id: "globex", namespaces: ["globex-batch", "globex-web"], state: "staying" },
    ]);
  });

  it("do not go because a line is missing", () => {
    expect(removalProblems(estateWith({ hooli: {} }), residentsOf(THERE)).map(formatProblem)).to.deep.equal([
      "tenants.globex: is not in the estate any more, and everything in globex-batch and globex-web would be deleted; write it back with state: leaving and deploy (npx bulkhead offboard globex goes through all steps), or name it in guardrails.removals",
    ]);
  });

  it("do not go because they move to a cluster of their own", () => {
    const globex = { isolation: { cluster: "dedicated" }, cluster: { cidr: "10.1.0.0/16" } };
    const estate = estateWith({ hooli: {}, globex }, { platform: EKS });
    expect(removalProblems(estate, residentsOf(THERE)).map(formatProblem)).to.deep.equal([
      "tenants.globex.isolation.cluster: moves globex to a cluster of its own, and everything in globex-batch and globex-web would be deleted here; write shared and state: leaving, deploy, and then dedicated, or name it in guardrails.removals",
    ]);
  });

  it("stay when they are written, and go when they are named as to be removed", () => {
    expect(removalProblems(estateWith({ globex: {} }), residentsOf(THERE))).to.deep.equal([]);
    const forced = estateWith({ hooli: {} }, { guardrails: { removals: ["globex"] } });
    expect(removalProblems(forced, residentsOf(THERE))).to.deep.equal([]);
  });
});
