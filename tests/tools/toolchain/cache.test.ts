import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Progress, provideParts } from "../../../tools/toolchain";
import { partFolder } from "../../../tools/toolchain/build";
import { self } from "../../../tools/toolchain/program";
import { tiny, until, Workbench } from "./workbench";

describe("the toolchain's cache", function () {
  this.timeout(60_000);
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.remove());

  const provide = (environment: NodeJS.ProcessEnv, recipe = tiny, report: (progress: Progress) => void = () => {}) =>
    provideParts([{ recipe, reason: "no tiny on PATH" }], { report, cacheFolder: bench.cache, environment });

  const copyOfTiny = () => {
    const module = join(bench.folder, "copy");
    cpSync(tiny.module, module, { recursive: true });
    return { ...tiny, module };
  };

  it("builds a part from Go sources once, tells how far it is, and finds it again on a machine without Go", async () => {
    const heard: Progress[] = [];
    const source = copyOfTiny();
    appendFileSync(
      join(source.module, "main.go"),
      `// ${bench.folder} is a source that Go's own cache has never seen.\n`,
    );
    const built = (await provide(process.env, source, (progress) => heard.push(progress)))(source);
    expect(built.origin).to.equal("built");
    expect(execFileSync(built.file).toString()).to.equal("tiny\n");
    expect(execFileSync(join(built.file, "..", "tiny-helper"), ["beside it"]).toString()).to.equal("beside it\n");
    const { what, state } = heard.at(-1) ?? {};
    expect({ what, state }).to.deep.equal({ what: "Tiny", state: "done" });
    expect(heard.some(({ count }) => count?.unit === "packages" && count.done >= 1)).to.equal(true);
    expect((await provide(bench.environment, source))(source)).to.deep.equal({ file: built.file, origin: "cache" });
  });

  it("lays folders of modules beside a part, writable, so that it can be deleted, and knows the part by them", async () => {
    const module = readFileSync(join(tiny.module, "go.mod"), "utf8").match(/^module (.+)$/m)?.[1] ?? "";
    const source = copyOfTiny();
    mkdirSync(join(source.module, "chart"));
    writeFileSync(join(source.module, "chart", "values.yaml"), "replicas: 2\n", { mode: 0o444 });
    const recipe = { ...source, folders: { "charts/tiny": { module, path: "chart" } } };
    const { file } = (await provide(process.env, recipe))(recipe);
    const values = join(file, "..", "charts", "tiny", "values.yaml");
    expect(readFileSync(values, "utf8")).to.equal("replicas: 2\n");
    expect(statSync(values).mode & 0o200).to.equal(0o200);
    expect(partFolder(recipe, bench.cache)).not.to.equal(partFolder(source, bench.cache));
  });

  it("lets one of two runs at the same time build and the other one wait and say so", async () => {
    bench.slowGo();
    const first = bench.builder();
    await until(() => bench.builders().length === 1);
    const second = bench.builder();
    await until(() => second.output.includes(`Tiny: waiting for process ${first.child.pid}, which is at it`));
    bench.openGate();
    expect([await first.ended, await second.ended]).to.deep.equal([0, 0]);
    expect(first.output).to.include("origin: built");
    expect(second.output).to.include("origin: cache");
    expect(bench.builders()).to.have.length(1);
  });

  it("ends the build, and leaves neither a lock nor half a part, when it is interrupted", async () => {
    bench.slowGo();
    const builder = bench.builder();
    await until(() => bench.builders().length === 1);
    builder.child.kill("SIGINT");
    expect(await builder.ended).to.equal(130);
    await until(() => !bench.builders().some(isThere));
    expect(readdirSync(bench.cache)).to.deep.equal([]);
    bench.openGate();
    expect((await provide(bench.environment))(tiny).origin).to.equal("built");
  });

  it("takes over, and sweeps up, what a killed run has left", async () => {
    bench.slowGo();
    const builder = bench.builder();
    await until(() => bench.builders().length === 1);
    builder.child.kill("SIGKILL");
    await builder.ended;
    expect(readdirSync(bench.cache).map((name) => name.replace(/tiny-[0-9a-f]+|\d+/g, "*"))).to.have.members([
      "*.lock",
      "*.unfinished-*",
    ]);
    bench.openGate();
    const part = (await provide(bench.environment))(tiny);
    expect(part.origin).to.equal("built");
    expect(readdirSync(bench.cache).map((name) => join(bench.cache, name, "tiny"))).to.deep.equal([part.file]);
    await until(() => !bench.builders().some(isThere));
  });

  it("does not take a program that has the dead owner's pid for the owner", async () => {
    bench.slowGo();
    bench.openGate();
    mkdirSync(bench.cache);
    writeFileSync(`${partFolder(tiny, bench.cache)}.lock`, JSON.stringify({ pid: self.pid, born: "before this boot" }));
    expect((await provide(bench.environment))(tiny).origin).to.equal("built");
  });

  it("knows a part by its sources and flags, whatever the line ends of the checkout", () => {
    const copy = copyOfTiny();
    const key = () => partFolder(copy, bench.cache);
    expect(key()).to.equal(partFolder(tiny, bench.cache));
    const main = readFileSync(join(copy.module, "main.go"), "utf8");
    writeFileSync(join(copy.module, "main.go"), main.replaceAll("\n", "\r\n"));
    expect(key()).to.equal(partFolder(tiny, bench.cache));
    writeFileSync(join(copy.module, "main.go"), main.replace("tiny\\n", "tinier\\n"));
    expect(key()).not.to.equal(partFolder(tiny, bench.cache));
    expect(partFolder({ ...tiny, flags: [] }, bench.cache)).not.to.equal(partFolder(tiny, bench.cache));
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
