import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { spawnScript, Workbench } from "./workbench";

describe("a lock", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.remove());

  it("is held by one program at a time, also when several find in the same moment that its owner has died", async function () {
    this.timeout(60_000);
    const counters = Array.from({ length: 50 }, (_, round) => join(bench.folder, `counter-${round}`));
    for (const counter of counters) {
      writeFileSync(counter, "0");
      writeFileSync(`${counter}.lock`, JSON.stringify({ pid: 1, born: "long ago" }));
    }
    const script = join(__dirname, "contender.ts");
    const begin = String(Date.now() + 1500);
    const contenders = [1, 2, 3].map(() => spawnScript(script, [begin, ...counters], process.env));
    await Promise.all(contenders.map((child) => once(child, "close")));
    expect(counters.map((counter) => readFileSync(counter, "utf8"))).to.deep.equal(counters.map(() => "3"));
  });
});
