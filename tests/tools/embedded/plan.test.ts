import { expect } from "chai";
import type { ClusterApi } from "../../../components/cluster/api";
import { planOn } from "../../../tools/embedded/start";
import { estateWith } from "../../support/estate";

describe("the plan that npm start proves", () => {
  const serving = (minor: string, resources: readonly string[]) => {
    const answers: Record<string, unknown> = {
      "/version": { major: "1", minor },
      "/apis/admissionregistration.k8s.io/v1": { resources: resources.map((name) => ({ name })) },
    };
    return { get: async (path: string) => answers[path] } as unknown as ClusterApi;
  };

  it("is for the control plane that runs, which may be older than the one that would have been built", async () => {
    const plan = await planOn(serving("31+", ["validatingadmissionpolicies"]), estateWith({ acme: {} }));
    expect(plan.minor).to.equal("1.31");
    expect(plan.guardrails.mutations).to.deep.equal([]);
    const labels = plan.tenants[0]?.spaces[0]?.namespace.metadata.labels;
    expect(labels).to.include({ "pod-security.kubernetes.io/enforce-version": "v1.31" });
  });

  it("has the mutating guardrails where the control plane serves them, whatever its version", async () => {
    const plan = await planOn(serving("35", ["mutatingadmissionpolicies"]), estateWith({ acme: {} }));
    expect(plan.guardrails.mutations).to.have.length.greaterThan(0);
  });
});
