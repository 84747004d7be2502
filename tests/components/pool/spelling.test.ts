import { expect } from "chai";
import fc from "fast-check";
import { autoscalerTags, cloudTaint, type Taint, taintText } from "../../../components/pool/spelling";

const ACME: Taint = { key: "bulkhead.dev/tenant", value: "acme", effect: "NoSchedule" };

const part = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/);
const domain = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?(\.[a-z]{2,5})?$/);
const taint: fc.Arbitrary<Taint> = fc.record({
  key: fc.oneof(
    part,
    fc.tuple(domain, part).map((words) => words.join("/")),
  ),
  value: part,
  effect: fc.constantFrom("NoSchedule", "NoExecute", "PreferNoSchedule"),
});

/** As kubelet and kubectl read a taint: the value ends at the last colon, the key at the first equals sign. */
function fromText(text: string): Taint {
  const [, key = "", value = "", effect = ""] = /^([^=]*)=(.*):([A-Za-z]*)$/.exec(text) ?? [];
  return { key, value, effect: effect as Taint["effect"] };
}

/** As cluster-autoscaler reads the tags of an autoscaling group. */
function fromTags(tags: Readonly<Record<string, string>>): Taint[] {
  const prefix = "k8s.io/cluster-autoscaler/node-template/taint/";
  return Object.entries(tags).flatMap(([tag, text]) => {
    const [, value, effect] = /^(.*):(NoSchedule|NoExecute|PreferNoSchedule)$/.exec(text) ?? [];
    if (!tag.startsWith(prefix) || value === undefined) return [];
    return [{ key: tag.slice(prefix.length), value, effect: effect as Taint["effect"] }];
  });
}

const EFFECTS: Readonly<Record<string, Taint["effect"]>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

describe("a taint", () => {
  it("has its effect in capitals for the cloud", () => {
    expect(cloudTaint(ACME)).to.deep.equal({ key: "bulkhead.dev/tenant", value: "acme", effect: "NO_SCHEDULE" });
  });

  it("is one word for the kubelet", () => {
    expect(taintText(ACME)).to.equal("bulkhead.dev/tenant=acme:NoSchedule");
  });

  it("means the same in every spelling", () => {
    fc.assert(
      fc.property(taint, (one) => {
        const { key, value, effect } = cloudTaint(one);
        expect({ key, value, effect: EFFECTS[effect] }).to.deep.equal(one);
        expect(fromText(taintText(one))).to.deep.equal(one);
        expect(fromTags(autoscalerTags({ labels: {}, taints: [one], resources: {} }))).to.deep.equal([one]);
      }),
    );
  });
});

describe("what cluster-autoscaler is told of a node that is not there", () => {
  it("is its labels, one taint for each key, and its disk", () => {
    const taints: Taint[] = [ACME, { ...ACME, effect: "NoExecute" }];
    const labels = { "bulkhead.dev/tenant": "acme" };
    expect(autoscalerTags({ labels, taints, resources: { "ephemeral-storage": "50Gi" } })).to.deep.equal({
      "k8s.io/cluster-autoscaler/node-template/label/bulkhead.dev/tenant": "acme",
      "k8s.io/cluster-autoscaler/node-template/taint/bulkhead.dev/tenant": "acme:NoSchedule",
      "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage": "50Gi",
    });
  });
});
