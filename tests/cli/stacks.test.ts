import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { EKS } from "../support/eks";
import { ROOT } from "../support/estate";

const HOOLI = {
  isolation: { cluster: "dedicated" },
  cluster: { cidr: "10.1.0.0/16", clusterAdmin: "tenant" },
  access: { admins: [{ group: "hooli-admins" }] },
};
const HINT = "npx bulkhead stacks --stack staging --write writes what is missing or differs\n";

describe("bulkhead stacks", function () {
  this.timeout(60_000);
  let here: string;

  beforeEach(() => {
    here = mkdtempSync(join(tmpdir(), "bulkhead-stacks-"));
    stage({ acme: {}, hooli: HOOLI });
  });
  afterEach(() => rmSync(here, { recursive: true }));

  function stage(tenants: object, rest: object = {}): void {
    const config = { "bulkhead:platform": EKS, "bulkhead:tenants": tenants, ...rest };
    writeFileSync(join(here, "Pulumi.staging.yaml"), stringify({ config }));
  }

  function stacks(...args: readonly string[]) {
    const command = [join(ROOT, "cli/bulkhead.js"), "stacks", "--stack", "staging", ...args];
    const { stdout, stderr, status } = spawnSync(process.execPath, command, { cwd: here, encoding: "utf8" });
    return { stdout, stderr, status };
  }

  const file = () => readFileSync(join(here, "Pulumi.staging-hooli.yaml"), "utf8");

  it("says that a file is missing, and writes nothing unasked", () => {
    expect(stacks()).to.deep.equal({
      stdout: `staging-hooli  Pulumi.staging-hooli.yaml  missing\n${HINT}`,
      stderr: "",
      status: 1,
    });
    expect(readdirSync(here)).to.deep.equal(["Pulumi.staging.yaml"]);
  });

  it("writes a file that says what it is made from, with what is not as by default and nothing else", () => {
    expect(stacks("--write")).to.deep.equal({
      stdout: "staging-hooli  Pulumi.staging-hooli.yaml  written\n",
      stderr: "",
      status: 0,
    });
    expect(readdirSync(here)).to.have.members(["Pulumi.staging.yaml", "Pulumi.staging-hooli.yaml"]);
    expect(file()).to.match(
      /^# Made by npx bulkhead stacks: tenant hooli of Pulumi\.staging\.yaml on a cluster of its own\.\n# .* edit Pulumi\.staging\.yaml/,
    );
    expect(parse(file())).to.deep.equal({
      config: {
        "pulumi:disable-default-providers": ["kubernetes", "aws"],
        "bulkhead:parent": {
          stack: "staging",
          tenant: "hooli",
          cluster: "arn:aws:eks:eu-central-1:111122223333:cluster/staging",
        },
        "bulkhead:platform": {
          ...EKS,
          name: "staging-hooli",
          network: { cidr: "10.1.0.0/16", zones: ["eu-central-1a", "eu-central-1b"] },
        },
        "bulkhead:tenants": { hooli: HOOLI },
      },
    });
    expect(stacks()).to.deep.equal({
      stdout: "staging-hooli  Pulumi.staging-hooli.yaml  up to date\n",
      stderr: "",
      status: 0,
    });
  });

  it("names the fields in which a file is not what the parent says any more, and mends them", () => {
    stacks("--write");
    const budget = { budget: { cpu: "8" }, state: "frozen" };
    stage({ acme: {}, hooli: { ...HOOLI, ...budget } }, { "bulkhead:defaults": { images: ["ghcr.io/"] } });
    expect(stacks()).to.deep.equal({
      stdout: `staging-hooli  Pulumi.staging-hooli.yaml  differs: tenants.hooli.budget.cpu, tenants.hooli.images, tenants.hooli.state\n${HINT}`,
      stderr: "",
      status: 1,
    });
    expect(stacks("--write").status).to.equal(0);
    expect(parse(file()).config["bulkhead:tenants"].hooli).to.deep.equal({ ...HOOLI, ...budget, images: ["ghcr.io/"] });
  });

  it("leaves alone what else stands in a file: another account's profile, the salt of its secrets", () => {
    stacks("--write");
    const changed = file().replace("config:", "encryptionsalt: v1:salt\nconfig:\n  aws:profile: hooli");
    writeFileSync(join(here, "Pulumi.staging-hooli.yaml"), changed.replace("10.1.0.0", "10.7.0.0"));
    expect(stacks("--write").status).to.equal(0);
    expect(parse(file())).to.have.property("encryptionsalt", "v1:salt");
    expect(parse(file()).config).to.include({ "aws:profile": "hooli" });
    expect(stacks().status).to.equal(0);
  });

  it("never writes over a file that it did not make", () => {
    const own = "# mine\nconfig: {}\n";
    writeFileSync(join(here, "Pulumi.staging-hooli.yaml"), own);
    for (const args of [[], ["--write"]]) {
      expect(stacks(...args)).to.deep.equal({
        stdout:
          "staging-hooli  Pulumi.staging-hooli.yaml  foreign: it was not made by this command, and is left as it is; rename that stack (pulumi stack rename), or give the tenant another id\n",
        stderr: "",
        status: 1,
      });
    }
    expect(file()).to.equal(own);
  });

  it("nor one that it made for somebody else", () => {
    stacks("--write");
    writeFileSync(join(here, "Pulumi.staging-hooli.yaml"), file().replace("stack: staging\n", "stack: other\n"));
    const before = file();
    expect(stacks("--write").stdout).to.include("foreign: it is made for tenant hooli of stack other");
    expect(file()).to.equal(before);
  });

  it("says what is left over of a tenant that has no cluster of its own any more", () => {
    stacks("--write");
    stage({ acme: {} });
    expect(stacks("--write")).to.deep.equal({
      stdout:
        "staging-hooli  Pulumi.staging-hooli.yaml  left over: pulumi destroy --stack staging-hooli, pulumi stack rm staging-hooli, then remove the file\n",
      stderr: "",
      status: 1,
    });
    rmSync(join(here, "Pulumi.staging-hooli.yaml"));
    expect(stacks()).to.deep.equal({
      stdout: "no tenant of staging has a cluster of its own\n",
      stderr: "",
      status: 0,
    });
  });

  it("tells programs the same", () => {
    const { stdout, status } = stacks("--json");
    expect([JSON.parse(stdout), status]).to.deep.equal([
      [
        {
          tenant: "hooli",
          stack: "staging-hooli",
          file: "Pulumi.staging-hooli.yaml",
          state: "missing",
          details: [],
        },
      ],
      1,
    ]);
  });

  it("is refused, and writes nothing, while anything is wrong with the parent's file", () => {
    stage({ hooli: { ...HOOLI, cluster: {} } });
    const { stderr, status } = stacks("--write");
    expect(status).to.equal(1);
    expect(stderr).to.include("tenants.hooli.cluster.cidr: is missing; write a range");
    expect(readdirSync(here)).to.deep.equal(["Pulumi.staging.yaml"]);
  });

  it("is not asked of a tenant's own stack", () => {
    stacks("--write");
    const command = [join(ROOT, "cli/bulkhead.js"), "stacks", "--stack", "staging-hooli"];
    const { stderr, status } = spawnSync(process.execPath, command, { cwd: here, encoding: "utf8" });
    expect([stderr, status]).to.deep.equal([
      "Pulumi.staging-hooli.yaml: 1 problem\n  parent: is itself the stack of a tenant of staging; run: npx bulkhead stacks --stack staging\n",
      1,
    ]);
  });

  it("leaves no tenant to be offboarded from a cluster that it is not on", () => {
    const command = [join(ROOT, "cli/bulkhead.js"), "offboard", "hooli", "--stack", "staging", "--yes"];
    const { stderr, status } = spawnSync(process.execPath, command, { cwd: here, encoding: "utf8" });
    expect([stderr, status]).to.deep.equal([
      "hooli has a cluster of its own: write state: leaving, npx bulkhead stacks --stack staging --write, pulumi up and then pulumi destroy --stack staging-hooli; then take it out of stack staging\n",
      1,
    ]);
  });
});
