import pc from "picocolors";

/** Says what is going on: on a terminal on one line that is rewritten, elsewhere with a line every 15 seconds. */
export type Detail = (text: string) => void;

/** The steps of a longer job, each with its number, its outcome and how long it took. */
export class Steps {
  private number = 0;

  constructor(
    private readonly screen: NodeJS.WritableStream,
    private readonly count: number,
    private readonly everyMs = 15_000,
  ) {}

  /** The work's result; its second half is what people are told about it. */
  async run<T>(title: string, work: (detail: Detail) => Promise<readonly [T, string]>): Promise<T> {
    const line = this.begin(title);
    try {
      const [result, told] = await work(line.detail);
      line.end(pc.green("✔"), told);
      return result;
    } catch (error) {
      line.end(pc.red("✘"), "");
      throw error;
    }
  }

  /** As run, for work whose failure is a result too. */
  async attempt<T extends { readonly told: string; readonly failure: string | undefined }>(
    title: string,
    work: (detail: Detail) => Promise<T>,
  ): Promise<T> {
    const line = this.begin(title);
    try {
      const result = await work(line.detail);
      line.end(result.failure === undefined ? pc.green("✔") : pc.red("✘"), result.told);
      if (result.failure !== undefined) this.screen.write(`\n${result.failure}\n`);
      return result;
    } catch (error) {
      line.end(pc.red("✘"), "");
      throw error;
    }
  }

  private begin(title: string) {
    this.number += 1;
    const start = Date.now();
    const label = `${this.number}/${this.count} ${title.padEnd(14)}`;
    const terminal = "isTTY" in this.screen && this.screen.isTTY === true;
    const seconds = () => ((Date.now() - start) / 1000).toFixed(1);
    let latest: string | undefined;
    const timer = setInterval(() => {
      if (latest !== undefined) this.screen.write(`${label} ${latest} (${seconds()} s)\n`);
    }, this.everyMs);
    const detail: Detail = (text) => {
      if (terminal) this.screen.write(`\r${label} ${pc.dim(text.slice(0, 100))}\x1b[K`);
      else latest = text;
    };
    return {
      detail,
      end: (mark: string, told: string) => {
        clearInterval(timer);
        this.screen.write(`${terminal ? "\r\x1b[K" : ""}${label} ${mark} ${told} ${pc.dim(`(${seconds()} s)`)}\n`);
      },
    };
  }
}
