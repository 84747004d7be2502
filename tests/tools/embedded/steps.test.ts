import { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { type Detail, Steps } from "../../../tools/embedded/steps";

/** What is written, piece by piece, without times and colours. */
class Screen extends Writable {
  readonly pieces: string[] = [];

  constructor(readonly isTTY: boolean) {
    super();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.pieces.push(stripVTControlCharacters(chunk.toString()).replace(/\d+\.\d s/, "N s"));
    done();
  }
}

describe("the steps of npm start", () => {
  const EVERY_MS = 20;
  const shown = async (isTTY: boolean, work: (detail: Detail) => Promise<void>) => {
    const screen = new Screen(isTTY);
    await new Steps(screen, 6, EVERY_MS).run("pulumi up", async (detail) => {
      await work(detail);
      return [undefined, "148 created"];
    });
    return screen.pieces;
  };

  it("say where there is no terminal how far they are, from time to time and not for each resource", async () => {
    const pieces = await shown(false, async (detail) => {
      for (let count = 1; count <= 100; count++) detail(`${count} resources, acme`);
      await pause(EVERY_MS * 5);
    });
    expect(pieces.slice(0, 2)).to.deep.equal(Array(2).fill("1/6 pulumi up      100 resources, acme (N s)\n"));
    expect(pieces.length).to.be.lessThan(10);
    expect(pieces.at(-1)).to.equal("1/6 pulumi up      ✔ 148 created (N s)\n");
  });

  it("say nothing in between when there is nothing to say, and nothing once they are over", async () => {
    const pieces = await shown(false, () => pause(EVERY_MS * 3));
    await pause(EVERY_MS * 3);
    expect(pieces).to.deep.equal(["1/6 pulumi up      ✔ 148 created (N s)\n"]);
  });

  it("say it on a terminal on the line that is there", async () => {
    const pieces = await shown(true, async (detail) => {
      detail("1 resources, acme");
      await pause(EVERY_MS * 3);
    });
    expect(pieces).to.deep.equal([
      "\r1/6 pulumi up      1 resources, acme",
      "\r1/6 pulumi up      ✔ 148 created (N s)\n",
    ]);
  });
});
