import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { provideEngine } from "../../../tools/engine";
import {
  fetchKubernetesPlugin,
  languageHostOf,
  provideAwsPlugin,
  provideKubernetesPlugin,
} from "../../../tools/engine/plugins";
import type { Progress, Toolchain } from "../../../tools/toolchain";
import { machinePulumi } from "../../../tools/toolchain/machine";

describe("the plugins of the embedded engine", () => {
  let folder: string;
  const userHome = process.env.PULUMI_HOME;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bulkhead-plugins-"));
    process.env.PULUMI_HOME = join(folder, "user");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (userHome === undefined) delete process.env.PULUMI_HOME;
    else process.env.PULUMI_HOME = userHome;
  });

  const file = (path: string, text: string) => {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text, { mode: 0o755 });
    return full;
  };
  const officialPlugin = (home: string, version = "v4.34.2") => {
    const binary = file(`${home}/plugins/resource-kubernetes-${version}/pulumi-resource-kubernetes`, "");
    truncateSync(binary, 2 * 1024 * 1024);
    return binary;
  };
  const provide = (wanted: "any" | "stand-in" = "any") =>
    provideKubernetesPlugin({ home: join(folder, "home"), folder: "/estate", wanted });
  const fetch = async (pulumi: Toolchain["pulumi"], network: "online" | "offline") => {
    const told: string[] = [];
    const report = ({ what, doing, state }: Progress) => void told.push(`${what}: ${doing} ${state}`);
    await fetchKubernetesPlugin({ pulumi, home: join(folder, "home"), network, report });
    return told;
  };
  const installed = () => join(folder, "home/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes");

  it("are the official language host of the machine's CLI, which may be a shim with nothing beside it", async () => {
    const manager = file("manager/bin/manager", 'case "$0" in */pulumi) echo v3.226.0 ;; esac');
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
      mkdirSync(join(folder, "shims"), { recursive: true });
      symlinkSync(manager, join(folder, "shims", name));
    }
    const found = await machinePulumi({ PATH: join(folder, "shims") });
    expect(found).to.deep.equal({ found: true, file: join(folder, "shims/pulumi") });
    const pulumi = { file: join(folder, "shims/pulumi"), origin: "PATH" } as const;
    expect(languageHostOf(pulumi)).to.equal("official");
    const { environment } = provideEngine({ pulumi, folder: join(folder, "estate") });
    expect(environment).not.to.have.any.keys("BULKHEAD_LANGUAGE_HOST", "PULUMI_IGNORE_AMBIENT_PLUGINS");
  });

  it("are the stand-in language host where the CLI is our own build", () => {
    const pulumi = { file: file("cli/pulumi", ""), origin: "cache" } as const;
    expect(languageHostOf(pulumi)).to.equal("stand-in");
    const { environment } = provideEngine({ pulumi, folder: join(folder, "estate") });
    expect(environment.BULKHEAD_LANGUAGE_HOST).to.equal(join(folder, "estate/standin/pulumi-language-nodejs"));
  });

  it("are the official kubernetes plugin where the user has exactly this version of it", () => {
    officialPlugin("user");
    expect(provide()).to.equal("official");
    expect(statSync(installed()).size).to.equal(2 * 1024 * 1024);
  });

  it("are the stand-in kubernetes plugin where the user has another version only", () => {
    officialPlugin("user", "v4.34.1");
    expect(provide()).to.equal("stand-in");
    expect(readFileSync(installed(), "utf8")).to.include("/tools/standin/kubernetes/main.ts");
  });

  it("change from the stand-in to the official kubernetes plugin once the user has it", () => {
    expect(provide()).to.equal("stand-in");
    officialPlugin("user");
    expect(provide()).to.equal("official");
  });

  it("leave the user's own plugin as it is when the official one is replaced by nothing", () => {
    const binary = officialPlugin("user");
    provide();
    rmSync(binary);
    expect(provide()).to.equal("stand-in");
    expect(existsSync(binary)).to.equal(false);
  });

  it("are the stand-in kubernetes plugin where that is asked for, and the user's own stays as it is", () => {
    const binary = officialPlugin("user");
    expect(provide()).to.equal("official");
    expect(provide("stand-in")).to.equal("stand-in");
    expect(readFileSync(installed(), "utf8")).to.include("export BULKHEAD_FOLDER=/estate\n");
    expect(statSync(binary).size).to.equal(2 * 1024 * 1024);
    expect(provide()).to.equal("official");
  });

  it("are fetched by an official CLI, which is told, and never by one that we had to build or offline", async () => {
    const place = join(folder, "home/plugins/resource-kubernetes-v4.34.2");
    const cli = file(
      "cli/pulumi",
      `#!/bin/sh\nmkdir -p '${place}'\nhead -c 2000000 /dev/zero > '${place}/pulumi-resource-kubernetes'\n`,
    );
    await fetch({ file: cli, origin: "built" }, "online");
    await fetch({ file: cli, origin: "PATH" }, "offline");
    expect(provide()).to.equal("stand-in");
    const told = await fetch({ file: cli, origin: "PATH" }, "online");
    expect(provide()).to.equal("official");
    expect(told).to.deep.equal([
      "Pulumi's kubernetes plugin: fetching version 4.34.2 working",
      "Pulumi's kubernetes plugin: fetching version 4.34.2 done",
    ]);
    expect(await fetch({ file: cli, origin: "PATH" }, "online")).to.deep.equal([]);
  });

  it("are the stand-in where the official one cannot be fetched, which is told", async () => {
    const cli = file("cli/pulumi", "#!/bin/sh\nexit 1\n");
    const told = await fetch({ file: cli, origin: "PATH" }, "online");
    expect(told.at(-1)).to.equal("Pulumi's kubernetes plugin: fetching version 4.34.2 failed");
    expect(provide()).to.equal("stand-in");
  });

  it("are always the stand-in for AWS, even where the user has the official one, with the cloud of this folder", () => {
    const official = file("user/plugins/resource-aws-v7.48.0/pulumi-resource-aws", "");
    truncateSync(official, 2 * 1024 * 1024);
    provideAwsPlugin({ home: join(folder, "home"), folder });
    const text = readFileSync(join(folder, "home/plugins/resource-aws-v7.48.0/pulumi-resource-aws"), "utf8");
    expect(text).to.include("/tools/standin/aws/main.ts");
    expect(text).to.include(`export BULKHEAD_FOLDER=${folder}\n`);
  });
});
