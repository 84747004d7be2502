import { expect } from "chai";
import { CommandFailed, run } from "../../../tools/toolchain/command";

describe("a command of the toolchain", () => {
  it("is ended with all it has started when it takes longer than it may, and has failed", async () => {
    const start = Date.now();
    const running = run(["/bin/sh", "-c", "sleep 30 & wait"], { environment: process.env, limit: 50 });
    const failure: unknown = await running.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(CommandFailed);
    expect((failure as Error).message).to.equal("/bin/sh -c ended with SIGTERM");
    expect(Date.now() - start).to.be.lessThan(10_000);
  });
});
