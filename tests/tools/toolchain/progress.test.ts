import { PassThrough } from "node:stream";
import type { WriteStream } from "node:tty";
import { expect } from "chai";
import { type Progress, progressPrinter } from "../../../tools/toolchain";

const compiling = (done: number, elapsed: number, state: Progress["state"] = "working"): Progress => ({
  what: "Kubernetes control plane",
  doing: "compiling",
  count: { done, of: 2722, unit: "packages" },
  elapsed,
  state,
});

describe("progress", () => {
  it("prints a line at the beginning, one every 15 seconds, and one at the end, where nobody watches", () => {
    const stream = new PassThrough();
    const report = progressPrinter(stream);
    for (let second = 0; second <= 31; second += 1) {
      report(compiling(second * 26, second * 1000));
    }
    report(compiling(2722, 130_000, "done"));
    expect(stream.read().toString()).to.equal(
      `Kubernetes control plane: compiling, 0 of 2,722 packages, 0s
Kubernetes control plane: compiling, 390 of 2,722 packages, 15s
Kubernetes control plane: compiling, 780 of 2,722 packages, 30s
Kubernetes control plane: ready, 2m10s
`,
    );
  });

  it("rewrites one line, no longer than the terminal is wide, where somebody watches", () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
    const report = progressPrinter(stream as unknown as WriteStream);
    report(compiling(812, 130_000));
    report(compiling(813, 131_000, "failed"));
    expect(stream.read().toString()).to.equal(
      "\rKubernetes control plane: compiling, 81\x1b[K\rKubernetes control plane: compiling fai\x1b[K\n",
    );
  });
});
