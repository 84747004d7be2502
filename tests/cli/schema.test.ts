import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stackFileSchema, tenantFileSchema } from "../../config/jsonschema";
import { stackFileReference } from "../../config/reference";
import { ROOT } from "../support/estate";

/** The command as an installed one is called: from a directory that knows nothing of us. */
function bulkhead(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(ROOT, "cli/bulkhead.js"), ...args], {
    cwd: tmpdir(),
    encoding: "utf8",
  });
  return { stdout, stderr, status };
}

describe("bulkhead schema", function () {
  this.timeout(60_000);

  it("prints the JSON Schema of a stack file, from any directory", () => {
    const { stdout, stderr, status } = bulkhead("schema");
    expect({ stderr, status }).to.deep.equal({ stderr: "", status: 0 });
    expect(JSON.parse(stdout)).to.deep.equal(stackFileSchema());
  });

  it("prints that of one tenant's file", () => {
    expect(JSON.parse(bulkhead("schema", "--tenant").stdout)).to.deep.equal(tenantFileSchema());
  });

  it("prints the reference page", () => {
    expect(bulkhead("schema", "--markdown").stdout).to.equal(stackFileReference());
  });

  it("does not print two things at once", () => {
    expect(bulkhead("schema", "--markdown", "--tenant")).to.deep.equal({
      stdout: "",
      stderr: "error: option '--markdown' cannot be used with option '--tenant'\n",
      status: 1,
    });
  });
});

describe("bulkhead", function () {
  this.timeout(60_000);

  it("says what the user can mend, without a stack trace, and fails", () => {
    const { stdout, stderr, status } = bulkhead("plan", "--stack", "nowhere");
    expect({ stdout, stderr, status }).to.deep.equal({
      stdout: "",
      stderr: "Pulumi.nowhere.yaml: 1 problem\n  is not there (stack files here: none)\n",
      status: 1,
    });
  });
});
