import { expect } from "chai";
import type { KubeObject } from "../../../../tools/standin/kubernetes/objects";
import { judgeOf } from "../../../../tools/standin/kubernetes/wait-for";
import type { PropertyMap } from "../../../../tools/standin/plugin/properties";

/** "ready" or "waiting: why", of an object in its second generation. */
function judged(annotation: string, status: PropertyMap): string {
  const object: KubeObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "it", generation: 2 },
    status,
  };
  const readiness = judgeOf(annotation)(object);
  return "waiting" in readiness ? `waiting: ${readiness.waiting}` : Object.keys(readiness).join();
}

const progressing = (status: string, observedGeneration = 2) => ({
  observedGeneration,
  conditions: [{ type: "Progressing", status }],
});

describe("what pulumi.com/waitFor waits for", () => {
  it("is a field with a value", () => {
    const one = "jsonpath={.status.updatedReplicas}=1";
    expect(judged(one, {})).to.equal("waiting: {.status.updatedReplicas} selected nothing");
    expect(judged(one, { updatedReplicas: 3 })).to.equal("waiting: Waiting for {.status.updatedReplicas}=1 (found 3)");
    expect(judged(one, { updatedReplicas: 1 })).to.equal("ready");
  });

  it("is a field with any value", () => {
    expect(judged("jsonpath={.status.loadBalancer}", {})).to.match(/^waiting/);
    expect(judged("jsonpath={.status.loadBalancer}", { loadBalancer: {} })).to.equal("ready");
  });

  it("is a condition, true unless it says otherwise", () => {
    expect(judged("condition=Progressing", progressing("True"))).to.equal("ready");
    expect(judged("condition=progressing=false", progressing("False"))).to.equal("ready");
    expect(judged("condition=Progressing=False", progressing("True"))).to.equal(
      "waiting: Waiting for condition Progressing=False",
    );
    expect(judged("condition=Available", {})).to.match(/^waiting/);
  });

  it("is not what was true before the last change", () => {
    const before = { ...progressing("True", 1), updatedReplicas: 1 };
    expect(judged("jsonpath={.status.updatedReplicas}=1", before)).to.match(/not been observed yet$/);
    expect(judged("condition=Progressing", before)).to.match(/not been observed yet$/);
  });

  it("is all of a list", () => {
    const both = JSON.stringify(["jsonpath={.status.updatedReplicas}=1", "condition=Progressing"]);
    expect(judged(both, { ...progressing("True"), updatedReplicas: 1 })).to.equal("ready");
    expect(judged(both, progressing("True"))).to.match(/^waiting/);
  });

  it("is never guessed", () => {
    expect(() => judgeOf("{.status.phase}=Running")).to.throw('expected a "jsonpath=" or "condition=" prefix');
    expect(() => judgeOf("jsonpath={.status.conditions[0].status}")).to.throw("cannot read");
    expect(() => judgeOf("[]")).to.throw("at least one condition");
  });
});
