import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { gvisorUserData } from "../../../components/runtime/gvisor";

const RELEASE = {
  version: "20260914.0",
  sha512: { x86_64: "a".repeat(128), aarch64: "b".repeat(128) },
  source: "https://storage.googleapis.com/gvisor/releases/release",
};

/** The parts of a MIME multipart text by their type, as cloud-init and nodeadm tell them apart. */
function partsOf(userData: string): Map<string, string> {
  const [head = "", ...rest] = userData.split(/^--BULKHEAD(?:--)?\n/m);
  expect(head).to.equal('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="BULKHEAD"\n\n');
  expect(rest.pop()).to.equal("");
  return new Map(
    rest.map((part) => {
      const [, type = "", content = ""] = /^Content-Type: ([^;\n]+).*?\n\n(.*)$/s.exec(part) ?? [];
      return [type, content];
    }),
  );
}

const scriptOf = (release: Parameters<typeof gvisorUserData>[0], architecture: "x86_64" | "aarch64") =>
  partsOf(gvisorUserData(release, architecture)).get("text/x-shellscript") ?? "";

describe("user data of a node with gVisor", () => {
  it("names runsc to containerd under the key of its config's third version", () => {
    const config = parse(partsOf(gvisorUserData(RELEASE, "x86_64")).get("application/node.eks.aws") ?? "");
    expect(config).to.deep.include({ apiVersion: "node.eks.aws/v1alpha1", kind: "NodeConfig" });
    expect(config.spec.containerd.config).to.equal(
      [
        '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runsc]',
        'runtime_type = "io.containerd.runsc.v1"',
        '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runsc.options]',
        'TypeUrl = "io.containerd.runsc.v1.options"',
        'ConfigPath = "/etc/containerd/runsc.toml"',
        "",
      ].join("\n"),
    );
  });

  it("fetches the release for the machine's architecture", () => {
    const url = (architecture: string) =>
      `'https://storage.googleapis.com/gvisor/releases/release/20260914.0/${architecture}/gvisor.tar.bz2'`;
    expect(scriptOf(RELEASE, "x86_64")).to.include(url("x86_64")).and.include("a".repeat(128));
    expect(scriptOf(RELEASE, "aarch64")).to.include(url("aarch64")).and.include("b".repeat(128));
  });

  it("stays below what EC2 takes", () => {
    expect(Buffer.from(gvisorUserData(RELEASE, "x86_64")).length).to.be.below(16 * 1024);
  });

  it("is not written without a digest", () => {
    const sha512 = { x86_64: "a".repeat(128) };
    expect(() => gvisorUserData({ ...RELEASE, sha512 }, "aarch64")).to.throw(TypeError, "no digest");
  });
});

describe("a node that installs gVisor", () => {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-"));
  const at = (path: string) => join(root, "node", path);
  after(() => rmSync(root, { recursive: true }));
  beforeEach(() => rmSync(at(""), { recursive: true, force: true }));

  function script(name: string, ...lines: string[]): void {
    writeFileSync(name, `#!/bin/bash\n${lines.join("\n")}\n`, { mode: 0o755 });
  }

  /** Runs the script with a folder for the root of the machine and a release in place of gVisor's; its exit code. */
  function start(runsc: string, digest?: string): number | null {
    const [bin, release, archive] = [join(root, "bin"), join(root, "release"), join(root, "gvisor.tar.bz2")];
    for (const folder of [bin, join(release, "gvisor-bin"), at("usr/local/bin")])
      mkdirSync(folder, { recursive: true });
    script(join(release, "runsc"), runsc);
    script(join(release, "containerd-shim-runsc-v1"));
    script(join(release, "gvisor-bin", "gvisor_sentry"));
    const packing = "import sys, tarfile; t = tarfile.open(sys.argv[1], 'w:bz2'); t.add(sys.argv[2], '.'); t.close()";
    execFileSync("python3", ["-c", packing, archive, release]);
    // The file that is asked for stands after --output; systemd is not there.
    script(join(bin, "curl"), 'while [ "$1" != --output ]; do shift; done', `cp ${archive} "$2"`);
    script(join(bin, "systemctl"), 'test "$1" = daemon-reload');
    const sha512 = digest ?? createHash("sha512").update(readFileSync(archive)).digest("hex");
    const text = scriptOf({ ...RELEASE, sha512: { x86_64: sha512 } }, "x86_64");
    const moved = text.replace(/(^|[ >])\/(?=(etc|usr|var)\/)/gm, `$1${at("")}/`);
    // Nothing may touch the machine that runs the test.
    expect(moved).not.to.match(/(^|[^=\w-])\/(etc|usr|var)\//m);
    const { status } = spawnSync("bash", ["-s"], {
      input: moved,
      env: { PATH: `${bin}:${process.env.PATH}`, TMPDIR: root },
    });
    return status;
  }

  const WORKS = "var/lib/bulkhead/gvisor-works";
  const GATE = "etc/systemd/system/nodeadm-run.service.d/bulkhead-gvisor.conf";

  it("opens its gate when a sandbox has run, with all of the release beside each other", () => {
    expect(start('test "$*" = "--platform=systrap --network=none do true"')).to.equal(0);
    expect(existsSync(at(WORKS))).to.equal(true);
    for (const file of ["runsc", "containerd-shim-runsc-v1", "gvisor-bin/gvisor_sentry"]) {
      expect(existsSync(at(`usr/local/bin/${file}`)), file).to.equal(true);
    }
    expect(readFileSync(at("etc/containerd/runsc.toml"), "utf8")).to.include('systemd-cgroup = "true"');
  });

  it("never joins the cluster when no sandbox runs", () => {
    expect(start("exit 1")).not.to.equal(0);
    expect(readFileSync(at(GATE), "utf8")).to.equal(`[Unit]\nAssertPathExists=/${WORKS}\n`);
    expect(existsSync(at(WORKS))).to.equal(false);
  });

  it("never joins the cluster, nor runs anything of the archive, when it is not the one that was chosen", () => {
    expect(start(`touch ${at("ran")}`, "c".repeat(128))).not.to.equal(0);
    expect(existsSync(at(GATE))).to.equal(true);
    expect(existsSync(at(WORKS))).to.equal(false);
    expect(existsSync(at("usr/local/bin/runsc"))).to.equal(false);
    expect(existsSync(at("ran"))).to.equal(false);
  });
});
