import { describeProgress, provideParts } from "../../../tools/toolchain";
import { tiny } from "./workbench";

/** Wants the tiny part with the cache folder that is its argument. */
async function main(cacheFolder: string): Promise<void> {
  const report = (progress: Parameters<typeof describeProgress>[0]) => console.log(describeProgress(progress));
  const part = await provideParts([{ recipe: tiny, reason: "no tiny on PATH" }], { report, cacheFolder });
  console.log(`origin: ${part(tiny).origin}`);
}

void main(process.argv[2] ?? "");
