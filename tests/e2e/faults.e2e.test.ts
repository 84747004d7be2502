import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { ClusterApi } from "../../components/cluster/api";
import type { Manifest } from "../../components/manifest";
import { planEstate } from "../../components/plan";
import { parseEstate } from "../../config/estate";
import { readStackFile } from "../../config/read";
import { controlPlaneStatus } from "../../tools/controlplane";
import { Checkout, useCheckout } from "./support/checkout";
import { killedWhen, meanwhile } from "./support/kills";
import { objects } from "./support/objects";
import { processesOf } from "./support/processes";

const MINE = `config:
  bulkhead:tenants:
    hooli: { access: { admins: [{ group: hooli-admins }] } }
`;

const POLL_MS = 20;

describe("a deployment that goes wrong in the middle", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout(() => new Checkout());
  let api: ClusterApi | undefined;

  const begin = (...args: string[]) =>
    checkout().begin("npm", ["run", "--silent", "start", "--", "--no-proof", ...args]);

  async function pulumi(...args: string[]): Promise<string> {
    const { code, output } = await checkout().pulumi(...args, "--stack", "dev");
    expect(code, output).to.equal(0);
    return output;
  }

  /** Whether a deployment has made so many quotas more than there were. */
  async function further(quotas: number): Promise<() => Promise<boolean>> {
    const before = await counted();
    return async () => (await counted()) >= before + quotas;
  }

  /** Before the first start there is no cluster to ask. */
  async function counted(): Promise<number> {
    if (!existsSync(checkout().path(".bulkhead/kubeconfig"))) return 0;
    api ??= await checkout().api();
    const { body } = await api.ask("/api/v1/resourcequotas").catch(() => ({ body: {} }));
    return ((body ?? {}) as { items?: unknown[] }).items?.length ?? 0;
  }

  function starter(): number {
    const found = processesOf(checkout().root).find(({ command }) => /^\S*node .*tools\/start\.ts/.test(command));
    if (!found) throw new Error("npm start does not run");
    return found.pid;
  }
  async function server(): Promise<number> {
    const components = await controlPlaneStatus(checkout().path(".bulkhead"));
    const pid = components.find(({ name }) => name === "kube-apiserver")?.pid;
    if (pid === undefined) throw new Error("the API server does not run");
    return pid;
  }

  /** Everything that a stack file asks for, as the cluster names it. */
  function planned(stack: string): string[] {
    const { roles, canary, tenants } = planEstate(parseEstate(readStackFile(checkout().root, stack)));
    const spaces = tenants.flatMap((tenant) => tenant.spaces);
    const all: Manifest[] = [
      ...roles,
      canary.namespace,
      ...canary.guards,
      ...tenants.flatMap(({ runtimeClasses }) => runtimeClasses),
      ...spaces.flatMap(({ namespace, guards, grants }) => [namespace, ...guards, ...grants]),
    ];
    return all
      .map(({ kind, metadata: { namespace, name } }) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`)
      .sort();
  }
  async function made(): Promise<string[]> {
    const names = Object.keys(await objects(await checkout().api()));
    const foreign =
      /^(ConfigMap|ServiceAccount) |system|^Namespace (default|kube-)|^(ClusterRole|Role) (admin|edit|view|cluster-admin)$/;
    const kinds = /^(Namespace|ResourceQuota|LimitRange|NetworkPolicy|RoleBinding|ClusterRole|RuntimeClass) /;
    return names.filter((name) => kinds.test(name) && !foreign.test(name)).sort();
  }

  async function isWhole(): Promise<void> {
    expect(await made()).to.deep.equal(planned("dev"));
    const { deployment } = JSON.parse(await pulumi("stack", "export"));
    const urns = (deployment.resources as { urn: string }[]).map(({ urn }) => urn);
    expect(urns).to.have.lengthOf(new Set(urns).size).and.not.have.lengthOf(0);
    expect(deployment).to.not.have.property("pending_operations");
  }

  it("is completed by the next npm start when the Pulumi CLI was killed", async () => {
    const first = begin();
    await killedWhen(checkout(), "dev", first, await further(4));
    const { code, stdout } = await first.ended;
    expect(code).to.equal(1);
    expect(stdout).to.match(/4\/5 pulumi up +✘/);
    expect(stdout).to.include("pulumi up was killed; npm start takes up what it has left behind");
    expect(stdout).to.include("nothing was looked at, since pulumi up failed");

    const { code: next, output } = await checkout().npm("start", "--no-proof");
    expect(next, output).to.equal(0);
    expect(output).to.match(/4\/5 pulumi up +✔ \d+ created, \d+ unchanged/);
    await isWhole();
  });

  it("is one deployment when npm start is run twice at once", async () => {
    // Of a CLI that was killed, whose pid somebody else has by now.
    const locks = checkout().path(".bulkhead/pulumi/state/.pulumi/locks/organization/bulkhead/dev");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "stale.json"), JSON.stringify({ pid: process.pid }));

    const outcomes = await Promise.all([begin("--json").ended, begin("--json").ended]);
    for (const { code, stdout, stderr } of outcomes) {
      expect(code, stderr).to.equal(0);
      expect(JSON.parse(stdout)).to.have.property("changes").with.all.keys("same");
    }
    const waited = outcomes.filter(({ stderr }) => /npm start: waiting for process \d+, which is at it/.test(stderr));
    expect(waited).to.have.lengthOf(1);
    await isWhole();
  });

  it("ends what it has begun when it is interrupted, and leaves nothing to be mended", async () => {
    await pulumi("destroy", "--yes", "--non-interactive", "--skip-preview");
    const interrupted = begin();
    await meanwhile(interrupted, await further(2));
    // As the terminal does it on Ctrl-C.
    process.kill(-interrupted.pid, "SIGINT");
    const { code, stdout, output } = await interrupted.ended;
    expect(code).to.not.equal(0);
    expect(stdout, output).to.include("interrupted; npm start goes on from here");
    expect(JSON.parse(await pulumi("stack", "export")).deployment).to.not.have.property("pending_operations");
    const programs = processesOf(checkout().root).map(({ command }) => command);
    expect(programs).to.have.lengthOf(5);
  });

  it("is over when npm start was killed, with nothing left running", async () => {
    const killed = begin();
    await meanwhile(killed, await further(2));
    process.kill(starter(), "SIGKILL");
    await killed.ended;
    while (processesOf(checkout().root).length > 5) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  });

  it("says so when the API server dies, and is completed once it is there again", async () => {
    const failing = begin();
    await meanwhile(failing, await further(2));
    process.kill(await server(), "SIGKILL");
    const { code, output } = await failing.ended;
    expect(code).to.equal(1);
    expect(output, output)
      .to.match(/\nconfigured Kubernetes cluster is unreachable: https:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED/)
      .and.not.match(/context canceled|\n +at /);

    const { code: next, output: told } = await checkout().npm("start", "--no-proof");
    expect(next, told).to.equal(0);
    await isWhole();
  });

  it("leaves nothing behind when another stack takes its place", async () => {
    await pulumi("destroy", "--yes", "--non-interactive", "--skip-preview");
    const killed = begin();
    await killedWhen(checkout(), "dev", killed, await further(4));
    await killed.ended;
    checkout().write("Pulumi.mine.yaml", MINE);
    const { code, output } = await checkout().npm("start", "--no-proof", "--stack", "mine");
    expect(code, output).to.equal(0);
    expect(await made()).to.deep.equal(planned("mine"));
  });
});
