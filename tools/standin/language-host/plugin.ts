import type { ServerWritableStream } from "@grpc/grpc-js";
import { type RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb";
import { exitOf, interrupt, launch, locateLauncher } from "./launcher";
import { optionVariables, runtimeOptions } from "./options";

/**
 * Runs a policy pack (kind `analyzer`) or a plugin written in Node, passing its output on: the engine finds the
 * plugin's port in its first line. A pack's launcher wants the pack's folder last and as working directory, every
 * other plugin wants it first and runs where the CLI runs.
 */
export async function runPlugin(call: ServerWritableStream<RunPluginRequest, RunPluginResponse>): Promise<void> {
  const request = call.request;
  const folder = request.getInfo()?.getProgramDirectory() || request.getProgram();
  const pack = request.getKind() === "analyzer";
  const options = runtimeOptions(request.getInfo()?.getOptions());
  const launcher = locateLauncher(pack ? "run-policy-pack" : "run-plugin", folder);
  const programArguments = pack ? [...request.getArgsList(), folder] : [folder, ...request.getArgsList()];
  const child = launch({
    nodeArguments: [...options.nodeargs, launcher, ...programArguments],
    cwd: pack ? folder : request.getPwd(),
    env: { ...variables(request.getEnvList()), ...optionVariables(options) },
    output: "pipe",
  });
  child.stdout?.on("data", (chunk: Buffer) => call.write(new RunPluginResponse().setStdout(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => call.write(new RunPluginResponse().setStderr(chunk)));
  call.on("cancelled", () => interrupt(child));
  const code = await exitOf(child);
  if (code !== 0 && !call.cancelled) throw new Error(`Program exited with non-zero exit code: ${code}`);
}

function variables(list: readonly string[]): NodeJS.ProcessEnv {
  if (list.length === 0) return process.env;
  return Object.fromEntries(
    list.map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}
