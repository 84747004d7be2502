import { expect } from "chai";
import { joined, type ResourceState } from "../../../tools/embedded/recover";

describe("what a killed deployment has made", () => {
  const group = (id: string): ResourceState => ({
    urn: "urn:pulumi:s::bulkhead::aws:eks/nodeGroup:NodeGroup::acme",
    type: "aws:eks/nodeGroup:NodeGroup",
    id,
  });
  const tag: ResourceState = {
    urn: "urn:pulumi:s::bulkhead::aws:autoscaling/tag:Tag::acme",
    type: "aws:autoscaling/tag:Tag",
    id: "t",
  };

  it("comes after everything that was there", () => {
    expect(joined([tag], [group("new")])).to.deep.equal([tag, group("new")]);
  });

  it("comes before what it replaces, which is still to be deleted", () => {
    const old = { ...group("old"), delete: true };
    expect(joined([group("old"), tag], [group("new")])).to.deep.equal([group("new"), old, tag]);
  });

  it("leaves for deletion what was to be deleted before", () => {
    const older = { ...group("older"), delete: true };
    const old = { ...group("old"), delete: true };
    expect(joined([group("old"), older], [group("new")])).to.deep.equal([group("new"), old, older]);
  });
});
