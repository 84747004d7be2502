import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { regionOfAutoscaler } from "../../../../tools/standin/aws/autoscaler";
import { Store } from "../../../../tools/standin/aws/store";
import type { PropertyMap } from "../../../../tools/standin/plugin/properties";

describe("Karpenter, starting on the stand-in cloud", () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-autoscaler-"));
  const account = { namespace: "kube-system", name: "karpenter" };
  const start = { cluster: "main", account };
  const make = (token: string, id: string, inputs: PropertyMap) =>
    new Store(folder).change((cloud) =>
      cloud.add({ token, id, region: "eu-west-1", inputs, state: {}, holds: [], hidden: {} }),
    );
  const refusal = (more: object = {}) => {
    try {
      return `works in ${regionOfAutoscaler({ ...start, ...more }, folder)}`;
    } catch (error) {
      return (error as Error).message;
    }
  };
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("ends where there is no such cluster", () => {
    expect(refusal()).to.equal("ResourceNotFoundException: No cluster found for name: main.");
  });

  it("ends where its service account has no role, even where another account has one", async () => {
    await make("aws:eks/cluster:Cluster", "main", { name: "main" });
    const others = { clusterName: "main", namespace: "kube-system", serviceAccount: "cluster-autoscaler" };
    await make("aws:eks/podIdentityAssociation:PodIdentityAssociation", "a-1", others);
    expect(refusal()).to.equal(
      "NoCredentialProviders: no Pod Identity association in main for service account kube-system/karpenter",
    );
  });

  it("ends where its queue is not there, and works in the cluster's region where everything is", async () => {
    const own = { clusterName: "main", namespace: "kube-system", serviceAccount: "karpenter" };
    await make("aws:eks/podIdentityAssociation:PodIdentityAssociation", "a-2", own);
    await make("aws:sqs/queue:Queue", "q-1", { name: "main-interruptions" });
    expect(refusal({ queue: "main-interruption" })).to.equal(
      "AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist: main-interruption.",
    );
    expect(refusal({ queue: "main-interruptions" })).to.equal("works in eu-west-1");
    expect(refusal({ queue: "" })).to.equal("works in eu-west-1");
  });
});
