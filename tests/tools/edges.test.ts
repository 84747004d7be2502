import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { violations } from "../../tools/edges/rules";
import { readTree } from "../../tools/edges/source";
import { ROOT } from "../support/estate";

const folders: string[] = [];

/** A tree of files in a temporary folder. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-edges-"));
  folders.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

/** What is wrong with a tree, as it is printed. */
function complaints(files: Readonly<Record<string, string>>): string[] {
  const found = violations(readTree(tree(files)));
  return found.map(({ file, line, what, instead }) => `${file}:${line}: ${what}; ${instead}`);
}

const EMPTY = "export {};\n";
const COMPONENT = 'import * as pulumi from "@pulumi/pulumi";\nexport class Space extends pulumi.ComponentResource {}\n';

function fellTrees(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

describe("the edges between files", () => {
  after(fellTrees);

  it("are in order in this repository", () => {
    expect(violations(readTree(ROOT))).to.deep.equal([]);
  });

  it("may lead down, and anywhere inside a room", () => {
    const files = {
      "config/names.ts": EMPTY,
      "config/crosschecks/index.ts": 'import "../names";\n',
      "components/tenant/plan.ts": 'import "../../config/crosschecks";\nimport "./budget";\n',
      "components/tenant/budget.ts": EMPTY,
      "components/tenant/index.ts": `${COMPONENT}import "./plan";\n`,
      "policies/index.ts": 'import "@pulumi/policy";\nimport "../components/tenant/plan";\n',
      "proof/live.ts": 'import "../components/tenant/plan";\nimport "node:fs";\n',
      "cli/main.ts": 'import "../proof/live";\n',
      "index.ts": 'import "./components/tenant";\n',
      "tools/start.ts": 'import "../cli/main";\n',
      "tests/graph.ts": 'import "../index";\nimport "../tools/start";\n',
    };
    expect(complaints(files)).to.deep.equal([]);
  });

  it("never lead up", () => {
    const files = {
      "config/estate.ts": EMPTY,
      "config/names.ts": '\nimport { planTenant } from "../components/plan";\n',
      "components/plan.ts": 'export * from "../proof/claims";\n',
      "proof/claims.ts": 'const { main } = require("../cli/main");\n',
      "cli/main.ts": EMPTY,
    };
    expect(complaints(files)).to.deep.equal([
      "components/plan.ts:1: imports proof/claims.ts: proof stands above it; move what both need into config",
      "config/names.ts:2: imports components/plan.ts: components stands above it; move what both need into config",
      "proof/claims.ts:1: imports cli/main.ts: cli stands above it; move what both need into components",
    ]);
  });

  it("never lead up for the sake of types either", () => {
    const files = {
      "config/names.ts": 'import type { Plan } from "../components/plan";\n',
      "config/estate.ts": 'export type P = import("../components/plan").Plan;\n',
      "components/plan.ts": EMPTY,
    };
    expect(complaints(files)).to.have.length(2);
  });

  it("never lead to the room beside", () => {
    const files = { "policies/index.ts": 'import "../proof/claims";\n', "proof/claims.ts": EMPTY };
    expect(complaints(files)).to.deep.equal([
      "policies/index.ts:1: imports proof/claims.ts: proof stands beside it; move what both need into components",
    ]);
  });

  it("never lead into tools or tests, which nobody has who uses the program", () => {
    const files = {
      "cli/main.ts": 'import { start } from "../tools/embedded";\n',
      "tools/embedded/index.ts": 'import "../../tests/support/program";\n',
      "tests/support/program.ts": EMPTY,
    };
    expect(complaints(files)).to.deep.equal([
      "cli/main.ts:1: imports tools/embedded/index.ts, which is for development only; move what cli needs out of tools",
      "tools/embedded/index.ts:1: imports tests/support/program.ts, which is for development only; move what tools needs out of tests",
    ]);
  });

  it("never lead from a planner to a component", () => {
    const files = {
      "components/tenant/index.ts": COMPONENT,
      "components/tenant/plan.ts": 'import type { Space } from ".";\n',
      "components/cluster.ts": `${COMPONENT}import "./tenant";\n`,
    };
    expect(complaints(files)).to.deep.equal([
      "components/tenant/plan.ts:1: imports components/tenant/index.ts, a component, and imports no Pulumi itself, so it is a planner; pass what it needs as plain data",
    ]);
  });

  it("never lead from the configuration, a policy or a proof to Pulumi, by whatever way", () => {
    const files = {
      "components/tenant/index.ts": COMPONENT,
      "components/plan.ts": 'import "./tenant";\n',
      "config/read.ts": 'import "@pulumi/pulumi/config";\n',
      "policies/index.ts": 'import "@pulumi/policy";\nimport "@pulumi/pulumi";\n',
      "proof/claims.ts": 'import { plan } from "../components/plan";\n',
      "proof/live.ts": 'import "@pulumi/policy";\n',
    };
    expect(complaints(files).filter((line) => !line.startsWith("components/"))).to.deep.equal([
      "config/read.ts:1: imports @pulumi/pulumi/config; config works on plain data; take what Pulumi knows as an argument",
      "policies/index.ts:2: imports @pulumi/pulumi; policies works on plain data; take what Pulumi knows as an argument",
      "proof/claims.ts:1: loads Pulumi: components/plan.ts -> components/tenant/index.ts -> @pulumi/pulumi; import the planner beside the component",
      "proof/live.ts:1: imports @pulumi/policy; proof works on plain data; take what Pulumi knows as an argument",
    ]);
  });

  it("may carry a component's types to a policy, since they are gone when it runs", () => {
    const files = {
      "components/tenant/index.ts": COMPONENT,
      "policies/index.ts": 'import { type Space } from "../components/tenant";\n',
    };
    expect(complaints(files)).to.deep.equal([]);
  });

  it("lead to the file system from the readers only", () => {
    const files = {
      "config/read.ts": 'import { readFileSync } from "node:fs";\n',
      "config/schema.ts": 'import { readFileSync } from "node:fs";\n',
      "components/plan.ts": 'import { readFile } from "fs/promises";\n',
      "components/cluster/kubeconfig.ts": 'import { readFileSync } from "node:fs";\n',
      "proof/report.ts": 'import { writeFileSync } from "node:fs";\n',
    };
    expect(complaints(files)).to.deep.equal([
      "components/plan.ts:1: touches files; let config/read.ts read them and take what is in them",
      "config/schema.ts:1: touches files; let config/read.ts read them and take what is in them",
    ]);
  });

  it("lead to an SDK by its parts only", () => {
    const files = {
      "components/eks.ts": 'import * as aws from "@pulumi/aws";\nimport { Cluster } from "@pulumi/aws/eks";\n',
      "index.ts": 'import type { Provider } from "@pulumi/kubernetes";\nimport "@pulumi/pulumi";\n',
    };
    expect(complaints(files)).to.deep.equal([
      "components/eks.ts:1: imports the whole of @pulumi/aws, which takes seconds; import from the folder of it that is needed, as @pulumi/aws/provider",
      "index.ts:1: imports the whole of @pulumi/kubernetes, which takes seconds; import from the folder of it that is needed, as @pulumi/kubernetes/provider",
    ]);
  });
});

describe("a file", () => {
  after(fellTrees);

  it("asks the engine for nothing; only index.ts does", () => {
    const asking =
      'import * as pulumi from "@pulumi/pulumi";\nconst c = new pulumi.Config();\nconst s = pulumi.getStack();\n';
    const named = 'import { Config } from "@pulumi/pulumi";\nnew Config();\n';
    expect(complaints({ "index.ts": asking, "components/a.ts": asking, "components/b.ts": named })).to.deep.equal([
      "components/a.ts:2: asks the engine for Config; let index.ts ask, and take the answer as an argument",
      "components/a.ts:3: asks the engine for getStack; let index.ts ask, and take the answer as an argument",
      "components/b.ts:1: asks the engine for Config; let index.ts ask, and take the answer as an argument",
    ]);
  });

  it("has 300 lines at most, unless it is a test or made by a program", () => {
    const long = EMPTY.repeat(301);
    const files = {
      "config/schema.ts": long,
      "config/just.ts": EMPTY.repeat(300),
      "config/table.generated.ts": long,
      "tests/all.test.ts": long,
    };
    expect(complaints(files)).to.deep.equal([
      "config/schema.ts:301: is 301 lines long, more than 300; split it where the story changes",
    ]);
  });

  it("is in no folder without a name, and has one itself", () => {
    const files = {
      "config/utils/a.ts": EMPTY,
      "components/helpers.ts": EMPTY,
      "proof/misc/b.ts": EMPTY,
      "cli/common/c.ts": EMPTY,
    };
    expect(complaints(files)).to.deep.equal([
      'cli/common/c.ts:1: "common" names nothing; find the concept that is missing and name it',
      'components/helpers.ts:1: "helpers.ts" names nothing; find the concept that is missing and name it',
      'config/utils/a.ts:1: "utils" names nothing; find the concept that is missing and name it',
      'proof/misc/b.ts:1: "misc" names nothing; find the concept that is missing and name it',
    ]);
  });

  it("is in one of the rooms", () => {
    expect(complaints({ "lib/a.ts": EMPTY })).to.deep.equal([
      "lib/a.ts:1: lib is no room of this program; move it into one of config, components, policies, proof, cli, index.ts, tools, tests",
    ]);
  });

  it("is left alone where it is not ours", () => {
    const files = {
      "node_modules/a/index.ts": 'import "../../tests/b";\n',
      ".bulkhead/a.ts": EMPTY,
      "policies/bin/a.ts": EMPTY,
    };
    expect(complaints(files)).to.deep.equal([]);
  });
});

describe("the check of edges", function () {
  this.timeout(30_000);
  after(fellTrees);

  function run(root: string) {
    return spawnSync(process.execPath, ["-r", "./register.js", "tools/edges.ts", root], {
      cwd: ROOT,
      encoding: "utf8",
    });
  }

  it("prints each violation with its place and what to do, and fails", () => {
    const { status, stderr } = run(tree({ "config/a.ts": 'import "../index";\n', "index.ts": EMPTY }));
    expect(stderr).to.equal(
      "config/a.ts:1: imports index.ts: index.ts stands above it; move what both need into config\n",
    );
    expect(status).to.equal(1);
  });

  it("says nothing when there is nothing to say", () => {
    const { status, stderr, stdout } = run(tree({ "index.ts": EMPTY }));
    expect({ status, stderr, stdout }).to.deep.equal({ status: 0, stderr: "", stdout: "" });
  });
});
