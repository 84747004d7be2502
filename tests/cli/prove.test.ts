import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { guardrailManifests } from "../../components/guardrails/plan";
import type { Manifest } from "../../components/manifest";
import { planEstate } from "../../components/plan";
import { parseEstate } from "../../config/estate";
import { readStackFile } from "../../config/read";
import { controlPlaneStatus } from "../../tools/controlplane";
import { apply, applyPlan, pathOf, remove, until } from "../support/apply";
import { useControlPlane } from "../support/controlplane";
import { ROOT } from "../support/estate";
import { applyGuardrails } from "../support/guardrails";

const SETUP_MS = 180_000;
const PROOF_MS = 180_000;

const TENANTS = {
  acme: { access: { admins: [{ group: "acme-admins" }] } },
  globex: { access: { admins: [{ group: "globex-admins" }] } },
};

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Ended>;
}

describe("bulkhead prove", function () {
  this.timeout(PROOF_MS);
  const cluster = useControlPlane();
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-prove-"));
  const file = (name: string) => join(folder, name);
  const read = (name: string) => readFileSync(file(name), "utf8");

  before("deploy an estate", async function () {
    this.timeout(SETUP_MS);
    const { api, kubeconfig } = cluster();
    const platform = { kind: "existing", kubeconfig };
    const config = { "bulkhead:platform": platform, "bulkhead:tenants": TENANTS };
    writeFileSync(file("Pulumi.live.yaml"), stringify({ config }));
    const estate = parseEstate(readStackFile(folder, "live"));
    const { policies, bindings, mutations, mutationBindings } = guardrailManifests(estate, { mutatingPolicies: "v1" });
    await applyGuardrails(api, [...policies, ...mutations, ...bindings, ...mutationBindings]);
    await applyPlan(api, planEstate(estate));
  });

  after("forget the stack", () => rmSync(folder, { recursive: true, force: true }));

  function begin(...args: string[]): Running {
    const command = [join(ROOT, "cli/bulkhead.js"), "prove", "--stack", "live", ...args];
    const child = spawn(process.execPath, command, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      said.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      said.stderr += chunk;
    });
    const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, ...said })));
    return { child, ended };
  }

  const run = (...args: string[]) => begin(...args).ended;

  async function scratch(): Promise<string[]> {
    const path = "/api/v1/pods?labelSelector=app.kubernetes.io%2Fpart-of%3Disolation-proof";
    const { items } = await cluster().api.get<{ items: { metadata: { name: string } }[] }>(path);
    return items.map(({ metadata }) => metadata.name);
  }

  async function withObject<T>(manifest: object, work: () => Promise<T>): Promise<T> {
    await apply(cluster().api, manifest as Manifest);
    try {
      return await work();
    } finally {
      await remove(cluster().api, manifest as Manifest);
      const gone = async () => (await cluster().api.ask(pathOf(manifest as Manifest))).status === 404;
      await until("it is gone", gone);
    }
  }

  it("proves an estate as it was deployed, and writes what it found in every form", async () => {
    const reports = ["--junit", file("junit.xml"), "--sarif", file("sarif.json"), "--markdown", file("page.md")];
    const { code, stdout, stderr } = await run("--strict", ...reports);
    expect(code, stdout + stderr).to.equal(0);
    expect(stdout).to.match(/│ border +│ enforced \d{3,} +│ enforced \d{3,} +│/);
    expect(stdout).to.match(
      /^\d+ attacks: \d+ stopped by whom they should be, 0 not, 0 undecided, \d+ not testable here; /m,
    );
    expect(read("junit.xml")).to.match(/^<\?xml version="1.0"/);
    expect(JSON.parse(read("sarif.json")).runs[0].results).to.deep.equal([]);
    expect(read("page.md")).to.contain("nobody of another tenant sees or changes anything of acme");
    expect(await scratch()).to.deep.equal([]);
  });

  it("is refused on a cluster that carries another stack, which is told by name", async () => {
    const path = "/apis/rbac.authorization.k8s.io/v1/clusterroles/bulkhead:tenant-admin";
    const claimedBy = (owner: string | null) =>
      cluster().api.ask(path, {
        method: "PATCH",
        contentType: "application/merge-patch+json",
        body: { metadata: { annotations: { "bulkhead.dev/stack": owner } } },
      });
    await claimedBy("bulkhead/mine");
    try {
      const { code, stderr } = await run("--attack", "T07");
      expect(stderr).to.include("carries stack mine, not live; write --stack mine");
      expect(code).to.equal(3);
    } finally {
      await claimedBy(null);
    }
  });

  it("tries one attack on one tenant, and prints what came of it as JSON", async () => {
    const { code, stdout } = await run("--tenant", "acme", "--attack", "T07", "--json");
    expect(code).to.equal(0);
    const { complete, attacks, results } = JSON.parse(stdout);
    expect({ complete, ...attacks }).to.deep.include({ complete: true, failed: 0, inconclusive: 0 });
    expect(new Set(results.map(({ tenant, threat }: Record<string, string>) => `${tenant} ${threat}`))).to.deep.equal(
      new Set(["acme T07"]),
    );
  });

  it("exits with 1 when somebody has a right that no grant gives", async () => {
    const binding = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "favour", namespace: "acme" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "globex-admins" }],
    };
    const { code, stdout } = await withObject(binding, () => run("--attack", "T07"));
    expect(code).to.equal(1);
    expect(stdout).to.contain("Group globex-admins has view in acme by favour");
  });

  it("exits with 2 under --strict for a namespace that belongs to nobody, and with 0 without", async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "playground" } };
    const codes = await withObject(namespace, async () => [
      (await run("--attack", "T07", "--strict")).code,
      (await run("--attack", "T07")).code,
    ]);
    expect(codes).to.deep.equal([2, 0]);
  });

  it("exits with 3 and says why when nothing can be tried", async () => {
    const cases: [args: string[], why: string][] = [
      [["--tenant", "nobody"], "no tenant nobody; the estate has acme, globex"],
      [["--kubeconfig", file("none")], `there is no kubeconfig at ${file("none")}`],
      [["--no-such-option"], "unknown option '--no-such-option'"],
    ];
    const ends = await Promise.all(cases.map(([args]) => run(...args)));
    expect(ends.map(({ code }) => code)).to.deep.equal(cases.map(() => 3));
    expect(ends.filter(({ stderr }, index) => !stderr.includes(cases[index]?.[1] ?? ""))).to.deep.equal([]);
  });

  it("leaves nothing behind and keeps what it found when it is interrupted", async () => {
    const { child, ended } = begin("--json", "--concurrency", "1", "--attack", "T09", "T51", "T52", "T53");
    await until("it has made something", async () => (await scratch()).length > 0);
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    expect(code).to.equal(3);
    const { complete, broken, attacks } = JSON.parse(stdout);
    expect({ complete, broken }).to.deep.equal({ complete: false, broken: "interrupted" });
    expect(attacks.passed).to.be.greaterThan(0);
    expect(await scratch()).to.deep.equal([]);
  });

  describe("by somebody who has only the rights that it prints", () => {
    const prover = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "prover", namespace: "kube-system" } };
    const binding = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "prover" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "bulkhead:prover" },
      subjects: [{ kind: "ServiceAccount", name: "prover", namespace: "kube-system" }],
    };

    before("let the prover in", async () => {
      const { api, kubeconfig } = cluster();
      await apply(api, prover);
      const { body } = await api.ask("/api/v1/namespaces/kube-system/serviceaccounts/prover/token", {
        method: "POST",
        body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } },
      });
      const { token } = (body as { status: { token: string } }).status;
      const admin = parse(readFileSync(kubeconfig, "utf8"));
      const by = (user: object) => stringify({ ...admin, users: [{ name: admin.users[0].name, user }] });
      writeFileSync(file("prover"), by({ token }));
      writeFileSync(file("plugin.js"), expiringPlugin(token, file("asked")));
      writeFileSync(file("expiring"), by({ exec: { command: process.execPath, args: [file("plugin.js")] } }));
    });

    it("exits with 3 without them, and names the first that is missing", async () => {
      const { code, stderr } = await run("--kubeconfig", file("prover"));
      expect(code).to.equal(3);
      expect(stderr).to.match(
        /refuses GET \S+: .*User "system:serviceaccount:kube-system:prover" cannot list resource/,
      );
    });

    it("proves as much with them as an administrator", async () => {
      const role = parse((await run("--print-rbac")).stdout);
      await apply(cluster().api, role);
      await apply(cluster().api, binding as Manifest);
      const ids = ["T07", "T60", "T09", "T83", "T125", "T126", "T103"];
      const { code, stdout, stderr } = await run("--strict", "--kubeconfig", file("prover"), "--attack", ...ids);
      expect(code, stdout + stderr).to.equal(0);
    });

    it("gets a new credential where the one it began with has run out", async () => {
      const { code, stdout, stderr } = await run("--strict", "--kubeconfig", file("expiring"), "--attack", "T07");
      expect(code, stdout + stderr).to.equal(0);
      expect(read("asked")).to.equal("..");
    });

    it("exits with 3 when its rights end on the way, calls nothing failed for it, and says what it had to leave", async () => {
      const { api } = cluster();
      const { ended } = begin(
        ...["--json", "--concurrency", "1", "--kubeconfig", file("prover"), "--attack", "T09", "T51", "T52", "T53"],
      );
      await until("it has made something", async () => (await scratch()).length > 0);
      await remove(api, binding as Manifest);
      const { code, stdout } = await ended;
      expect(code).to.equal(3);
      const { complete, broken, attacks, left } = JSON.parse(stdout);
      expect({ complete, failed: attacks.failed }).to.deep.equal({ complete: false, failed: 0 });
      expect(broken).to.match(/^you may no longer act for the tenants: .* cannot impersonate resource "/);
      const [pod] = await scratch();
      expect(left).to.have.length(1);
      expect(left[0]).to.match(new RegExp(`^pods \\w+/${pod}: .* cannot impersonate resource "`));
      for (const namespace of ["acme", "globex"]) {
        await api.ask(`/api/v1/namespaces/${namespace}/pods/${pod}?gracePeriodSeconds=0`, { method: "DELETE" });
      }
      await apply(api, binding as Manifest);
    });

    it("says whom it may not act as where that right is missing", async () => {
      const role = parse((await run("--print-rbac")).stdout);
      const rules = role.rules.filter(({ resources }: { resources: string[] }) => !resources.includes("groups"));
      await apply(cluster().api, { ...role, rules });
      const { code, stderr } = await run("--kubeconfig", file("prover"));
      expect(code).to.equal(3);
      expect(stderr).to.match(/^you may not act as \S+ \(.*cannot impersonate resource "groups".*--print-rbac prints/);
    });
  });

  // The last one: there is no server after it.
  describe("in the middle of which the server dies", () => {
    it("keeps what it found, marks it as incomplete, and exits with 3", async () => {
      const { ended } = begin("--json", "--concurrency", "1", "--attack", "T09", "T51", "T52", "T53");
      await until("it is done with the first tenant", async () => (await scratch()).length > 1);
      const status = await controlPlaneStatus(dirname(cluster().kubeconfig));
      const server = status.find(({ name }) => name === "kube-apiserver")?.pid;
      if (server === undefined) throw new Error("no API server runs");
      process.kill(server, "SIGKILL");
      const { code, stdout } = await ended;
      expect(code).to.equal(3);
      const { complete, broken, attacks, tenants } = JSON.parse(stdout);
      expect(complete).to.equal(false);
      expect(broken).to.match(/^https:\/\/\S+ does not answer: /);
      expect(attacks.passed).to.be.greaterThan(0);
      const levels = tenants.flatMap(({ claims }: { claims: { level: string }[] }) => claims.map(({ level }) => level));
      expect(levels).to.not.include("enforced");
    });
  });
});

/** A credential plugin whose first token is not worth anything by the time it is used. */
function expiringPlugin(token: string, asked: string): string {
  return `
    const { appendFileSync, existsSync } = require("node:fs");
    const token = existsSync(${JSON.stringify(asked)}) ? ${JSON.stringify(token)} : "expired";
    appendFileSync(${JSON.stringify(asked)}, ".");
    console.log(JSON.stringify({ kind: "ExecCredential", status: { token } }));
  `;
}
