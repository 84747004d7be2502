import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { writeScript } from "../../../tools/engine/scripts";

describe("a wrapper script", () => {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead it\'s a "folder" $HOME-'));
  const script = join(folder, "bin", "wrapper");
  after(() => rmSync(folder, { recursive: true }));

  it("passes variables and arguments on as they are, whatever characters they have", () => {
    const text = fc.string({ unit: "grapheme-ascii" });
    fc.assert(
      fc.property(text, text, text, (variable, leading, given) => {
        const program = "process.stdout.write(JSON.stringify([process.env.VALUE, ...process.argv.slice(1)]))";
        writeScript(script, {
          purpose: "test",
          environment: { VALUE: variable },
          command: [process.execPath, "-e", program, "--", leading],
        });
        expect(JSON.parse(execFileSync(script, [given], { encoding: "utf8" }))).to.deep.equal([
          variable,
          leading,
          given,
        ]);
      }),
      { numRuns: 20, examples: [["it's", '"$HOME" `id`', "a b"]] },
    );
  }).timeout(30_000);

  it("sets its variables whatever the caller has set", () => {
    writeScript(script, { purpose: "test", environment: { VALUE: "ours" }, command: ["/bin/sh", "-c", "echo $VALUE"] });
    const output = execFileSync(script, { encoding: "utf8", env: { ...process.env, VALUE: "theirs" }, cwd: "/" });
    expect(output).to.equal("ours\n");
  });

  it("finds the programs of its own folder before the caller's", () => {
    const bin = join(folder, "bin");
    writeScript(join(bin, "ls"), { purpose: "test", command: ["/bin/sh", "-c", "echo ours"] });
    writeScript(script, { purpose: "test", before: bin, command: ["/bin/sh", "-c", "ls && command -v cat"] });
    expect(execFileSync(script, { encoding: "utf8" })).to.match(/^ours\n\/.*cat\n$/);
  });

  it("does first what another command says, which sees the same arguments and may stop it", () => {
    const first = (line: string) => ["/bin/sh", "-c", `echo "${line}"`, "first"];
    const command = ["/bin/sh", "-c", 'echo "$VALUE $*"', "command"];
    writeScript(script, {
      purpose: "test",
      first: first("export VALUE='$1 again'; set -- more \\\"\\$@\\\""),
      command,
    });
    expect(execFileSync(script, ["one", "two"], { encoding: "utf8" })).to.equal("one again more one two\n");
    writeScript(script, { purpose: "test", first: ["/bin/sh", "-c", "exit 3"], command });
    expect(spawnSync(script, { encoding: "utf8" })).to.include({ status: 3, stdout: "" });
  });

  it("is not written again when nothing has changed", () => {
    const content = { purpose: "test", command: ["/bin/true"] };
    writeScript(script, content);
    const { ino, mode } = statSync(script);
    writeScript(script, content);
    expect(statSync(script).ino).to.equal(ino);
    expect(mode & 0o777).to.equal(0o755);
  });
});
