import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { ROOT } from "../support/estate";

const STACK = { config: { "bulkhead:tenants": { acme: {}, globex: {} } } };

/** How a command ends that could not find anything out, and what it says of it. */
interface Case {
  readonly args: readonly string[];
  readonly says: string;
}

const NO_VERDICT: Readonly<Record<string, Case>> = {
  "an audit with an option that there is none of": {
    args: ["audit", "--no-such-option"],
    says: "error: unknown option '--no-such-option'\n",
  },
  "an audit of no requests at a time": {
    args: ["audit", "--concurrency", "none"],
    says: "error: option '--concurrency <requests>' argument 'none' is invalid. give a number of 1 or more\n",
  },
  "an audit by a kubeconfig that is a folder": {
    args: ["audit", "--stack", "mine", "--kubeconfig", "folder"],
    says: "the kubeconfig folder cannot be read: EISDIR: illegal operation on a directory, read\n",
  },
  "a proof by a kubeconfig that is a folder": {
    args: ["prove", "--stack", "mine", "--kubeconfig", "folder"],
    says: "the kubeconfig folder cannot be read: EISDIR: illegal operation on a directory, read\n",
  },
  "a proof whose report has nowhere to go": {
    args: ["prove", "--stack", "mine", "--kubeconfig", "lost", "--junit", "nowhere/junit.xml"],
    says: "nowhere/junit.xml cannot be written: there is no folder nowhere\n",
  },
  "a proof whose report would be a folder": {
    args: ["prove", "--stack", "mine", "--kubeconfig", "lost", "--sarif", "folder"],
    says: "folder cannot be written: it is a folder\n",
  },
};

describe("a mistake on the command line", function () {
  this.timeout(60_000);
  let here: string;

  before(() => {
    here = mkdtempSync(join(tmpdir(), "bulkhead-mistakes-"));
    writeFileSync(join(here, "Pulumi.mine.yaml"), stringify(STACK));
    mkdirSync(join(here, "folder"));
  });
  after(() => rmSync(here, { recursive: true }));

  function bulkhead(...args: readonly string[]) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(ROOT, "cli/bulkhead.js"), ...args], {
      cwd: here,
      encoding: "utf8",
    });
    return { stdout, stderr, status };
  }

  for (const [name, { args, says }] of Object.entries(NO_VERDICT)) {
    it(`is told before anything is tried, and is no verdict: ${name}`, () => {
      expect(bulkhead(...args)).to.deep.equal({ stdout: "", stderr: says, status: 3 });
    });
  }

  it("is told before a tenant is closed whose record has nowhere to go", () => {
    expect(bulkhead("offboard", "acme", "--stack", "mine", "--yes", "--evidence", "nowhere/acme.json")).to.deep.equal({
      stdout: "",
      stderr: "nowhere/acme.json cannot be written: there is no folder nowhere\n",
      status: 1,
    });
    expect(readdirSync(here)).to.have.members(["Pulumi.mine.yaml", "folder"]);
  });
});
