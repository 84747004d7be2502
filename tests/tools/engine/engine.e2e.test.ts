import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type EngineEvent, provideEngine, REPOSITORY } from "../../../tools/engine";
import { programAt } from "../../../tools/toolchain/program";
import { machineToolchain, Project, read, succeed } from "../standin/project";
import { until } from "../toolchain/workbench";

/** What Pulumi.dev.yaml carries, so that no command has to write it. */
const SALT = "encryptionsalt: v1:THtTOga7uGo=:v1:+DoeGEO9+B/yz74T:9OYIh1YWZOAW8dkKuUPK/H6W/7O77w==\n";

describe("the embedded engine", function () {
  this.timeout(120_000);
  let project: Project;

  before(async function () {
    this.timeout(45 * 60_000);
    project = new Project(await machineToolchain());
    writeFileSync(join(project.program, "index.ts"), "export const answer = 42;");
    writeFileSync(join(project.program, "Pulumi.dev.yaml"), SALT);
  });
  after(() => project?.remove());

  /** `npm run pulumi` for the project's own folder. */
  const command = (...args: string[]) => ["-r", join(REPOSITORY, "register.js"), join(__dirname, "pulumi.ts"), ...args];
  const embedded = (folder: string, ...args: string[]) =>
    spawnSync(process.execPath, command(folder, ...args), { cwd: project.program, encoding: "utf8" });

  it("deploys a stack whose file has our salt without a question and without touching the file", async () => {
    await succeed(project.run(["stack", "init", "dev"]));
    await succeed(project.run(["up", "--yes", "--stack", "dev"]));
    expect(read(join(project.program, "Pulumi.dev.yaml"))).to.equal(SALT);
  });

  it("keeps home, state and plugins in its own folder, whose name may have spaces", async () => {
    expect(project.engine.folder).to.include(" ");
    expect(existsSync(join(project.engine.folder, "pulumi/state/.pulumi/stacks/fixture/dev.json"))).to.equal(true);
    const { stdout } = await succeed(project.run(["plugin", "ls", "--json"]));
    const plugins = JSON.parse(stdout) as { name: string; version: string }[];
    expect(plugins.map(({ name, version }) => `${name} ${version}`)).to.have.members([
      "aws 7.48.0",
      "kubernetes 4.34.2",
    ]);
  });

  it("works from every folder", () => {
    const output = execFileSync(project.engine.pulumi, ["stack", "ls", "--all", "--json"], {
      cwd: "/",
      encoding: "utf8",
    });
    expect(JSON.parse(output)[0]).to.include({ name: "organization/fixture/dev" });
  });

  it("is left as it is when it is provided again", () => {
    const before = readdirSync(project.engine.folder, { recursive: true }).sort();
    provideEngine({ pulumi: project.toolchain.pulumi, folder: project.engine.folder });
    expect(readdirSync(project.engine.folder, { recursive: true }).sort()).to.deep.equal(before);
  });

  it("tells the events of a deployment while it runs", async () => {
    const events: EngineEvent[] = [];
    const { code } = await project.run(["up", "--yes", "--skip-preview", "--stack", "dev"], {
      onEvent: (event) => events.push(event),
    });
    expect(code).to.equal(0);
    expect(events.some(({ resourcePreEvent }) => resourcePreEvent?.metadata.type === "pulumi:pulumi:Stack")).to.equal(
      true,
    );
    expect(events.at(-1)).to.have.property("cancelEvent");
    expect(events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges).to.deep.equal({ same: 1 });
  });

  it("prints what the CLI prints and nothing else", () => {
    const { status, stdout, stderr } = embedded(project.engine.folder, "stack", "export", "--stack", "dev");
    expect(status).to.equal(0);
    expect(JSON.parse(stdout)).to.have.nested.property("deployment.resources[0].outputs.answer", 42);
    expect(stderr).to.equal("");
  });

  it("fails as the CLI fails", () => {
    const { status, stderr } = embedded(project.engine.folder, "stack", "export", "--stack", "nowhere");
    expect(status)
      .to.equal(execFileStatus(["stack", "export", "--stack", "nowhere"]))
      .and.to.not.equal(0);
    expect(stderr).to.include("no stack named 'nowhere' found");
  });

  it("ends the CLI when it is told to end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-passthrough-"));
    mkdirSync(join(folder, "bin"));
    const pidFile = join(folder, "pid");
    writeFileSync(join(folder, "bin/pulumi"), `#!/bin/sh\necho $$ > '${pidFile}'\nexec sleep 60\n`, { mode: 0o755 });
    const child = spawn(process.execPath, command(folder), { stdio: "ignore" });
    await until(() => existsSync(pidFile) && read(pidFile).endsWith("\n"));
    child.kill("SIGTERM");
    const [, signal] = await once(child, "exit");
    expect(signal).to.equal("SIGTERM");
    await until(() => programAt(Number(read(pidFile))) === undefined);
    rmSync(folder, { recursive: true });
  });

  it("says what to do where it is not set up", () => {
    const { status, stderr } = embedded("/nowhere", "up");
    expect(status).to.equal(1);
    expect(stderr).to.equal("the embedded Pulumi CLI is not set up yet; run `npm start` first\n");
  });

  function execFileStatus(args: string[]): number | null {
    return spawnSync(project.engine.pulumi, args, { cwd: project.program }).status;
  }
});
