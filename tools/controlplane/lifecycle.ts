import { setTimeout as pause } from "node:timers/promises";
import { isRunning, type Program } from "../toolchain/program";
import type { Say } from "../toolchain/progress";
import { type Component, probeOf } from "./components";
import { ControlPlaneFailure } from "./failure";
import { end, launch } from "./launch";
import { clientNames, guestNames, type Layout, type ProgramName } from "./layout";
import { answers } from "./probe";
import { readState, recordLaunch } from "./state";

const pollMilliseconds = 100;
const startMilliseconds = 120_000;
/** For one that is found running: it may have been started a moment ago, or it may hang. */
const findMilliseconds = 60_000;

/**
 * Leaves a component that works as it is told to; starts it otherwise, after ending the one that does not.
 * Says whether it was found or started.
 */
export async function ensure(component: Component, layout: Layout, say: Say): Promise<"found" | "started"> {
  say(`waiting for ${component.name}`);
  const running = readState(layout)?.launched[component.name];
  if (running && isRunning(running)) {
    const same = JSON.stringify(running.command) === JSON.stringify(component.command);
    if (same && (await becomesReady(component.name, running, layout, findMilliseconds))) {
      return "found";
    }
    await end(running);
  }
  await begin(component, layout);
  return "started";
}

/** Starts a component that does not run, and waits until it is ready. */
export async function begin({ name, command }: Component, layout: Layout): Promise<void> {
  const logs = { log: layout.log(name), previous: layout.previousLog(name) };
  const program = launch(command, logs, (started) => recordLaunch(layout, name, { ...started, command }));
  if (!(await becomesReady(name, program, layout, startMilliseconds))) {
    const problem = isRunning(program) ? "did not become ready" : "ended instead of becoming ready";
    throw new ControlPlaneFailure(name, problem, logs.log);
  }
}

/** Ends all components: the API server after its clients, etcd after the API server. */
export async function endAll(layout: Layout): Promise<void> {
  await endClients(layout);
  await endNamed("kube-apiserver", layout);
  await endNamed("etcd", layout);
}

/** Ends what works through the API server. */
export async function endClients(layout: Layout): Promise<void> {
  await Promise.all([...clientNames, ...guestNames].map((name) => endNamed(name, layout)));
}

export async function endNamed(name: ProgramName, layout: Layout): Promise<void> {
  const program = readState(layout)?.launched[name];
  if (program !== undefined) {
    await end(program);
    recordLaunch(layout, name, undefined);
  }
}

async function becomesReady(name: ProgramName, program: Program, layout: Layout, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  while (isRunning(program) && Date.now() < deadline) {
    const state = readState(layout);
    if (state && (await answers(probeOf(name, layout, state.ports)))) {
      return true;
    }
    await pause(pollMilliseconds);
  }
  return false;
}
