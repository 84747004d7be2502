import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ENGINE_FOLDER, REPOSITORY } from "../../../../tools/engine";
import { programAt } from "../../../../tools/toolchain/program";
import { until } from "../../toolchain/workbench";
import { machineToolchain, Project, read, succeed } from "../project";

describe("the stand-in language host under the real CLI", function () {
  this.timeout(120_000);
  let project: Project;
  let programs = 0;

  before(async function () {
    this.timeout(45 * 60_000);
    project = new Project(await machineToolchain());
  });
  after(() => project?.remove());

  /** A program of its own, with a stack named dev. */
  const program = async (files: Record<string, string>, runtime = "runtime: nodejs") => {
    programs += 1;
    const folder = join(project.folder, `program-${programs}`);
    mkdirSync(folder);
    const all = {
      "Pulumi.yaml": `name: program-${programs}\n${runtime}\n`,
      "package.json": JSON.stringify({ name: "program", main: "index.ts", dependencies: { "@pulumi/pulumi": "*" } }),
      "tsconfig.json": JSON.stringify({ compilerOptions: { module: "nodenext" }, "ts-node": { transpileOnly: true } }),
      ...files,
    };
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
    const run = (...args: string[]) => project.run([...args, "--non-interactive", "--color", "never"], { cwd: folder });
    await succeed(run("stack", "init", "dev"));
    return { folder, run };
  };
  const up = ["up", "--yes", "--skip-preview", "--stack", "dev"];

  it("gives a TypeScript program its stack, its config and its secrets, and shows what it prints", async () => {
    const { run } = await program({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";
        const config = new pulumi.Config();
        console.log("printed by", pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack());
        export const plain = config.require("plain") as string;
        export const hidden = config.requireSecret("hidden");
        const { isConfigSecret } = require("@pulumi/pulumi/runtime/config");
        export const known = ["plain", "hidden"].filter((key) => isConfigSecret("program-1:" + key)).join();
        export const other = new pulumi.Config("elsewhere").require("key");`,
    });
    await succeed(run("config", "set", "plain", "a value", "--stack", "dev"));
    await succeed(run("config", "set", "elsewhere:key", "there", "--stack", "dev"));
    await succeed(run("config", "set", "--secret", "hidden", "hunter2", "--stack", "dev"));
    const { stdout } = await succeed(run(...up));
    expect(stdout).to.include("printed by organization program-1 dev");
    expect(stdout)
      .to.match(/plain\s*: "a value"/)
      .and.to.match(/hidden\s*: \[secret\]/)
      .and.to.match(/other\s*: "there"/);
    expect(stdout).to.not.include("hunter2");
    expect(stdout).to.match(/known\s*: "hidden"/);
  });

  it("shows a mistake of the user's as the one sentence it is", async () => {
    const { run } = await program({
      "index.ts": `import * as pulumi from "@pulumi/pulumi"; throw new pulumi.RunError("the stack file lacks a tenant");`,
    });
    const { code, stdout } = await run(...up);
    expect(code).to.not.equal(0);
    expect(stdout).to.include("error: the stack file lacks a tenant");
    expect(stdout).to.not.include("non-zero exit code");
    expect(stdout).to.not.include("    at ");
  });

  it("shows where a program that throws has thrown", async () => {
    const { run } = await program({ "index.ts": "\n\nthrow new Error('deliberate');" });
    const { code, stdout } = await run(...up);
    expect(code).to.not.equal(0);
    expect(stdout)
      .to.include("failed with an unhandled exception")
      .and.to.match(/Error: deliberate\s+at .*index\.ts:3:7/);
  });

  it("reports a program that leaves without a word", async () => {
    const { run } = await program({ "index.ts": "process.exit(3);" });
    const { code, stdout } = await run(...up);
    expect(code).to.not.equal(0);
    expect(stdout).to.include("Program exited with non-zero exit code: 3");
  });

  it("starts Node as Pulumi.yaml says", async () => {
    const options = "{ typescript: false, nodeargs: '--max-old-space-size=77 --title=\"two words\"' }";
    const { run } = await program(
      {
        "package.json": JSON.stringify({ name: "program", main: "index.js" }),
        "index.js":
          "exports.arguments = process.execArgv; exports.typescript = process.env.PULUMI_NODEJS_TYPESCRIPT ?? 'off';",
      },
      `runtime: { name: nodejs, options: ${options} }`,
    );
    const { stdout } = await succeed(run(...up));
    expect(stdout).to.include('"--max-old-space-size=77"').and.to.include('"--title=two words"');
    expect(stdout).to.match(/typescript\s*: "off"/);
  });

  it("interrupts the program when the user interrupts the CLI, and lets it end as it likes", async () => {
    const { folder } = await program({
      "index.ts": `import { writeFileSync } from "node:fs";
        process.once("SIGINT", () => { writeFileSync("farewell", "bye"); process.exit(0); });
        setInterval(() => {}, 1000);
        writeFileSync("pid", String(process.pid));`,
    });
    const interruption = new AbortController();
    const running = project.run([...up, "--non-interactive"], { cwd: folder, signal: interruption.signal });
    const pidFile = join(folder, "pid");
    await until(() => existsSync(pidFile) && read(pidFile) !== "");
    const pid = Number(read(pidFile));
    expect(programAt(pid)).to.not.equal(undefined);
    interruption.abort();
    expect((await running).code).to.not.equal(0);
    await until(() => programAt(pid) === undefined);
    expect(read(join(folder, "farewell"))).to.equal("bye");
  });

  it("says what is missing when the SDK is not installed", async () => {
    const { folder, run } = await program({ "index.ts": "" });
    rmSync(join(folder, "node_modules"));
    const { code, stdout, stderr } = await run(...up);
    expect(code).to.not.equal(0);
    expect(stdout + stderr)
      .to.include("the Pulumi SDK has not been installed")
      .and.to.include("npm ci");
  });

  it("lists the packages of the program for `pulumi about`", async () => {
    const { run } = await program({ "index.ts": "" });
    const { stdout } = await succeed(run("about", "--json"));
    const { dependencies, runtime } = JSON.parse(stdout);
    expect(dependencies).to.deep.equal([{ name: "@pulumi/pulumi", version: "3.248.0" }]);
    expect(runtime).to.include({ language: "nodejs", version: process.version });
  });

  it("installs nothing, and says who does", async () => {
    const { run } = await program({ "index.ts": "" });
    expect((await run("install", "--no-plugins")).stdout).to.include("run `npm ci`");
  });

  it("runs a policy pack, whose mandatory violation fails a preview with the pack's own words", async () => {
    const { run } = await program({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";
        export const stash = new pulumi.Stash("greeting", { input: "no" }).output;`,
      "pack/PulumiPolicy.yaml": "runtime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
      "pack/package.json": JSON.stringify({ name: "pack", version: "1.2.3" }),
      "pack/index.js": `const { PolicyPack } = require("@pulumi/policy");
        new PolicyPack("house-rules", { policies: [{
          name: "greet", description: "Greetings are polite.", enforcementLevel: "mandatory",
          validateResource: ({ type, props }, report) => {
            if (type === "pulumi:index:Stash" && props.input === "no") report("say yes instead of " + props.input);
          },
        }] });`,
    });
    const { code, stdout } = await run("preview", "--stack", "dev", "--policy-pack", "pack");
    expect(code).to.not.equal(0);
    expect(stdout)
      .to.match(/house-rules@v1\.2\.3/)
      .and.to.include("say yes instead of no");
    expect((await run("preview", "--stack", "dev")).code).to.equal(0);
  });

  it("leaves the repository's own estate alone", () => {
    expect(project.engine.folder).to.not.equal(ENGINE_FOLDER);
  });
});
