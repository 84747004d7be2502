import { expect } from "chai";
import type { Cluster } from "../../../../tools/standin/kubernetes/cluster";
import type { KubeObject } from "../../../../tools/standin/kubernetes/objects";
import { readinessOf } from "../../../../tools/standin/kubernetes/readiness";
import type { PropertyMap } from "../../../../tools/standin/plugin/properties";

/** "ready", "waiting: why" or "failed: why"; storage classes are all named `late` and wait for their first consumer. */
async function judged(
  apiVersion: string,
  kind: string,
  spec: PropertyMap,
  status: PropertyMap,
  more: PropertyMap = {},
) {
  const object: KubeObject = { apiVersion, kind, metadata: { name: "it", generation: 2 }, spec, status, ...more };
  const get = async () => ({ volumeBindingMode: "WaitForFirstConsumer" });
  const judge = await readinessOf(object, { get } as unknown as Cluster);
  if (!judge) return "ready at once";
  const [[word, why]] = Object.entries(judge.read(object)) as [[string, unknown]];
  return word === "ready" ? word : `${word}: ${why}`;
}

describe("an object is ready", () => {
  it("at once where its kind has nothing to wait for", async () => {
    for (const kind of ["ConfigMap", "ServiceAccount", "LimitRange", "Namespace", "Service"]) {
      expect(await judged("v1", kind, {}, {})).to.equal("ready at once");
    }
    expect(await judged("networking.k8s.io/v1", "NetworkPolicy", {}, {})).to.equal("ready at once");
  });

  it("as a quota, once its controller counts exactly what it limits", async () => {
    const hard = { pods: "5", cpu: "1" };
    expect(await judged("v1", "ResourceQuota", { hard }, {})).to.equal("waiting: the quota is not enforced yet");
    expect(await judged("v1", "ResourceQuota", { hard }, { hard: { pods: "5" } })).to.match(/^waiting/);
    expect(await judged("v1", "ResourceQuota", { hard }, { hard: { cpu: "1", pods: "5" } })).to.equal("ready");
  });

  it("as a Deployment, once all replicas are new and available", async () => {
    const spec = { replicas: 3 };
    const done = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
    const of = (status: PropertyMap) => judged("apps/v1", "Deployment", spec, { ...done, ...status });
    expect(await of({})).to.equal("ready");
    expect(await of({ observedGeneration: 1 })).to.match(/^waiting/);
    expect(await of({ availableReplicas: 2 })).to.equal("waiting: 2 of 3 replicas are available");
    expect(await of({ replicas: 4 })).to.match(/^waiting/);
    const late = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "took too long" };
    expect(await of({ conditions: [late] })).to.equal("failed: took too long");
  });

  it("as a StatefulSet, once all replicas are ready in the current revision", async () => {
    const done = { observedGeneration: 2, readyReplicas: 2, currentRevision: "b", updateRevision: "b" };
    const of = (status: PropertyMap) => judged("apps/v1", "StatefulSet", { replicas: 2 }, { ...done, ...status });
    expect(await of({})).to.equal("ready");
    expect(await of({ readyReplicas: 1 })).to.equal("waiting: 1 of 2 replicas are ready");
    expect(await of({ currentRevision: "a" })).to.match(/^waiting/);
  });

  it("as a DaemonSet, once each of its nodes has a new and available pod", async () => {
    const done = { observedGeneration: 2, desiredNumberScheduled: 2, numberAvailable: 2, updatedNumberScheduled: 2 };
    const of = (status: PropertyMap) => judged("apps/v1", "DaemonSet", {}, { ...done, ...status });
    expect(await of({})).to.equal("ready");
    expect(await of({ numberAvailable: 1 })).to.equal("waiting: 1 of 2 pods are available");
    expect(await of({ updatedNumberScheduled: 1 })).to.match(/^waiting/);
  });

  it("as a Pod, once it is ready or has done its work", async () => {
    const condition = (type: string, status: string, message = "") => ({ conditions: [{ type, status, message }] });
    expect(await judged("v1", "Pod", {}, condition("Ready", "True"))).to.equal("ready");
    expect(await judged("v1", "Pod", {}, { phase: "Succeeded" })).to.equal("ready");
    expect(await judged("v1", "Pod", {}, condition("PodScheduled", "False", "no room"))).to.equal("waiting: no room");
    expect(await judged("v1", "Pod", {}, { phase: "Failed", message: "evicted" })).to.equal(
      "failed: the Pod failed: evicted",
    );
  });

  it("as a Job, once it is complete", async () => {
    const condition = (type: string) => ({ conditions: [{ type, status: "True", message: "backoff" }] });
    expect(await judged("batch/v1", "Job", {}, condition("Complete"))).to.equal("ready");
    expect(await judged("batch/v1", "Job", {}, {})).to.match(/^waiting/);
    expect(await judged("batch/v1", "Job", {}, condition("Failed"))).to.equal("failed: the Job failed: backoff");
  });

  it("as a claim, once it is bound, or when its class waits for the first pod", async () => {
    const of = (spec: PropertyMap, phase: string) => judged("v1", "PersistentVolumeClaim", spec, { phase });
    expect(await of({}, "Bound")).to.equal("ready");
    expect(await of({}, "Pending")).to.equal("waiting: the claim is not bound");
    expect(await of({ storageClassName: "late" }, "Pending")).to.equal("ready");
  });

  it("as a token, once it is filled in", async () => {
    const of = (type: string, data: PropertyMap) => judged("v1", "Secret", {}, {}, { type, data });
    expect(await of("Opaque", {})).to.equal("ready");
    expect(await of("kubernetes.io/service-account-token", {})).to.match(/^waiting/);
    expect(await of("kubernetes.io/service-account-token", { token: "x" })).to.equal("ready");
  });
});
