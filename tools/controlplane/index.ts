import { existsSync, mkdirSync, rmSync } from "node:fs";
import type { Report, Toolchain } from "../toolchain";
import { withLock } from "../toolchain/lock";
import { isRunning } from "../toolchain/program";
import { reported, type Say } from "../toolchain/progress";
import { componentsOf, probeOf, serverUrl } from "./components";
import { prepareCredentials, writeKubeconfigs } from "./credentials";
import { dismiss, ensureGuests, type Invitation, welcome } from "./guests";
import { end } from "./launch";
import {
  clientNames,
  componentNames,
  defaultFolder,
  type GuestName,
  guestNames,
  type Layout,
  layoutOf,
  type ProgramName,
} from "./layout";
import { begin, endAll, endClients, ensure } from "./lifecycle";
import { answers } from "./probe";
import { readState, type State, settlePorts, writeState } from "./state";

export { serviceRange } from "./components";
export { ControlPlaneFailure } from "./failure";
export type { Invitation } from "./guests";
export { type ComponentName, componentNames, defaultFolder, type GuestName } from "./layout";
export { registerNodes, removeNodes, type SimulatedNode } from "./nodes";

export interface ControlPlaneOptions {
  readonly toolchain: Toolchain;
  readonly report: Report;
  /** Unset: .bulkhead in the repository. */
  readonly folder?: string;
  /** More flags for kube-apiserver, such as an audit log. A server that runs with others is restarted. Unset: none. */
  readonly serverFlags?: readonly string[];
}

export interface ControlPlane {
  /** File of the administrator's kubeconfig; its only context is bulkhead-embedded. */
  readonly kubeconfig: string;
  /** https://127.0.0.1:port */
  readonly server: string;
}

export interface ComponentStatus {
  readonly name: ProgramName;
  readonly port: number;
  /** Unset: it does not run. */
  readonly pid?: number;
  readonly ready: boolean;
}

/**
 * Starts what does not run and restarts what does not work or has other flags by now, until all five components are
 * ready. They outlive this program. What etcd holds survives a stop. Throws ControlPlaneFailure.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { toolchain, report, folder = defaultFolder, serverFlags = [] } = options;
  const layout = layoutOf(folder);
  return reported("control plane", report, (say) =>
    exclusively(layout, () => startAll(toolchain, layout, serverFlags, say), say),
  );
}

async function startAll(
  toolchain: Toolchain,
  layout: Layout,
  serverFlags: readonly string[],
  say: Say,
): Promise<ControlPlane> {
  mkdirSync(layout.logs, { recursive: true });
  prepareCredentials(layout);
  const before = readState(layout);
  const ports = await settlePorts(before);
  writeState(layout, { launched: {}, ...before, ports });
  const plan = componentsOf(toolchain, layout, ports, serverFlags);
  await ensure(plan.etcd, layout, say);
  // One that lost its server asks again after a minute and more: until then no controller would know of a new object.
  if ((await ensure(plan["kube-apiserver"], layout, say)) === "started") {
    await endClients(layout);
  }
  const server = serverUrl(ports);
  writeKubeconfigs(layout, server);
  await Promise.all(clientNames.map((name) => ensure(plan[name], layout, say)));
  await ensureGuests(layout);
  return { kubeconfig: layout.kubeconfig, server };
}

/** Ends all components: the API server after its clients, etcd after the API server. */
export async function stopControlPlane(folder: string = defaultFolder): Promise<void> {
  const layout = layoutOf(folder);
  if (existsSync(layout.state)) {
    await exclusively(layout, () => endAll(layout));
  }
}

/** Stops the control plane and forgets it: what etcd holds, ports, keys and logs. The next start begins anew. */
export async function wipeControlPlane(folder: string = defaultFolder): Promise<void> {
  const layout = layoutOf(folder);
  if (existsSync(layout.stateFolder)) {
    await exclusively(layout, async () => {
      await endAll(layout);
      const { etcd, volumePlugins, pki, logs, kubeconfig, state } = layout;
      for (const trace of [etcd, volumePlugins, pki, logs, kubeconfig, state]) {
        rmSync(trace, { recursive: true, force: true });
      }
    });
  }
}

/** How each component and each guest fares; empty when there is no control plane in this folder. */
export async function controlPlaneStatus(folder: string = defaultFolder): Promise<readonly ComponentStatus[]> {
  const layout = layoutOf(folder);
  const state = readState(layout);
  if (state === undefined) return [];
  const guests = guestNames.filter((name) => state.guests?.[name] !== undefined);
  return Promise.all([...componentNames, ...guests].map((name) => statusOf(name, layout, state)));
}

/**
 * Runs a program beside the components, in the name of a service account, until `removeGuest`: also after a stop and
 * a start. One that runs differently is restarted. Ready when this returns. Throws ControlPlaneFailure.
 */
export async function addGuest(invitation: Invitation, folder: string): Promise<void> {
  const layout = layoutOf(folder);
  await exclusively(layout, () => welcome(invitation, layout));
}

/** Ends a guest for good; nothing where there is none. */
export async function removeGuest(name: GuestName, folder: string): Promise<void> {
  const layout = layoutOf(folder);
  await exclusively(layout, () => dismiss(name, layout));
}

/** Ends one component and starts it again as it was, ready when this returns. It must have been started before. */
export async function restartComponent(name: ProgramName, folder: string = defaultFolder): Promise<void> {
  const layout = layoutOf(folder);
  await exclusively(layout, async () => {
    const launched = readState(layout)?.launched[name];
    if (launched === undefined) {
      throw new Error(`${name} does not run in ${folder}`);
    }
    await end(launched);
    await begin({ name, command: launched.command }, layout);
  });
}

function exclusively<T>(layout: Layout, work: () => Promise<T>, say: Say = () => {}): Promise<T> {
  mkdirSync(layout.stateFolder, { recursive: true });
  return withLock(layout.lock, ({ pid }) => say(`waiting for process ${pid}, which is at it`), work);
}

async function statusOf(name: ProgramName, layout: Layout, { ports, launched }: State): Promise<ComponentStatus> {
  const port = ports[name];
  const program = launched[name];
  return program && isRunning(program)
    ? { name, port, pid: program.pid, ready: await answers(probeOf(name, layout, ports)) }
    : { name, port, ready: false };
}
