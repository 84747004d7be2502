import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ClusterApi, readKubeconfig } from "../../components/cluster/api";
import { registerNodes, startControlPlane, wipeControlPlane } from "../../tools/controlplane";
import { nodesOf } from "../../tools/embedded/nodes";
import { type Engine, type EngineEvent, provideEngine, type RunResult, runPulumi } from "../../tools/engine";
import { compilePack, PACK } from "../../tools/policies/compile";
import { progressPrinter, provideToolchain } from "../../tools/toolchain";
import { estateOf, ROOT, stackValues } from "../support/estate";

type PolicyEvent = NonNullable<EngineEvent["policyEvent"]>;

describe("the policy pack under the real engine", function () {
  this.timeout(120_000);
  const root = mkdtempSync(join(tmpdir(), "bulkhead-policies-"));
  const folder = join(root, ".bulkhead");
  let engine: Engine;
  let kubeconfig: string;

  before(async function () {
    this.timeout(45 * 60_000);
    compilePack();
    copyProgram(root);
    const toolchain = await provideToolchain({ report: progressPrinter() });
    ({ kubeconfig } = await startControlPlane({ toolchain, report: () => {}, folder }));
    await registerNodes(kubeconfig, nodesOf(estateOf(stackValues("dev"))));
    engine = provideEngine({ pulumi: toolchain.pulumi, folder });
    const { code, stderr } = await runPulumi(engine, ["stack", "init", "dev"], { cwd: root });
    expect(code, stderr).to.equal(0);
  });
  after(async function () {
    this.timeout(60_000);
    await wipeControlPlane(folder);
    rmSync(root, { recursive: true, force: true });
  });

  /** Runs the program, after the lines of `sabotage`, under the pack. */
  async function run(command: readonly string[], sabotage = ""): Promise<RunResult & { policies: PolicyEvent[] }> {
    const program = ['require("./register");', sabotage, 'module.exports = require("./index.ts");'];
    writeFileSync(join(root, "program.js"), program.join("\n"));
    const policies: PolicyEvent[] = [];
    const onEvent = ({ policyEvent }: EngineEvent) => policyEvent && policies.push(policyEvent);
    const args = [...command, "--stack", "dev", "--non-interactive", "--color", "never", "--policy-pack", PACK];
    return { ...(await runPulumi(engine, args, { cwd: root, onEvent })), policies };
  }

  it("lets a preview of Pulumi.dev.yaml pass, without a note", async () => {
    const { code, stdout, policies } = await run(["preview"]);
    expect(policies).to.deep.equal([]);
    expect(code, stdout).to.equal(0);
    expect(stdout).to.match(/Policies:\s+✅ bulkhead@v0\.1\.0/);
  });

  it("fails a preview in which a tenant's network is open, and says what to do", async () => {
    const { code, stdout, policies } = await run(
      ["preview"],
      `const network = require("./components/tenant/network");
       network.baselinePolicy = (tenant, namespace) => ({
         apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "bulkhead-baseline", namespace }, spec: {} });`,
    );
    expect(code).to.not.equal(0);
    const [event] = policies;
    expect(event).to.deep.include({
      policyName: "namespace-is-guarded",
      policyPackName: "bulkhead",
      enforcementLevel: "mandatory",
      severity: "critical",
    });
    expect(stdout).to.include(
      'namespace-denies-by-default: Namespace "globex" does not deny by default: add a NetworkPolicy with an empty podSelector and Ingress and Egress in its policyTypes.',
    );
    expect(stdout).to.match(/\[mandatory\].*namespace-is-guarded/);
  });

  it("stops an update before a binding of a built-in role is made", async () => {
    const { code, stdout } = await run(
      ["up", "--yes", "--skip-preview"],
      `const access = require("./components/tenant/access");
       const { profileBindings } = access;
       access.profileBindings = (...args) => profileBindings(...args).map((binding) => ({
         ...binding, roleRef: { ...binding.roleRef, name: "edit" } }));`,
    );
    expect(code).to.not.equal(0);
    expect(stdout).to.include("grants the built-in role edit: bind a bulkhead:tenant-* role instead.");
    const api = await ClusterApi.connect(readKubeconfig(kubeconfig));
    try {
      const { items } = await api.get<{ items: { roleRef: { name: string } }[] }>(
        "/apis/rbac.authorization.k8s.io/v1/rolebindings",
      );
      expect(items.map(({ roleRef }) => roleRef.name)).to.not.include("edit");
    } finally {
      api.close();
    }
  });

  it("refuses the machine's own cluster, for an object and for what the engine falls back to", async () => {
    const { code, policies } = await run(
      ["preview", "--config", "pulumi:disable-default-providers=[]"],
      `const { Namespace } = require("@pulumi/kubernetes/core/v1");
       new Namespace("stray", { metadata: { name: "stray" } });`,
    );
    expect(code).to.not.equal(0);
    const refused = policies.filter(({ policyName }) => policyName === "provider-is-explicit");
    const names = refused.map(({ resourceUrn }) => resourceUrn?.split("::").at(-1)?.replace(/\d.*/, "<version>"));
    expect(names).to.have.members(["default_<version>", "stray"]);
  });
});

/** The program without its tests and tools; its stack file leads to this folder's cluster. */
function copyProgram(root: string): void {
  const left = new Set(["node_modules", ".git", ".bulkhead", "tests", "tools", "docs", "policies"]);
  for (const entry of readdirSync(ROOT).filter((name) => !left.has(name))) {
    cpSync(join(ROOT, entry), join(root, entry), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
}
