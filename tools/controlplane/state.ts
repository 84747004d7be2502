import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { isRunning, type Program } from "../toolchain/program";
import type { GuestName, Layout, ProgramName } from "./layout";
import { writeWhole } from "./write";

/** A program of ours, and the command that it runs. */
export interface Launched extends Program {
  readonly command: readonly string[];
}

const portNames = [
  "etcd",
  "etcd-peer",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "karpenter",
  "karpenter-metrics",
] as const;
export type Ports = Readonly<Record<(typeof portNames)[number], number>>;

/** What is known about a control plane between two runs of ours. */
export interface State {
  /** Remembered over stop and start: kubeconfigs and Pulumi stacks that name them stay right. */
  readonly ports: Ports;
  readonly launched: Partial<Readonly<Record<ProgramName, Launched>>>;
  /** Who is to run beside the components. Unset: nobody. */
  readonly guests?: Partial<Readonly<Record<GuestName, Guest>>>;
}

/** How a guest is run: with its own ports, kubeconfig and the cloud's on top. */
export interface Guest {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Of the service account that it is. */
  readonly token: string;
}

/** Undefined: there never was a control plane here, or it was wiped. */
export function readState(layout: Layout): State | undefined {
  try {
    return JSON.parse(readFileSync(layout.state, "utf8")) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** Notes that a component runs as this program; undefined: not at all. */
export function recordLaunch(layout: Layout, name: ProgramName, launched: Launched | undefined): void {
  const state = readState(layout);
  if (state) {
    const { [name]: _before, ...others } = state.launched;
    writeState(layout, { ...state, launched: launched ? { ...others, [name]: launched } : others });
  }
}

export function writeState(layout: Layout, state: State): void {
  writeWhole(layout.state, JSON.stringify(state, undefined, 2));
}

/** The remembered ports; another one for each whose program does not run and which somebody else has taken since. */
export async function settlePorts(state: State | undefined): Promise<Ports> {
  const settled: [string, number][] = [];
  const reserved: Server[] = [];
  for (const name of portNames) {
    const remembered = state?.ports[name];
    const owner = state?.launched[ownerOf(name)];
    if (remembered !== undefined && owner !== undefined && isRunning(owner)) {
      settled.push([name, remembered]);
      continue;
    }
    const server = (remembered && (await reserve(remembered))) || (await reserve(0));
    const address = server?.address();
    if (server && address && typeof address === "object") {
      reserved.push(server);
      settled.push([name, address.port]);
    }
  }
  await Promise.all(reserved.map((server) => new Promise((closed) => server.close(closed))));
  return Object.fromEntries(settled) as Record<(typeof portNames)[number], number>;
}

/** Two programs listen on two ports. */
function ownerOf(port: (typeof portNames)[number]): ProgramName {
  if (port === "etcd-peer") return "etcd";
  return port === "karpenter-metrics" ? "karpenter" : port;
}

/** Listens on a port of the loopback interface, 0 for any that is free; undefined when it is taken. */
function reserve(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
