import { Command } from "commander";
import { MissingToolchain, progressPrinter, provideKarpenter, provideToolchain } from "./toolchain";

/** npm run toolchain: finds or builds what any embedded estate may need, so that nothing later has to wait for it. */
async function main(): Promise<void> {
  const { offline } = new Command("npm run toolchain --")
    .description("find or build what the control plane on this machine is made of")
    .option("--offline", "use only what this machine and the caches have")
    .parse()
    .opts<{ offline?: true }>();
  const options = { report: progressPrinter(), network: offline ? "offline" : "online" } as const;
  const { pulumi, controlPlane, kwok } = await provideToolchain(options);
  const karpenter = await provideKarpenter(options);
  const origins = Object.entries({ pulumi, Kubernetes: controlPlane, kwok, Karpenter: karpenter });
  console.log(`toolchain: ${origins.map(([name, { origin }]) => `${name} (${origin})`).join(", ")}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof MissingToolchain ? error.message : error);
  process.exitCode = 1;
});
