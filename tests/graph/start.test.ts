import { execFileSync } from "node:child_process";
import { join, sep } from "node:path";
import { expect } from "chai";
import { ROOT } from "../support/estate";

/** What a program of its own has loaded and set by the time that index.ts is imported. */
function afterImport(environment: NodeJS.ProcessEnv = {}): { modules: string[]; stackTraceLimit: number } {
  const script = `
    require("./index");
    const { stackTraceLimit } = Error;
    console.log(JSON.stringify({ modules: Object.keys(require.cache), stackTraceLimit }));
  `;
  const { BULKHEAD_DEBUG: _, ...inherited } = process.env;
  const out = execFileSync(process.execPath, ["-r", "./register.js", "-e", script], {
    cwd: ROOT,
    env: { ...inherited, ...environment },
    encoding: "utf8",
  });
  return JSON.parse(out);
}

describe("the program's start", function () {
  this.timeout(60_000);
  let first: ReturnType<typeof afterImport> | undefined;
  const started = () => {
    first ??= afterImport();
    return first;
  };

  it("loads of the Kubernetes SDK only the kinds that it makes", () => {
    const { modules } = started();
    const sdk = modules.filter((file) => file.includes(`${sep}@pulumi${sep}kubernetes${sep}`));
    expect(sdk).not.to.include(join(ROOT, "node_modules/@pulumi/kubernetes/index.js"));
    // The whole SDK is more than 600 modules.
    expect(sdk).to.have.length.within(10, 60);
  });

  it("loads neither a cloud's SDK nor anything that only tools and tests need", () => {
    const { modules } = started();
    const own = modules.filter((file) => !file.includes("node_modules")).map((file) => file.slice(ROOT.length + 1));
    expect(own.filter((file) => /^(tools|tests|cli|proof|policies)\//.test(file))).to.deep.equal([]);
    expect(modules.filter((file) => /@pulumi.(aws|gcp|policy)\b|[\\/]chai[\\/]/.test(file))).to.deep.equal([]);
  });

  it("turns stack traces off, which cost half of it, unless somebody looks for a bug", () => {
    expect(started().stackTraceLimit).to.equal(0);
    expect(afterImport({ BULKHEAD_DEBUG: "1" }).stackTraceLimit).to.equal(10);
  });
});
