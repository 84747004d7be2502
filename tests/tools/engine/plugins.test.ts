import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { languageHostOf, provideAwsPlugin, provideKubernetesPlugin } from "../../../tools/engine/plugins";

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
  const provide = (pulumi = file("cli/pulumi", ""), languageHost: "official" | "stand-in" = "stand-in") =>
    provideKubernetesPlugin({
      pulumi,
      home: join(folder, "home"),
      languageHost,
      network: "online",
    });
  const installed = () => join(folder, "home/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes");

  it("are the official language host where the CLI has one beside it", () => {
    const pulumi = file("cli/pulumi", "");
    file("cli/pulumi-language-nodejs", "\x7fELF and so on");
    expect(languageHostOf(pulumi)).to.equal("official");
  });

  it("are the stand-in language host where the CLI has none, or the script of our own build", () => {
    const pulumi = file("cli/pulumi", "");
    expect(languageHostOf(pulumi)).to.equal("stand-in");
    file("cli/pulumi-language-nodejs", '#!/bin/sh\nexec "$BULKHEAD_LANGUAGE_HOST" "$@"\n');
    expect(languageHostOf(pulumi)).to.equal("stand-in");
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

  it("are fetched by an official CLI, and never by one that we had to build", () => {
    const place = join(folder, "home/plugins/resource-kubernetes-v4.34.2");
    const pulumi = file(
      "cli/pulumi",
      `#!/bin/sh\nmkdir -p '${place}'\nhead -c 2000000 /dev/zero > '${place}/pulumi-resource-kubernetes'\n`,
    );
    expect(provide(pulumi, "stand-in")).to.equal("stand-in");
    expect(provide(pulumi, "official")).to.equal("official");
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
