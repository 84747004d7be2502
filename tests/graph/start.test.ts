import { execFileSync } from "node:child_process";
import { join, sep } from "node:path";
import { expect } from "chai";
import { ROOT } from "../support/estate";

/** Files that a program of its own has loaded after `script`, as JSON. */
function modulesOf(script: string): string {
  const show = "console.log(JSON.stringify(Object.keys(require.cache)))";
  return execFileSync(process.execPath, ["-e", `${script}; ${show}`], { cwd: ROOT, encoding: "utf8" });
}

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

  /** The package that a module is of, by the last node_modules in its path; undefined for our own. */
  const packageOf = (file: string) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1];

  it("loads beside Pulumi's SDK few packages, each for what every start needs", () => {
    const bare = new Set(JSON.parse(modulesOf('require("@pulumi/pulumi")')) as string[]);
    const added = started().modules.filter((file) => packageOf(file) !== undefined && !bare.has(file));
    const counts = new Map<string, number>();
    for (const file of added) counts.set(packageOf(file) ?? "", (counts.get(packageOf(file) ?? "") ?? 0) + 1);
    // YAML is 72 modules more, for files that the engine has read already.
    expect([...counts.keys()].sort()).to.deep.equal([
      "@pulumi/kubernetes",
      "fastest-levenshtein",
      "ipaddr.js",
      "tlds",
      "typescript",
      "zod",
    ]);
    // The compiler itself only for a source that is not in the cache.
    expect(added.filter((file) => packageOf(file) === "typescript")).to.deep.equal([
      join(ROOT, "node_modules/typescript/package.json"),
    ]);
    expect(added.length).to.be.at.most(135);
  });

  it("stays within the number of modules that was measured: a bare SDK's and a third more", () => {
    const { modules } = started();
    expect(modules.length).to.be.at.most(1040);
  });

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
