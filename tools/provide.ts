import { MissingToolchain, progressPrinter, provideToolchain } from "./toolchain";

/** npm run toolchain: finds or builds what the embedded estate runs on, so that nothing later has to wait for it. */
async function main(): Promise<void> {
  const { pulumi, controlPlane, kwok } = await provideToolchain({ report: progressPrinter() });
  console.log(`toolchain: pulumi (${pulumi.origin}), Kubernetes (${controlPlane.origin}), kwok (${kwok.origin})`);
}

main().catch((error: unknown) => {
  console.error(error instanceof MissingToolchain ? error.message : error);
  process.exitCode = 1;
});
