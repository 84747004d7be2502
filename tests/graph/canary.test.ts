import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../support/estate";

/** Runs a file with mocha as package.json sets it up, and with that file only. */
function mocha(file: string, ...flags: string[]): { status: number | null; output: string } {
  const { mocha: settings } = require(join(ROOT, "package.json"));
  const options = settings["node-option"].map((option: string) => `--${option}`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...options,
      ...flags,
      join(ROOT, "node_modules/mocha/bin/mocha.js"),
      "--no-config",
      "--no-package",
      "--require",
      settings.require,
      file,
    ],
    { cwd: ROOT, encoding: "utf8" },
  );
  return { status, output: stdout + stderr };
}

const LOST = join(__dirname, "fixtures/lost-assertion.ts");

describe("these tests", function () {
  this.timeout(30_000);

  it("fail when an assertion fails in an apply that nobody waits for", () => {
    const { status, output } = mocha(LOST);
    expect(output).to.include("expected 'as it is' to equal 'as it should be'");
    expect(status).not.to.equal(0);
  });

  it("would pass without unhandled-rejections=strict, so that the setting is not to be lost", () => {
    expect(mocha(LOST, "--unhandled-rejections=warn").status).to.equal(0);
  });
});
