import type { PolicyResource } from "@pulumi/policy";
import { expect } from "chai";
import { Asked } from "../../policies/asked";

const shown = (name: string, props: object) =>
  ({
    urn: `urn:${name}`,
    name,
    type: "kubernetes:core/v1:Namespace",
    props,
    dependencies: [],
  }) as unknown as PolicyResource;

describe("what was asked for", () => {
  it("stands in for what a provider that is still to be made could not say", () => {
    const asked = new Asked();
    asked.remember(shown("acme", { metadata: { name: "acme" } }));
    const [acme] = asked.complete([shown("acme", {})]);
    expect(acme?.props).to.deep.equal({ metadata: { name: "acme" } });
    expect(acme?.name).to.equal("acme");
  });

  it("never takes the place of what a provider did say", () => {
    const asked = new Asked();
    asked.remember(shown("acme", { metadata: { name: "acme" } }));
    const [acme] = asked.complete([shown("acme", { metadata: { name: "other" } })]);
    expect(acme?.props).to.deep.equal({ metadata: { name: "other" } });
  });
});
