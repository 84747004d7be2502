import { run } from "./command";
import { findOnPath } from "./path";
import { atLeast } from "./version";

/** What the machine has of a part, or why what it has does not do. */
export type Lookup<T> = ({ readonly found: true } & T) | { readonly found: false; readonly reason: string };

export const components = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"] as const;
export type ComponentName = (typeof components)[number];

type Environment = NodeJS.ProcessEnv;

/** A CLI without a Node language host beside it could not run a program in TypeScript. */
export async function machinePulumi(environment: Environment): Promise<Lookup<{ file: string }>> {
  const file = findOnPath("pulumi", environment);
  if (file === undefined) {
    return missing("no pulumi on PATH");
  }
  if (findOnPath("pulumi-language-nodejs", environment) === undefined) {
    return missing("pulumi on PATH has no pulumi-language-nodejs");
  }
  const version = await ask([file, "version"], { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" });
  return atLeast(version, "3.226") ? { found: true, file } : missing(`pulumi on PATH is ${version}, older than 3.226`);
}

export interface MachineControlPlane {
  readonly files: Readonly<Record<ComponentName, string>>;
  readonly origin: "KUBEBUILDER_ASSETS" | "PATH";
}

/** All from one place: components of different origin may differ in version by more than Kubernetes supports. */
export async function machineControlPlane(environment: Environment): Promise<Lookup<MachineControlPlane>> {
  const assets = environment.KUBEBUILDER_ASSETS;
  const found = assets ? await controlPlaneIn("KUBEBUILDER_ASSETS", environment, [assets]) : undefined;
  return found?.found ? found : either(await controlPlaneIn("PATH", environment), found);
}

export function machineKwok(environment: Environment): Lookup<{ file: string }> {
  const file = findOnPath("kwok", environment);
  return file === undefined ? missing("no kwok on PATH") : { found: true, file };
}

async function controlPlaneIn(
  origin: MachineControlPlane["origin"],
  environment: Environment,
  folders?: readonly string[],
): Promise<Lookup<MachineControlPlane>> {
  const files = components.map((name) => [name, findOnPath(name, environment, folders)] as const);
  const absent = files.filter(([, file]) => file === undefined).map(([name]) => name);
  if (absent.length > 0) {
    return missing(`no ${absent.join(", ")} ${origin === "PATH" ? "on" : "in"} ${origin}`);
  }
  const programs = Object.fromEntries(files) as Record<ComponentName, string>;
  const version = await ask([programs["kube-apiserver"], "--version"], environment);
  return atLeast(version, "1.30")
    ? { found: true, files: programs, origin }
    : missing(`${origin} has ${version}, older than 1.30`);
}

function either<T>(last: Lookup<T>, before: Lookup<T> | undefined): Lookup<T> {
  return last.found || before === undefined || before.found ? last : missing(`${before.reason}; ${last.reason}`);
}

async function ask(command: [string, string], environment: Environment): Promise<string> {
  try {
    return (await run(command, { environment })).trim();
  } catch {
    return "a version that cannot be run";
  }
}

function missing(reason: string): { found: false; reason: string } {
  return { found: false, reason };
}
