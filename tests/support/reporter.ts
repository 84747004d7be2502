import Mocha from "mocha";
import { shownNumbers } from "./numbers";

const { EVENT_RUN_END } = Mocha.Runner.constants;

/** mocha's own report, below it the numbers that suites show, and one plain line for whatever reads the end of a log. */
module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(EVENT_RUN_END, () => {
      const { passes = 0, failures = 0, pending = 0 } = this.stats;
      // After mocha's epilogue, which is printed by another listener of the same event.
      process.once("exit", () => {
        const lines = [...shownNumbers(), `${passes} passed, ${failures} failed, ${pending} skipped`];
        process.stdout.write(lines.map((line) => `${line}\n`).join(""));
      });
    });
  }
};
