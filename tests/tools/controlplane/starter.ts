import { startControlPlane } from "../../../tools/controlplane";
import { provideToolchain } from "../../../tools/toolchain";

/** Starts the control plane in the folder that is its argument. */
async function main(folder: string): Promise<void> {
  const report = () => {};
  await startControlPlane({ folder, report, toolchain: await provideToolchain({ report }) });
}

void main(process.argv[2] ?? "");
