import { type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { exitOf, interrupt, launch, locateLauncher } from "./launcher";
import { optionVariables, runtimeOptions } from "./options";

/** The launcher's way to say that the user has been told what was wrong. */
const ALREADY_REPORTED = 32;

export interface Cancellation {
  on(event: "cancelled", listener: () => void): unknown;
}

/** Runs a Pulumi program to its end. `call` is cancelled when the engine gives up on it. */
export async function runProgram(request: RunRequest, engine: string, call: Cancellation): Promise<RunResponse> {
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const options = runtimeOptions(request.getInfo()?.getOptions());
  const child = launch({
    nodeArguments: [...options.nodeargs, locateLauncher("run", folder), ...launcherArguments(request, engine, folder)],
    cwd: process.cwd(),
    env: { ...process.env, ...optionVariables(options), ...configuration(request) },
    output: "inherit",
  });
  call.on("cancelled", () => interrupt(child));
  return verdict(await exitOf(child));
}

function verdict(code: number): RunResponse {
  const response = new RunResponse();
  if (code === ALREADY_REPORTED) return response.setBail(true);
  return code === 0 ? response : response.setError(`Program exited with non-zero exit code: ${code}`);
}

function launcherArguments(request: RunRequest, engine: string, folder: string): string[] {
  const flags: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": request.getInfo()?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: folder,
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(flags).flatMap(([flag, value]) => (value ? [`--${flag}`, value] : [])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

/** The SDK reads config from the environment. */
function configuration(request: RunRequest): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}
