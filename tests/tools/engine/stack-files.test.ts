import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { redirection } from "../../../tools/engine/redirect";
import { embeddedStackFile } from "../../../tools/engine/stack-files";

const SALT = "encryptionsalt: v1:Dvc3qDtmqKA=:v1:91W47bCR+wh6+RRM:y+cbqiAPbiZijGXgyAi5h0ZwP91rBw==\n";

describe("the stack file that the embedded CLI reads", () => {
  it("is the user's with the salt of the embedded engine", () => {
    expect(embeddedStackFile('config:\n  bulkhead:tenants: {acme: {budget: {cpu: "8"}}}\n')).to.equal(
      `config:\n  bulkhead:tenants: {acme: {budget: {cpu: "8"}}}\n${SALT}`,
    );
    expect(embeddedStackFile("")).to.equal(SALT);
    expect(embeddedStackFile("# nothing yet\n")).to.equal(SALT);
  });

  it("forgets who else keeps the stack's secrets, and the secrets with it, wherever in a value they are", () => {
    const text = [
      "secretsprovider: awskms://alias/ours?region=eu-central-1",
      "encryptedkey: AQICAHj=",
      "encryptionsalt: v1:theirs",
      "config:",
      "  aws:region: eu-central-1",
      "  aws:secretKey: {secure: v1:abc}",
      "  aws:assumeRoles: [{externalId: {secure: v1:abc}}]",
      "",
    ];
    expect(embeddedStackFile(text.join("\n"))).to.equal(`config:\n  aws:region: eu-central-1\n${SALT}`);
  });

  it("is as broken as the user's, for the CLI to say so", () => {
    for (const text of ["config: [", "- config", "config: {a: 1, a: 2}\n"])
      expect(embeddedStackFile(text)).to.equal(text);
  });
});

describe("a call of the embedded CLI", () => {
  const repository = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead redirect-")));
  const folder = join(repository, ".bulkhead");
  const copies = join(folder, "stacks");
  const copy = (name: string) => readFileSync(join(copies, name), "utf8");
  const DEV = "config:\n  bulkhead:tenants: {acme: {}}\n";
  const call = (...args: string[]) => redirection({ args, cwd: repository, environment: {} }, repository, folder);
  const reads = (stack: string) => `export PULUMI_OPTION_CONFIG_FILE='${copies}/Pulumi.${stack}.yaml'\n`;
  const atCopies = `set -- -C '${copies}' "$@"\n`;

  before(() => {
    mkdirSync(join(repository, "docs"));
    writeFileSync(join(repository, "Pulumi.yaml"), "name: ours\nruntime: nodejs\n");
    writeFileSync(join(repository, "Pulumi.dev.yaml"), DEV);
  });
  after(() => rmSync(repository, { recursive: true }));

  it("reads a copy of the stack file, however the stack is named", () => {
    for (const args of [
      ["up", "--stack", "dev"],
      ["up", "--stack=dev"],
      ["-s", "dev", "preview"],
      ["-sdev", "up"],
    ])
      expect(call(...args)).to.equal(reads("dev"));
    expect(call("destroy", "--yes", "--stack", "organization/ours/dev")).to.equal(reads("dev"));
    expect(
      redirection({ args: ["up"], cwd: repository, environment: { PULUMI_STACK: "dev" } }, repository, folder),
    ).to.equal(reads("dev"));
    expect(copy("Pulumi.dev.yaml")).to.equal(DEV + SALT);
  });

  it("reads the file as it is now, also where there was another one or is none", () => {
    writeFileSync(join(repository, "Pulumi.dev.yaml"), `${DEV}  bulkhead:defaults: {}\n`);
    call("up", "--stack", "dev");
    expect(copy("Pulumi.dev.yaml")).to.equal(`${DEV}  bulkhead:defaults: {}\n${SALT}`);
    writeFileSync(join(repository, "Pulumi.dev.yaml"), DEV);
    expect(call("up", "--stack", "none")).to.equal(reads("none"));
    expect(copy("Pulumi.none.yaml")).to.equal(SALT);
  });

  it("takes the selected stack where none is named, and leaves the CLI to it where none is selected", () => {
    expect(call("up")).to.equal("");
    const workspaces = join(folder, "pulumi", "workspaces");
    mkdirSync(workspaces, { recursive: true });
    const digest = createHash("sha1").update(`${repository}/Pulumi.yaml`).digest("hex");
    const settings = { stacks: { "file:///state": "organization/ours/dev" } };
    writeFileSync(join(workspaces, `ours-${digest}-workspace.json`), JSON.stringify(settings));
    expect(call("up")).to.equal(reads("dev"));
  });

  it("makes and removes stacks where the copies are", () => {
    expect(call("stack", "init", "new")).to.equal(atCopies);
    expect(copy("Pulumi.new.yaml")).to.equal(SALT);
    expect(copy("Pulumi.yaml")).to.equal("name: ours\nruntime: nodejs\n");
    expect(call("stack", "rm", "new", "--yes")).to.equal(atCopies);
    expect(call("stack", "select", "--create", "dev")).to.equal(atCopies);
    expect(call("stack", "select", "dev")).to.equal(reads("dev"));
  });

  it("means the file itself with pulumi config, and every other project than ours", () => {
    expect(call("config", "set", "--stack", "dev", "a", "b")).to.equal("");
    expect(redirection({ args: ["up", "-s", "dev"], cwd: tmpdir(), environment: {} }, repository, folder)).to.equal("");
    expect(call("-C", "/", "up", "--stack", "dev")).to.equal("");
    const inside = { args: ["up", "-s", "dev"], cwd: join(repository, "docs"), environment: {} };
    expect(redirection(inside, repository, folder)).to.equal(reads("dev"));
  });

  it("leaves nothing in the user's folder", () => {
    expect(readdirSync(repository).sort()).to.deep.equal([".bulkhead", "Pulumi.dev.yaml", "Pulumi.yaml", "docs"]);
    expect(readFileSync(join(repository, "Pulumi.dev.yaml"), "utf8")).to.equal(DEV);
  });
});
