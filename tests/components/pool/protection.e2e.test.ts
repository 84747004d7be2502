import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { machineToolchain, Project, succeed } from "../../tools/standin/project";

/** One protected resource that no change of its input leaves as it is: what a node group is to most of its fields. */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
if (!config.get("gone")) {
  const protect = config.require("protect") === "on";
  new pulumi.Stash("acme", { input: config.require("machines") }, { protect, replaceOnChanges: ["input"] });
}
`;

/** docs/decisions/0050: that the engine keeps these promises is why nothing of our own compares old and new. */
describe("a protected pool", function () {
  this.timeout(120_000);
  let project: Project;

  before(async function () {
    this.timeout(45 * 60_000);
    project = new Project(await machineToolchain());
    writeFileSync(join(project.program, "index.ts"), PROGRAM);
    await succeed(project.run(["stack", "init", "dev"]));
    await set({ protect: "on", machines: "m7i.xlarge" });
    await succeed(run("up", "--yes", "--skip-preview"));
  });
  after(() => project?.remove());

  const run = (...args: string[]) => project.run([...args, "--stack", "dev", "--non-interactive", "--color", "never"]);

  async function set(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(values)) {
      await succeed(project.run(["config", "set", key, value, "--stack", "dev"]));
    }
  }

  it("is not replaced, and a plain preview says so and shows the change that asks for it", async () => {
    await set({ machines: "m7g.xlarge" });
    const { code, stdout } = await run("preview");
    expect(code).not.to.equal(0);
    expect(stdout).to.match(/unable to replace resource ".*::acme"\s+as it is currently marked for protection/);
    expect(stdout).to.include("[diff: ~input]");
  });

  it("is replaced by the very deployment that gives the protection up, the new one first", async () => {
    await set({ protect: "off" });
    const { code, stdout } = await run("preview");
    expect(code).to.equal(0);
    expect(stdout).to.match(/acme create replacement.*acme delete original/s);
  });

  it("is not removed with the tenant before a deployment has given the protection up", async () => {
    await set({ protect: "on", machines: "m7i.xlarge", gone: "yes" });
    const { code, stdout } = await run("preview");
    expect(code).not.to.equal(0);
    expect(stdout).to.match(/"[^"]*::acme" cannot be deleted\s+because it is protected/);
  });
});
