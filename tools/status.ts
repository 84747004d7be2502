import { basename } from "node:path";
import { type ComponentStatus, controlPlaneStatus, defaultFolder } from "./controlplane";
import { ownFolders } from "./controlplane/clusters";

/** npm run status: what runs of the embedded control plane. Exits with 1 unless all of it is ready. */
async function main(): Promise<void> {
  const folders = [defaultFolder, ...ownFolders(defaultFolder)];
  const planes = await Promise.all(folders.map((folder) => controlPlaneStatus(folder)));
  const components = planes.flat();
  if (components.length === 0) {
    console.log("there is no control plane here; npm start makes one");
  } else {
    for (const [index, plane] of planes.entries()) {
      if (index > 0) console.log(`\ncluster ${basename(folders[index] ?? "")}`);
      console.log([row("COMPONENT", "PID", "PORT", "STATE"), ...plane.map(describe)].join("\n"));
    }
  }
  process.exitCode = components.length > 0 && components.every(({ ready }) => ready) ? 0 : 1;
}

function describe({ name, pid, port, ready }: ComponentStatus): string {
  const state = ready ? "ready" : pid === undefined ? "not running" : "not ready";
  return row(name, pid === undefined ? "-" : String(pid), String(port), state);
}

function row(name: string, pid: string, port: string, state: string): string {
  return `${name.padEnd(25)}${pid.padEnd(9)}${port.padEnd(7)}${state}`;
}

void main();
