import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  controlPlaneStatus,
  registerNodes,
  startControlPlane,
  stopControlPlane,
} from "../../../../../tools/controlplane";
import { Store } from "../../../../../tools/standin/aws/store";
import type { PropertyMap } from "../../../../../tools/standin/plugin/properties";
import { progressPrinter, provideKarpenter } from "../../../../../tools/toolchain";
import { type Declared, machineToolchain, type Stack, succeed } from "../../project";
import { Setting } from "../setting";

const REGISTRY = "oci://public.ecr.aws/karpenter";
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const SYSTEM = "/api/v1/namespaces/kube-system";

describe("a Helm release of Karpenter", function () {
  this.timeout(180_000);
  const at = new Setting();

  before("build Karpenter, and a cluster with a role for it and a place for its pods", async function () {
    this.timeout(45 * 60_000);
    await provideKarpenter({ report: progressPrinter() });
    const store = new Store(at.folder);
    const make = (token: string, id: string, inputs: PropertyMap) =>
      store.change((cloud) =>
        cloud.add({ token, id, region: "eu-central-1", inputs, state: {}, holds: [], hidden: {} }),
      );
    await make("aws:eks/cluster:Cluster", "main", { name: "main" });
    const association = { clusterName: "main", namespace: "kube-system", serviceAccount: "karpenter" };
    await make("aws:eks/podIdentityAssociation:PodIdentityAssociation", "a-1", association);
    const capacity = { cpu: "4", memory: "16Gi", pods: "58" };
    // Pods of the chart are spread over zones, so a node in none gets none.
    const labels = { "topology.kubernetes.io/zone": "eu-central-1a" };
    await registerNodes(join(at.folder, "kubeconfig"), [{ name: "system-1", capacity, labels }]);
  });

  const definitions: Declared = {
    type: "helm/v3:Release",
    name: "definitions",
    args: { name: "karpenter-crd", chart: `${REGISTRY}/karpenter-crd`, version: "1.14.1", namespace: "kube-system" },
  };
  const controller = (more: object = {}): Declared => ({
    type: "helm/v3:Release",
    name: "controller",
    args: {
      name: "karpenter",
      chart: `${REGISTRY}/karpenter`,
      version: "1.14.1",
      namespace: "kube-system",
      skipCrds: true,
      values: { replicas: 1, settings: { clusterName: "main" }, ...more },
    },
  });
  const custom = (kind: string, apiVersion: string, spec: object): Declared => ({
    type: "apiextensions:CustomResource",
    name: `its-${kind.toLowerCase()}`,
    args: { apiVersion, kind, metadata: { name: "acme" }, spec },
  });

  const running = async () => (await controlPlaneStatus(at.folder)).find(({ name }) => name === "karpenter");
  const names = async (path: string) => {
    const { body } = await at.cluster.ask("GET", path);
    return (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
  };

  it("is refused in the preview for what its chart does not know, and for a chart that nobody has", async () => {
    at.stack.declare(controller({ setings: {} }));
    const unknownValue = await at.stack.preview();
    expect(unknownValue.code).to.not.equal(0);
    expect(unknownValue.stdout + unknownValue.stderr).to.include(
      'values.setings: the chart has no such value; did you mean "settings"?',
    );
    at.stack.declare(controller({ settings: {} }));
    const nameless = await at.stack.preview();
    expect(nameless.stdout + nameless.stderr).to.include(
      "Chart cannot be installed without a valid settings.clusterName!",
    );
    at.stack.declare({ ...definitions, args: { ...definitions.args, chart: "oci://example.com/charts/redis" } });
    const foreign = await at.stack.preview();
    expect(foreign.stdout + foreign.stderr).to.include(
      'chart: "oci://example.com/charts/redis" is not a chart of the stand-in kubernetes provider',
    );
  });

  it("ends as Karpenter would where AWS does not know the cluster, and leaves no record", async () => {
    at.stack.declare(definitions);
    await succeed(at.stack.up());
    at.stack.declare(definitions, controller({ settings: { clusterName: "mein" } }));
    const { code, stdout } = await at.stack.up();
    expect(code).to.not.equal(0);
    expect(stdout).to.include("ResourceNotFoundException: No cluster found for name: mein.");
    expect(await names(`${SYSTEM}/secrets`)).to.not.include("sh.helm.release.v1.karpenter.v1");
    expect(await running()).to.equal(undefined);
    at.stack.declare();
    await succeed(at.stack.up());
  });

  it("does not take what somebody else has made", async () => {
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "karpenter" } };
    await at.cluster.ask("POST", `${RBAC}/clusterroles`, { ...role, rules: [] });
    at.stack.declare(definitions, controller());
    const { code, stdout } = await at.stack.up();
    await at.cluster.ask("DELETE", `${RBAC}/clusterroles/karpenter`);
    expect(code).to.not.equal(0);
    expect(stdout).to.include('Unable to continue with install: ClusterRole "karpenter" in namespace ""');
    expect(stdout).to.include('missing key "meta.helm.sh/release-name": must be set to "karpenter"');
    await succeed(at.stack.destroy());
  });

  describe("that is installed", () => {
    let stack: Stack;
    before(async () => {
      stack = await at.keptStack();
    });

    it("brings the definitions that judge a pool, and the controller that makes nodes of it", async () => {
      stack.declare(definitions);
      await succeed(stack.up());
      stack.declare(definitions, controller());
      await succeed(stack.up());
      expect(await names(DEFINITIONS)).to.include.members([
        "ec2nodeclasses.karpenter.k8s.aws",
        "nodeclaims.karpenter.sh",
        "nodepools.karpenter.sh",
      ]);
      expect(await running()).to.deep.include({ ready: true });
      const { stdout } = await succeed(stack.preview());
      expect(stdout).to.match(/\d+ unchanged/);
      expect(stdout).to.not.match(/to (create|update|delete|replace)/);
    });

    it("refuses a node class as AWS's own definition does", async () => {
      const spec = { amiSelectorTerms: [{ alias: "al2023@v20260812" }], role: "nodes", subnetSelectorTerms: [] };
      const wrong = { ...spec, securityGroupSelectorTerms: [{ id: "sg-1" }] };
      stack.declare(definitions, controller(), custom("EC2NodeClass", "karpenter.k8s.aws/v1", wrong));
      const { code, stdout } = await stack.up();
      expect(code).to.not.equal(0);
      expect(stdout).to.include("subnetSelectorTerms cannot be empty");
    });

    it("works in the name of its service account, which may not make nodes or read secrets", async () => {
      const kubeconfig = join(at.folder, "pki", "karpenter.kubeconfig");
      expect(readFileSync(kubeconfig, "utf8")).to.match(/token: eyJ/);
      const review = (verb: string, resource: string, group = "") =>
        at.cluster.ask("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
          spec: {
            user: "system:serviceaccount:kube-system:karpenter",
            resourceAttributes: { verb, resource, group },
          },
        });
      const may = async (...asked: Parameters<typeof review>) =>
        ((await review(...asked)).body as { status: { allowed: boolean } }).status.allowed;
      expect(await may("create", "nodeclaims", "karpenter.sh")).to.equal(true);
      expect(await may("create", "nodes")).to.equal(false);
      expect(await may("list", "secrets")).to.equal(false);
    });

    it("keeps its name from another release", async () => {
      at.stack.declare(controller());
      const { code, stdout } = await at.stack.up();
      expect(code).to.not.equal(0);
      expect(stdout).to.include("cannot re-use a name that is still in use");
    });

    it("is another process once its values are others", async () => {
      const before = (await running())?.pid;
      stack.declare(definitions, controller({ logLevel: "debug" }));
      await succeed(stack.up());
      const after = await running();
      expect(after?.pid).to.not.equal(before);
      expect(after?.ready).to.equal(true);
    });

    it("is ended by a stop, and back after a start", async () => {
      await stopControlPlane(at.folder);
      expect(await running()).to.deep.include({ ready: false });
      expect((await running())?.pid).to.equal(undefined);
      await startControlPlane({ toolchain: await machineToolchain(), folder: at.folder, report: () => {} });
      expect(await running()).to.deep.include({ ready: true });
    });

    it("leaves nothing when it is removed", async () => {
      await succeed(stack.destroy());
      expect(await running()).to.equal(undefined);
      expect((await names(DEFINITIONS)).filter((name) => name.includes("karpenter"))).to.deep.equal([]);
      expect((await names(`${RBAC}/clusterroles`)).filter((name) => name.includes("karpenter"))).to.deep.equal([]);
      expect(await names(`${SYSTEM}/secrets`)).to.deep.equal([]);
      expect(await names(`${SYSTEM}/pods`)).to.deep.equal([]);
    });
  });
});
