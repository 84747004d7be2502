import { join } from "node:path";
import { expect } from "chai";
import { startControlPlane, wipeControlPlane } from "../../../../tools/controlplane";
import { withApi } from "../../../../tools/controlplane/api";
import { machineToolchain, Project, type Stack, succeed } from "../project";
import { estate, group, REGION } from "./estate";

describe("the stand-in aws provider under the real engine", function () {
  this.timeout(120_000);
  let project: Project;
  let stack: Stack;
  let kubeconfig: string;

  before(async function () {
    this.timeout(45 * 60_000);
    const toolchain = await machineToolchain();
    project = new Project(toolchain, join(__dirname, "program"));
    ({ kubeconfig } = await startControlPlane({ toolchain, folder: project.engine.folder, report: () => {} }));
    stack = await project.stack();
    stack.provider = { region: REGION };
  });
  after(async function () {
    this.timeout(60_000);
    if (!project) return;
    await wipeControlPlane(project.engine.folder);
    project.remove();
  });

  const nodes = () =>
    withApi(kubeconfig, async (api) => {
      const { body } = await api("GET", "/api/v1/nodes");
      return (body as { items: { metadata: { labels: Record<string, string> }; spec: object; status: object }[] })
        .items;
    });

  it("makes a cluster with its nodes, and then has nothing to change", async () => {
    stack.declare(...estate, group("shared", 2, { labels: { team: "acme" } }));
    await succeed(stack.up());
    expect((await nodes()).map(({ metadata }) => metadata.labels.team)).to.deep.equal(["acme", "acme"]);
    await succeed(stack.preview("--expect-no-changes"));
  });
});
