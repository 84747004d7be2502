import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { REPOSITORY } from "../../../../tools/engine";
import { Bench, refusal } from "./bench";

describe("the store of the stand-in cloud", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => bench.remove());

  const file = () => join(bench.folder, "cloud/aws.json");
  const made = () => (JSON.parse(readFileSync(file(), "utf8")) as { made: number }).made;

  it("loses nothing to a second process that writes at the same time", async () => {
    const writer = join(__dirname, "writer.ts");
    const args = ["-r", join(REPOSITORY, "register.js"), writer, bench.folder, "300"];
    const run = () => promisify(execFile)(process.execPath, args);
    await Promise.all([run(), run()]);
    expect(made()).to.equal(600);
  }).timeout(30_000);

  it("keeps nothing of a change that failed", async () => {
    await bench.store.change((cloud) => cloud.newId("a-"));
    const work = bench.store.change((cloud) => {
      cloud.newId("a-");
      throw new Error("no");
    });
    expect(await refusal(work)).to.equal("no");
    expect(made()).to.equal(1);
  });

  it("leaves no lock behind", async () => {
    await bench.store.change((cloud) => cloud.newId("a-"));
    expect(existsSync(`${file()}.lock`)).to.equal(false);
  });
});
