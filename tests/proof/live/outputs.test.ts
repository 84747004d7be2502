import { expect } from "chai";
import { guardrailManifests } from "../../../components/guardrails/plan";
import { estateMode } from "../../../proof/live/outputs";
import { estateWith } from "../../support/estate";

const bindingsOf = (mode: string, tenant: string) =>
  guardrailManifests(estateWith({ acme: { guardrails: tenant } }, { guardrails: { mode } }), {
    mutatingPolicies: "none",
  }).bindings;

describe("an estate that is read from a cluster", () => {
  it("has the mode of the guard that no selector binds, whatever its tenants' is", () => {
    expect(estateMode(bindingsOf("warn", "enforce"))).to.equal("warn");
    expect(estateMode(bindingsOf("enforce", "warn"))).to.equal("enforce");
  });

  it("enforces nothing where that guard is not bound", () => {
    expect(estateMode([])).to.equal("warn");
  });
});
