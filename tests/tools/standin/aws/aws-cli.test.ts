import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { REPOSITORY } from "../../../../tools/engine";
import { Bench } from "./bench";

describe("the stand-in aws command", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => bench.remove());

  const aws = (...args: string[]) => {
    const main = join(REPOSITORY, "tools/standin/aws-cli/main.ts");
    const env = { ...process.env, BULKHEAD_FOLDER: bench.folder };
    return spawnSync(process.execPath, ["-r", join(REPOSITORY, "register.js"), main, ...args], {
      env,
      encoding: "utf8",
    });
  };

  it("gives a stranger's credential to whom no access entry names", () => {
    const { stdout } = aws(
      "--region",
      "eu-central-1",
      "eks",
      "get-token",
      "--cluster-name",
      "main",
      "--output",
      "json",
    );
    const credential = JSON.parse(stdout);
    expect(credential).to.include({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1beta1" });
    expect(credential.status.token).to.equal("k8s-aws-v1.stranger");
    expect(Date.parse(credential.status.expirationTimestamp)).to.be.greaterThan(Date.now());
  }).timeout(10_000);

  it("knows nothing else", () => {
    const { status, stderr } = aws("s3", "ls");
    expect(status).to.equal(252);
    expect(stderr).to.include("this stand-in knows only: aws --region REGION eks get-token --cluster-name NAME");
  }).timeout(10_000);
});
