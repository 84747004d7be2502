import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  type ComponentName,
  componentNames,
  controlPlaneStatus,
  registerNodes,
  removeNodes,
  restartComponent,
  startControlPlane,
  stopControlPlane,
  wipeControlPlane,
} from "../../../tools/controlplane";
import { withApi } from "../../../tools/controlplane/api";
import { progressPrinter, provideToolchain, type Toolchain } from "../../../tools/toolchain";
import { programAt } from "../../../tools/toolchain/program";
import { spawnScript, until } from "../toolchain/workbench";

describe("the embedded control plane", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-controlplane-"));
  let toolchain: Toolchain;

  before(async function () {
    this.timeout(45 * 60_000);
    toolchain = await provideToolchain({ report: progressPrinter() });
  });
  after(async () => {
    await wipeControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (serverFlags: readonly string[] = []) =>
    startControlPlane({ toolchain, folder, serverFlags, report: () => {} });
  const pids = async () => {
    const statuses = await controlPlaneStatus(folder);
    return Object.fromEntries(statuses.map(({ name, pid }) => [name, pid])) as Record<ComponentName, number>;
  };
  const kill = async (name: ComponentName) => {
    const pid = (await pids())[name];
    process.kill(pid, "SIGKILL");
    await until(() => programAt(pid) === undefined);
  };

  it("is ready when its start returns, with a kubeconfig that only its owner may read", async () => {
    const { kubeconfig, server } = await start();
    expect(kubeconfig).to.equal(join(folder, "kubeconfig"));
    expect(statSync(kubeconfig).mode & 0o777).to.equal(0o600);
    expect(readFileSync(kubeconfig, "utf8")).to.include("current-context: bulkhead-embedded").and.to.include(server);
    const statuses = await controlPlaneStatus(folder);
    expect(statuses.map(({ name, ready }) => [name, ready])).to.deep.equal([
      ["etcd", true],
      ["kube-apiserver", true],
      ["kube-controller-manager", true],
      ["kube-scheduler", true],
      ["kwok", true],
    ]);
  });

  it("is left as it is by a second start", async () => {
    const before = await pids();
    await start();
    expect(await pids()).to.deep.equal(before);
  });

  it("has simulated nodes that are ready when registered, and as they were asked for last, until the owner removes them", async () => {
    const { kubeconfig } = await start();
    const capacity = { cpu: "4", memory: "8Gi", pods: "110" };
    const taints = [{ key: "bulkhead.dev/tenant", value: "acme", effect: "NoSchedule" as const }];
    await registerNodes(kubeconfig, [{ name: "other-1", capacity }], "somebody-else");
    await registerNodes(kubeconfig, [
      { name: "acme-1", capacity },
      { name: "acme-2", capacity },
    ]);
    const handlers = ["runc", "runsc"];
    await registerNodes(kubeconfig, [{ name: "acme-1", capacity, taints, labels: { zone: "a" }, handlers }]);
    await removeNodes(kubeconfig, ({ labels }) => labels?.zone === undefined);
    const nodes = await withApi(kubeconfig, (api) => api("GET", "/api/v1/nodes"));
    const { items } = nodes.body as { items: { metadata: { name: string }; spec: object; status: object }[] };
    expect(items.map(({ metadata }) => metadata.name)).to.deep.equal(["acme-1", "other-1"]);
    expect(items[0]?.spec).to.deep.equal({ taints });
    expect(items[0]?.metadata).to.have.nested.property("labels.zone", "a");
    const runtimeHandlers = [{ name: "" }, { name: "runc" }, { name: "runsc" }];
    expect(items[0]?.status).to.deep.include({ capacity, allocatable: capacity, runtimeHandlers });
  });

  it("registers nodes that have not changed without a write", async () => {
    const { kubeconfig } = await start();
    const nodes = [{ name: "acme-1", capacity: { cpu: "4", memory: "8Gi", pods: "110" }, labels: { zone: "a" } }];
    const version = async () => {
      const { body } = await withApi(kubeconfig, (api) => api("GET", "/api/v1/nodes/acme-1"));
      return (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
    };
    await registerNodes(kubeconfig, nodes);
    const before = await version();
    await registerNodes(kubeconfig, nodes);
    expect(await version()).to.equal(before);
  });

  it("binds a pod to a simulated node, where it runs at once, and accepts a privileged one", async () => {
    const { kubeconfig } = await start();
    const pod = await withApi(kubeconfig, async (api) => {
      const container = { name: "app", image: "app", securityContext: { privileged: true } };
      const body = { metadata: { name: "app" }, spec: { nodeSelector: { zone: "a" }, containers: [container] } };
      const path = "/api/v1/namespaces/default/pods";
      expect((await api("POST", path, body)).status).to.equal(201);
      for (;;) {
        const { spec, status } = (await api("GET", `${path}/app`)).body as {
          spec: { nodeName?: string };
          status: { phase: string };
        };
        if (status.phase !== "Pending") {
          return { node: spec.nodeName, phase: status.phase };
        }
      }
    });
    expect(pod).to.deep.equal({ node: "acme-1", phase: "Running" });
  });

  it("is healed by the next start when the scheduler or etcd was killed, and nothing else is touched", async () => {
    // More than once: half of the time the first thread of a killed etcd is over before others let go of its port.
    for (const name of ["kube-scheduler", "etcd", "etcd", "etcd", "etcd"] as const) {
      const { [name]: killed, ...others } = await pids();
      await kill(name);
      expect((await controlPlaneStatus(folder)).find((status) => status.name === name)).to.include({ ready: false });
      await start();
      const { [name]: healed, ...same } = await pids();
      expect(healed).to.be.a("number").and.not.to.equal(killed);
      expect(same).to.deep.equal(others);
    }
  });

  it("restarts one component on request", async () => {
    const { kwok, ...others } = await pids();
    await restartComponent("kwok", folder);
    const { kwok: restarted, ...same } = await pids();
    expect(restarted).to.be.a("number").and.not.to.equal(kwok);
    expect(same).to.deep.equal(others);
  });

  it("restarts the API server when it is to run with other flags", async () => {
    const { "kube-apiserver": before, etcd } = await pids();
    await start(["--audit-log-path=-"]);
    const { "kube-apiserver": after, ...others } = await pids();
    expect(after).to.be.a("number").and.not.to.equal(before);
    expect(others).to.include({ etcd });
  });

  it("begins the API server's clients anew with it: one that lost it may not come back for minutes", async () => {
    const before = await pids();
    await kill("kube-apiserver");
    await start();
    const after = await pids();
    expect(after.etcd).to.equal(before.etcd);
    for (const name of ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const) {
      expect(after[name], name).to.be.a("number").and.not.to.equal(before[name]);
    }
  });

  it("is gone, with all its ports free, after a stop, and comes back on the same ports with all it held", async () => {
    const before = await controlPlaneStatus(folder);
    await stopControlPlane(folder);
    for (const { pid, port } of before) {
      expect(pid === undefined ? undefined : programAt(pid)).to.equal(undefined);
      expect(await isFree(port)).to.equal(true);
    }
    expect(programsOf(folder)).to.equal(0);
    const { kubeconfig } = await start();
    expect((await controlPlaneStatus(folder)).map(({ port }) => port)).to.deep.equal(before.map(({ port }) => port));
    const pod = await withApi(kubeconfig, (api) => api("GET", "/api/v1/namespaces/default/pods/app"));
    expect(pod.status).to.equal(200);
  });

  it("takes another port when somebody else has taken one of its own meanwhile", async () => {
    const before = await controlPlaneStatus(folder);
    await stopControlPlane(folder);
    const taken = before.find(({ name }) => name === "kube-apiserver")?.port;
    const squatter = createServer().listen(taken, "127.0.0.1");
    await once(squatter, "listening");
    await start();
    squatter.close();
    const after = await controlPlaneStatus(folder);
    expect(after.every(({ ready }) => ready)).to.equal(true);
    expect(after.find(({ name }) => name === "kube-apiserver")?.port).not.to.equal(taken);
  });

  it("is one, however many starts run at the same time", async () => {
    await stopControlPlane(folder);
    const starters = [1, 2].map(() => spawnScript(join(__dirname, "starter.ts"), [folder], process.env));
    const codes = await Promise.all(starters.map((child) => once(child, "close")));
    expect(codes.map(([code]) => code)).to.deep.equal([0, 0]);
    expect((await controlPlaneStatus(folder)).every(({ ready }) => ready)).to.equal(true);
    expect(programsOf(folder)).to.equal(componentNames.length);
  });

  it("is healed by the next start when a start was killed half-way", async () => {
    await stopControlPlane(folder);
    const starter = spawnScript(join(__dirname, "starter.ts"), [folder], process.env);
    const state = join(folder, "state", "controlplane.json");
    await until(() => readFileSync(state, "utf8").includes("--etcd-servers"));
    starter.kill("SIGKILL");
    await once(starter, "close");
    await start();
    expect((await controlPlaneStatus(folder)).every(({ ready }) => ready)).to.equal(true);
    expect(programsOf(folder)).to.equal(componentNames.length);
  });

  it("leaves no process, no key and no object when it is wiped", async () => {
    await wipeControlPlane(folder);
    expect(programsOf(folder)).to.equal(0);
    expect(existsSync(join(folder, "kubeconfig"))).to.equal(false);
    expect(await controlPlaneStatus(folder)).to.deep.equal([]);
  });
});

/** How many programs name the folder in their command: found by looking, not by what the control plane knows. */
function programsOf(folder: string): number {
  return commands().filter((command) => command.includes(folder)).length;
}

function commands(): string[] {
  if (process.platform !== "linux") {
    return execFileSync("ps", ["-axo", "command="], { encoding: "utf8" }).split("\n");
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandOf);
}

/** Empty when the program has ended since it was listed. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
