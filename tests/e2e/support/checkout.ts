import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ClusterApi, readKubeconfig } from "../../../components/cluster/api";
import { stopControlPlane } from "../../../tools/controlplane";
import { progressPrinter, provideToolchain, type Toolchain } from "../../../tools/toolchain";
import { ROOT } from "../../support/estate";
import { killAll, processesOf } from "./processes";

/** Long enough to build the toolchain on a machine that has none of it. */
const BUILD_MS = 45 * 60_000;
const REMOVE_MS = 2 * 60_000;

/** What a command printed, and how it ended. */
export interface Outcome {
  /** Exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as a terminal would have shown them. */
  readonly output: string;
}

/** A command that runs. */
export interface Running {
  /** Of the command and of its whole process group. */
  readonly pid: number;
  readonly ended: Promise<Outcome>;
}

/** A user's own checkout of the working tree, in which nothing but the installed packages is shared with it. */
export class Checkout {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-e2e-")));
  private readonly children: ChildProcess[] = [];
  private readonly apis: ClusterApi[] = [];

  /** @param environment Variables of every command, on top of the machine's. */
  constructor(readonly environment: Record<string, string> = {}) {
    const listed = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" });
    for (const path of listed.split("\0")) {
      if (path === "" || !existsSync(join(ROOT, path))) continue;
      mkdirSync(join(this.root, dirname(path)), { recursive: true });
      cpSync(join(ROOT, path), join(this.root, path));
    }
    symlinkSync(join(ROOT, "node_modules"), join(this.root, "node_modules"));
  }

  path = (...parts: string[]): string => join(this.root, ...parts);
  read = (path: string): string => readFileSync(this.path(path), "utf8");
  write = (path: string, text: string): void => writeFileSync(this.path(path), text);

  /** Replaces a text that has to be there. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} has no "${from}"`);
    this.write(path, text.replace(from, to));
  }

  /** `npm run SCRIPT -- ARGS`, without npm's own lines. */
  npm(script: string, ...args: string[]): Promise<Outcome> {
    return this.begin("npm", ["run", "--silent", script, "--", ...args]).ended;
  }

  /** The embedded CLI as the scripts call it. */
  pulumi(...args: string[]): Promise<Outcome> {
    return this.begin(this.path(".bulkhead/bin/pulumi"), args).ended;
  }

  kubectl(...args: string[]): Promise<Outcome> {
    return this.begin(this.path(".bulkhead/bin/kubectl"), args).ended;
  }

  /** Starts a command in a process group of its own, as a shell does. */
  begin(file: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Running {
    const env = { ...machineEnvironment(), ...this.environment, ...options.env };
    const cwd = options.cwd ?? this.root;
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    this.children.push(child);
    const texts = { stdout: "", stderr: "", output: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        texts[stream] += text;
        texts.output += text;
      });
    }
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code: code ?? undefined, ...texts }));
    });
    return { pid: child.pid ?? 0, ended };
  }

  /** The control plane, as its administrator. */
  async api(): Promise<ClusterApi> {
    const api = await ClusterApi.connect(readKubeconfig(this.path(".bulkhead/kubeconfig")));
    this.apis.push(api);
    return api;
  }

  /** Ends whatever still runs here, also what a failed test has left, and removes the folder. */
  async remove(): Promise<void> {
    for (const api of this.apis) api.close();
    const groups = this.children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    killAll(groups.map(({ pid = 0 }) => pid));
    await stopControlPlane(this.path(".bulkhead"));
    killAll(processesOf(this.root).map(({ pid }) => pid));
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Without what npm and mocha tell the commands that they start, and without another Pulumi's or cluster's settings. */
function machineEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(npm_|INIT_CWD$|NODE_OPTIONS$|TS_NODE_|PULUMI_|KUBECONFIG$|FORCE_COLOR$)/;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))), NO_COLOR: "1" };
}

/** A checkout for a `describe`, made by `make` once the toolchain is in the user's cache, and gone when its tests are over. */
export function useCheckout<C extends Checkout>(make: (toolchain: Toolchain) => C): () => C {
  let checkout: C | undefined;

  before("check out", async function () {
    this.timeout(BUILD_MS);
    checkout = make(await provideToolchain({ report: progressPrinter() }));
  });

  after("remove the checkout", async function () {
    this.timeout(REMOVE_MS);
    await checkout?.remove();
  });

  return () => {
    if (!checkout) throw new Error("the checkout is there in tests and hooks only");
    return checkout;
  };
}
