import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "./support/estate";

const PROGRAM = `interface Tenant { readonly id: string }

const acme: Tenant = { id: "acme" };
const compilers = () => Object.keys(require.cache).filter((file) => file.endsWith("/typescript.js")).length;
console.log(acme.id, compilers());
`;

describe("a start from TypeScript", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bulkhead-register-"));
    cpSync(join(ROOT, "register.js"), join(folder, "register.js"));
    mkdirSync(join(folder, "node_modules"));
    for (const name of ["typescript", "source-map-support"]) {
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    }
    source(PROGRAM);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const source = (text: string) => writeFileSync(join(folder, "program.ts"), text);
  const command = ["-r", "./register.js", "program.ts"];
  const start = () => execFileSync(process.execPath, command, { cwd: folder, encoding: "utf8" });

  it("loads the compiler once for a source, and then no more", () => {
    expect([start(), start()]).to.deep.equal(["acme 1\n", "acme 0\n"]);
  });

  it("runs what the source says now, and what it said before without another look at it", () => {
    start();
    source(PROGRAM.replace('"acme"', '"globex"'));
    expect(start()).to.equal("globex 1\n");
    source(PROGRAM);
    expect(start()).to.equal("acme 0\n");
  });

  it("works where nothing can be kept", () => {
    writeFileSync(join(folder, "node_modules", ".cache"), "a file, where the cache would be");
    expect([start(), start()]).to.deep.equal(["acme 1\n", "acme 1\n"]);
  });

  it("names lines of the source in a stack trace, also in the one from the cache", () => {
    source(`${PROGRAM}try {\n  JSON.parse("{");\n} catch (error) {\n  console.log((error as Error).stack);\n}\n`);
    for (const run of ["first", "second"])
      expect(start(), run).to.match(/at Object\.<anonymous> \(.*program\.ts:7:8\)/);
  });

  it("is not disturbed by others that start at the same time, and leaves nothing half-written", async () => {
    const others = Array.from({ length: 6 }, () => spawn(process.execPath, command, { cwd: folder }));
    const codes = await Promise.all(others.map(async (child) => (await once(child, "exit"))[0]));
    expect(codes).to.deep.equal([0, 0, 0, 0, 0, 0]);
    expect(start()).to.equal("acme 0\n");
    const kept = readdirSync(join(folder, "node_modules/.cache/bulkhead"));
    expect(kept.map((name) => name.replace(/^[0-9a-f]{32}/, ""))).to.have.members([".js", ".js.map"]);
  });
});
