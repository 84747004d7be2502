import { expect } from "chai";
import { replayOf, type Stored } from "../../../proof/audit/replay";

function stored(kind: string, spec: object, metadata: object = {}, more: object = {}): Stored {
  return {
    apiVersion: "v1",
    kind,
    metadata: { name: "web", namespace: "team", uid: "1", ...metadata },
    spec,
    ...more,
  } as Stored;
}

describe("an object that is made again", () => {
  it("has what its author wrote, and nothing that was written on it since", () => {
    const metadata = {
      labels: { app: "web" },
      annotations: { note: "mine", "kubectl.kubernetes.io/last-applied-configuration": "{}" },
      resourceVersion: "7",
      finalizers: ["example.com/count"],
      managedFields: [{}],
    };
    expect(replayOf(stored("Deployment", { replicas: 2 }, metadata, { status: { replicas: 2 } }))).to.deep.equal({
      apiVersion: "v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "team", labels: { app: "web" }, annotations: { note: "mine" } },
      spec: { replicas: 2 },
    });
  });

  it("is a pod that has not been scheduled yet", () => {
    const spec = { nodeName: "node-1", priority: 0, containers: [], tolerations: [{ operator: "Exists" }] };
    expect(replayOf(stored("Pod", spec))).to.have.deep.property("spec", {
      containers: [],
      tolerations: [{ operator: "Exists" }],
    });
  });

  it("is a pod without the metadata that its template is asked about", () => {
    const ownerReferences = [{ uid: "2", kind: "ReplicaSet", name: "web", controller: true }];
    const metadata = { labels: { app: "web" }, annotations: { "cni.example.com/ip": "10.0.0.1" }, ownerReferences };
    expect(replayOf(stored("Pod", { containers: [] }, metadata))).to.have.deep.property("metadata", {
      name: "web",
      namespace: "team",
    });
  });

  it("is a Service that has no address yet, unless it wants none", () => {
    const ports = [{ port: 80, nodePort: 30_080 }];
    const given = { type: "NodePort", clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.7"], ports };
    expect(replayOf(stored("Service", given)).spec).to.deep.equal({ type: "NodePort", ports: [{ port: 80 }] });
    expect(replayOf(stored("Service", { clusterIP: "None" })).spec).to.deep.equal({ clusterIP: "None" });
  });

  it("is a claim with the volume that its author chose, and without the one that was found for it", () => {
    const bound = { annotations: { "pv.kubernetes.io/bound-by-controller": "yes" } };
    expect(replayOf(stored("PersistentVolumeClaim", { volumeName: "pv-1" }, bound)).spec).to.deep.equal({});
    expect(replayOf(stored("PersistentVolumeClaim", { volumeName: "pv-1" })).spec).to.deep.equal({
      volumeName: "pv-1",
    });
  });

  it("is a Job that has not been given its selector", () => {
    const labels = { app: "web", "controller-uid": "1", "batch.kubernetes.io/job-name": "web" };
    const spec = { selector: { matchLabels: { "controller-uid": "1" } }, template: { metadata: { labels }, spec: {} } };
    expect(replayOf(stored("Job", spec)).spec).to.deep.equal({
      template: { metadata: { labels: { app: "web" } }, spec: {} },
    });
  });

  it("never carries a Secret's content", () => {
    const secret = {
      ...stored("Secret", {}),
      type: "kubernetes.io/service-account-token",
      data: { token: "c2VjcmV0" },
    };
    expect(JSON.stringify(replayOf(secret))).to.not.include("c2VjcmV0");
  });
});
