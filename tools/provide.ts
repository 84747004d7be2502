import { Command } from "commander";
import { MissingToolchain, progressPrinter, provideToolchain } from "./toolchain";

/** npm run toolchain: finds or builds what the embedded estate runs on, so that nothing later has to wait for it. */
async function main(): Promise<void> {
  const { offline } = new Command("npm run toolchain --")
    .description("find or build what the control plane on this machine is made of")
    .option("--offline", "use only what this machine and the caches have")
    .parse()
    .opts<{ offline?: true }>();
  const network = offline ? "offline" : "online";
  const { pulumi, controlPlane, kwok } = await provideToolchain({ report: progressPrinter(), network });
  console.log(`toolchain: pulumi (${pulumi.origin}), Kubernetes (${controlPlane.origin}), kwok (${kwok.origin})`);
}

main().catch((error: unknown) => {
  console.error(error instanceof MissingToolchain ? error.message : error);
  process.exitCode = 1;
});
