import { expect } from "chai";
import { guardrailManifests } from "../../../components/guardrails/plan";
import { devicesOf, estateMode } from "../../../proof/live/outputs";
import { estateWith } from "../../support/estate";

const bindingsOf = (mode: string, tenant: string) =>
  guardrailManifests(estateWith({ acme: { guardrails: tenant } }, { guardrails: { mode } }), {
    mutatingPolicies: "none",
  }).bindings;

describe("a budget that is read from a quota", () => {
  it("has the devices that the quota counts, called as the budget calls them", () => {
    const hard = {
      "requests.cpu": "4",
      "requests.ephemeral-storage": "20Gi",
      "count/jobs.batch": "100",
      "requests.nvidia.com/gpu": "2",
      "requests.hugepages-2Mi": "64Mi",
      "gpu.example.com.deviceclass.resource.k8s.io/devices": "1",
    };
    expect(devicesOf(hard)).to.deep.equal({
      "nvidia.com/gpu": "2",
      "hugepages-2Mi": "64Mi",
      "gpu.example.com": "1",
    });
  });
});

describe("an estate that is read from a cluster", () => {
  it("has the mode of the guard that no selector binds, whatever its tenants' is", () => {
    expect(estateMode(bindingsOf("warn", "enforce"))).to.equal("warn");
    expect(estateMode(bindingsOf("enforce", "warn"))).to.equal("enforce");
  });

  it("enforces nothing where that guard is not bound", () => {
    expect(estateMode([])).to.equal("warn");
  });
});
