import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { startControlPlane, wipeControlPlane } from "../../../../tools/controlplane";
import { withApi } from "../../../../tools/controlplane/api";
import { machineToolchain, Project, read, type Stack, succeed } from "../project";
import { administrator, cluster, entry, ground, group, REGION } from "./estate";

/** One stack goes through its life: each promise begins where the one before it ended. */
describe("the stand-in aws provider under the real engine", function () {
  this.timeout(120_000);
  let project: Project;
  let stack: Stack;
  let server: string;
  let kubeconfig: string;

  before(async function () {
    this.timeout(45 * 60_000);
    const toolchain = await machineToolchain();
    project = new Project(toolchain, join(__dirname, "program"));
    const { folder } = project.engine;
    ({ server, kubeconfig } = await startControlPlane({ toolchain, folder, report: () => {} }));
    stack = await project.stack();
    stack.provider = { region: REGION };
  });
  after(async function () {
    this.timeout(60_000);
    if (!project) return;
    await wipeControlPlane(project.engine.folder);
    project.remove();
  });

  const things = () => (JSON.parse(read(join(project.engine.folder, "cloud/aws.json"))) as { things: object[] }).things;
  const nodes = () =>
    withApi(kubeconfig, async (api) => {
      const { body } = await api("GET", "/api/v1/nodes");
      return (body as { items: { metadata: { name: string; labels: Record<string, string> } }[] }).items.map(
        ({ metadata }) => metadata,
      );
    });
  const faulty = (fault: object) =>
    stack.run("up", { env: { BULKHEAD_AWS_FAULTS: JSON.stringify([fault]) } }, "--yes", "--skip-preview");

  /** What kubectl does as the deployer, by way of the credential that the aws command gives. */
  function asDeployer(...args: string[]): string {
    const { folder, kubectl } = project.engine;
    const command = ["--region", REGION, "eks", "get-token", "--cluster-name", "main", "--output", "json"];
    const credential = JSON.parse(execFileSync(join(folder, "bin/aws"), command, { encoding: "utf8" }));
    expect(credential).to.include({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1beta1" });
    const access = ["--server", server, "--certificate-authority", join(folder, "pki/ca.crt")];
    const { stdout, stderr } = spawnSync(kubectl, [...access, "--token", credential.status.token, ...args], {
      encoding: "utf8",
    });
    return `${stdout}${stderr}`.trim();
  }

  const shared = (type: string) => group("shared", 2, { labels: { team: "acme" }, instanceTypes: [type] });
  const guarded = cluster({ deletionProtection: true });

  it("knows nobody before there is a cluster", () => {
    expect(asDeployer("get", "namespaces")).to.include("You must be logged in to the server");
  });

  it("makes a network, a cluster that is the embedded control plane, and its nodes", async () => {
    stack.declare(...ground, guarded, shared("m7i.large"), entry);
    await succeed(stack.up());
    expect((await nodes()).map(({ labels }) => labels.team)).to.deep.equal(["acme", "acme"]);
    expect((await stack.resource("main"))?.outputs.endpoint).to.equal(server);
  });

  it("knows the deployer as far as the access entry goes", () => {
    const deployer = "arn:aws:sts::111122223333:assumed-role/platform/session";
    expect(asDeployer("get", "namespaces")).to.include(`User "${deployer}" cannot list resource "namespaces"`);
    expect(asDeployer("auth", "whoami")).to.include("bulkhead:platform");
  });

  it("says everything that is wrong before it makes anything", async () => {
    const scalingConfig = { minSize: 0, desiredSize: 9, maxSize: 3 };
    stack.declare(...ground, guarded, group("shared", 2, { scalingConfig, labels: { "k8s.io/x": "y" } }), entry);
    const { code, stderr } = await stack.preview();
    expect(code).to.not.equal(0);
    expect(stderr).to.include(
      "desired capacity 9 can't be greater than max size 3. Examine values at 'shared.scalingConfig.desiredSize'.",
    );
    expect(stderr).to.include("Label cannot contain reserved prefixes");
  });

  it("replaces a group whose machines change, and fails with one that comes to nothing", async () => {
    const before = (await nodes()).map(({ name }) => name);
    stack.declare(...ground, guarded, shared("m7i.xlarge"), group("second", 1), entry, administrator);
    const { code, stdout } = await faulty({ type: "NodeGroup", operation: "create", fault: "half" });
    expect(code).to.not.equal(0);
    expect(stdout).to.include("CREATE_FAILED: an injected fault");
    await succeed(stack.up());
    const after = await nodes();
    expect(after).to.have.lengthOf(3);
    const machines = after
      .filter(({ labels }) => labels.team)
      .map(({ labels }) => labels["node.kubernetes.io/instance-type"]);
    expect(machines).to.deep.equal(["m7i.xlarge", "m7i.xlarge"]);
    expect(after.map(({ name }) => name)).to.not.include.members(before);
  });

  it("has nothing to change then, and the administrator may do everything", async () => {
    await succeed(stack.preview("--expect-no-changes"));
    expect(asDeployer("get", "namespaces", "--output", "name")).to.include("namespace/kube-system");
  });

  it("keeps a protected cluster, and leaves nothing of one that is not", async () => {
    const { code, stdout } = await stack.destroy();
    expect(code).to.not.equal(0);
    expect(stdout).to.include("Cluster main has deletion protection enabled");
    stack.declare(...ground, cluster({ deletionProtection: false }));
    await succeed(stack.up());
    await succeed(stack.destroy());
    expect(things()).to.deep.equal([]);
    expect(await nodes()).to.deep.equal([]);
    expect(existsSync(join(project.engine.folder, "cloud/aws.json.lock"))).to.equal(false);
  });
});
