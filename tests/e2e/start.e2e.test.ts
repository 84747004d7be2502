import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { planEstate } from "../../components/plan";
import { parseEstate } from "../../config/estate";
import { readStackFile } from "../../config/read";
import { ROOT } from "../support/estate";
import { Checkout, type Outcome, useCheckout } from "./support/checkout";
import { differences, objects, type Versions } from "./support/objects";
import { processesOf } from "./support/processes";
import { claimRows, findingRows } from "./support/tables";

/** What all tenants share is held against the tests of the guardrails; here it is only counted. */
const { guardrails, canary } = planEstate(parseEstate(readStackFile(ROOT, "dev")));
const GUARDRAILS = [...Object.values(guardrails), ...Object.values(canary)].flat().length;

/** Everything else of Pulumi.dev.yaml, with its components, its provider and the stack itself. */
const RESOURCES = 58 + GUARDRAILS;

/** Nothing but tenants, and a key of the user's own for secrets, of which npm start has none and needs none. */
const MINE = `# ours

secretsprovider: awskms://alias/ours?region=eu-central-1
encryptedkey: AQICAHjVVhGdqHb5Hc4bVbVbVbVbVbVbVQ==
config:
  aws:secretKey: { secure: v1:nobody-here-can-read-this }
  bulkhead:tenants:
    hooli:
      isolation: { nodes: dedicated }
      access: { admins: [{ group: hooli-admins }] }

    pied:
      namespaces: [web, batch]
      access: { admins: [{ group: pied-admins }] }
`;

describe("npm start", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout(() => new Checkout());
  const elsewhere = mkdtempSync(join(tmpdir(), "bulkhead-e2e-elsewhere-"));
  after(() => rmSync(elsewhere, { recursive: true }));
  let written: string;
  let first: Outcome;
  let deployed: Versions;

  /** Quotas count the pods that are tried, so they are not as they were. */
  const withoutCounts = (versions: Versions) =>
    Object.fromEntries(Object.entries(versions).filter(([name]) => !name.startsWith("ResourceQuota ")));
  const names = async (...args: string[]) => {
    const { stdout } = await checkout().kubectl(
      "get",
      "--no-headers",
      "--output=custom-columns=:.metadata.name",
      ...args,
    );
    return stdout.trim().split("\n").sort();
  };

  it("shows the plan before it looks for anything to run it with, and says what is missing", async () => {
    const start = ["-r", "./register.js", "tools/start.ts", "--offline"];
    const env = { PATH: "", KUBEBUILDER_ASSETS: "", BULKHEAD_CACHE: join(elsewhere, "cache") };
    const { code, stdout, stderr } = await checkout().begin(process.execPath, start, { env }).ended;
    expect(stdout).to.match(/^Bulkhead: stack dev, 4 tenants on a Kubernetes control plane on this machine\n\n┌/);
    expect(stdout).to.match(/│ umbrella │ cluster shared +│ umbrella-web +│/);
    expect(stderr)
      .to.match(/no pulumi on PATH/)
      .and.match(/run once without --offline/)
      .and.not.match(/ at .*\.ts:/);
    expect(code).to.equal(1);
    const stopped = await checkout().npm("stop");
    expect(stopped).to.include({ code: 0, stdout: "there is no control plane here; npm start makes one\n" });
  });

  it("deploys after the plan and exits with 0", async () => {
    written = checkout().read("Pulumi.dev.yaml");
    first = await checkout().npm("start");
    expect(first.code, first.output).to.equal(0);
    const order = [
      "still shared",
      "1/6 toolchain",
      "2/6 control plane",
      "3/6 nodes",
      "4/6 pulumi up",
      "5/6 first look",
      "6/6 prove",
    ];
    const places = order.map((text) => first.stdout.indexOf(text));
    expect(places)
      .to.deep.equal([...places].sort((one, other) => one - other))
      .and.not.include(-1);
    expect(first.stdout).to.include("nodes are simulated (kwok)");
    expect(first.stdout).to.match(/3\/6 nodes +✔ 5 simulated nodes ready/);
    expect(first.stdout).to.match(new RegExp(`4/6 pulumi up +✔ ${RESOURCES} created`));
    expect(first.stdout).to.include("✔ 21 promises held, 0 broken, 0 could not be tried");
    deployed = await objects(await checkout().api());
  });

  it("shows what the server said to each tenant's own people", () => {
    const rows = findingRows(first.stdout);
    expect(rows.map(([tenant, mark, promise]) => `${mark} ${tenant} ${promise}`)).to.deep.equal(
      ["acme", "globex", "initech", "umbrella"].flatMap((tenant) => [
        ...(tenant === "umbrella"
          ? ["✔ umbrella reads its namespace umbrella-web", "✔ umbrella reads its namespace umbrella-batch"]
          : [`✔ ${tenant} reads its namespace ${tenant}`]),
        `✔ ${tenant} cannot read other tenants' secrets`,
        `✔ ${tenant} cannot run a pod in the host's process space`,
        `✔ ${tenant} runs a legal Deployment on its nodes only`,
        `✔ ${tenant} cannot exceed its budget`,
      ]),
    );
    const reasons = Object.fromEntries(rows.map(([tenant, , promise, reason]) => [`${tenant} ${promise}`, reason]));
    expect(reasons["acme cannot read other tenants' secrets"]).to.equal(
      'cannot list resource "secrets" in globex, initech, umbrella-web',
    );
    expect(reasons["initech cannot run a pod in the host's process space"]).to.equal(
      'violates PodSecurity "restricted:v1.36": host namespaces (hostPID=true)',
    );
    expect(reasons["globex cannot exceed its budget"]).to.match(
      /^exceeded quota: bulkhead-budget, requested: limits\.cpu=12,requests\.cpu=12, used: limits\.cpu=1,requests\.cpu=200m/,
    );
    expect(reasons["acme runs a legal Deployment on its nodes only"]).to.match(
      /^2 pods on shared-[12](, shared-2)? \(simulated\)$/,
    );
    expect(reasons["globex runs a legal Deployment on its nodes only"]).to.match(
      /^2 pods on globex-[12](, globex-2)? \(simulated\)$/,
    );
    expect(reasons["initech runs a legal Deployment on its nodes only"]).to.equal(
      "2 pods under gvisor on initech-1 (simulated)",
    );
  });

  it("shows which claims hold for each tenant, each on attacks that were stopped by whom they should be", () => {
    const [head, ...rows] = claimRows(first.stdout);
    expect(head).to.deep.equal(["claim", "acme", "globex", "initech", "umbrella"]);
    const levels = Object.fromEntries(
      rows.map(([claim, ...cells]) => [claim, cells.map((cell) => cell.split(" ")[0])]),
    );
    const all = ["enforced", "enforced", "enforced", "enforced"];
    expect(levels).to.deep.include({ privacy: all, rights: all, guards: all, identity: all, host: all, budget: all });
    expect(levels["own nodes"]).to.deep.equal(["", "enforced", "enforced", ""]);
    expect(levels.sandbox).to.deep.equal(["", "", "enforced", ""]);
    expect(levels.network).to.deep.equal(["declared", "declared", "declared", "declared"]);
    const counts = /^(\d+) attacks: (\d+) stopped by whom they should be, 0 not, 0 undecided, /m.exec(first.stdout);
    expect(Number(counts?.[2])).to.be.above(4000);
  });

  it("changes nothing when it is run again", async () => {
    const { code, stdout } = await checkout().npm("start", "--no-proof");
    expect(code, stdout).to.equal(0);
    expect(stdout).to.match(new RegExp(`4/5 pulumi up +✔ ${RESOURCES} unchanged`));
    const after = await objects(await checkout().api());
    expect(differences(withoutCounts(deployed), withoutCounts(after))).to.deep.equal({});
  });

  it("leaves programs and a kubeconfig that work from every folder", async () => {
    const { path } = checkout();
    const there = (file: string, ...args: string[]) => checkout().begin(path(file), args, { cwd: elsewhere }).ended;
    const stacks = await there(".bulkhead/bin/pulumi", "stack", "ls", "--all", "--json");
    expect(JSON.parse(stacks.stdout)[0]).to.include({ name: "organization/bulkhead/dev", resourceCount: RESOURCES });
    const kubectl = ".bulkhead/bin/kubectl";
    const tenants = await there(kubectl, "get", "namespaces", "--selector=bulkhead.dev/tenant", "--output=name");
    expect(tenants).to.include({
      code: 0,
      stdout:
        "namespace/acme\nnamespace/bulkhead-canary\nnamespace/globex\nnamespace/initech\nnamespace/umbrella-batch\nnamespace/umbrella-web\n",
      stderr: "",
    });
    const context = await there(kubectl, `--kubeconfig=${path(".bulkhead/kubeconfig")}`, "config", "current-context");
    expect(context.stdout).to.equal("bulkhead-embedded\n");
    const asAdmin = ["--as=me", "--as-group=acme-admins", "--namespace=acme"];
    const quotas = await there(kubectl, ...asAdmin, "get", "resourcequotas", "--output=name");
    expect(quotas.stdout).to.include("resourcequota/bulkhead-budget\n");
    const foreign = await there(kubectl, ...asAdmin, "get", "secrets", "--namespace=globex");
    expect(foreign.stderr).to.match(/^Error from server \(Forbidden\): secrets is forbidden: User "me" cannot list/);
  });

  it("lets npm run pulumi print the CLI's output and nothing else", async () => {
    const { code, stdout, stderr } = await checkout().npm("pulumi", "stack", "export", "--stack", "dev");
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.have.nested.property("deployment.resources").with.lengthOf(RESOURCES);
    expect(stderr).to.equal("");
  });

  it("leaves the stack file as it was written", async () => {
    expect((await checkout().npm("preview")).code).to.equal(0);
    expect(checkout().read("Pulumi.dev.yaml")).to.equal(written);
  });

  it("is looked after by npm run status and npm run stop, which leaves no process", async () => {
    expect(await checkout().npm("status")).to.deep.include({ code: 0 });
    const { code, stdout } = await checkout().npm("stop");
    expect({ code, stdout }).to.deep.equal({
      code: 0,
      stdout: "the control plane is stopped; npm start brings it back as it was\n",
    });
    expect(processesOf(checkout().root)).to.deep.equal([]);
    const stopped = await checkout().npm("status");
    expect(stopped.code).to.equal(1);
    expect(stopped.stdout).to.match(/kube-apiserver +- +\d+ +not running/);
    const preview = await checkout().npm("preview");
    expect(preview.code).to.be.greaterThan(0);
    expect(preview.stderr).to.match(/the embedded control plane does not run; npm start brings it back\n$/);
  });

  it("brings everything back, without the network, and prints one JSON document when asked to", async () => {
    const { code, stdout, stderr } = await checkout().npm("start", "--json", "--offline");
    expect(code, stderr).to.equal(0);
    const { findings, ...outcome } = JSON.parse(stdout);
    const tenants = ["acme", "globex", "initech", "umbrella"];
    expect(outcome).to.deep.include({ ok: true, stack: "dev", tenants, changes: { same: RESOURCES } });
    expect(findings).to.have.lengthOf(21);
    expect(findings[1]).to.deep.equal({
      tenant: "acme",
      promise: "cannot read other tenants' secrets",
      verdict: "held",
      reason: 'cannot list resource "secrets" in globex, initech, umbrella-web',
    });
    const after = await objects(await checkout().api());
    const ours = /\/bulkhead|^(Namespace|RuntimeClass) |bulkhead:/;
    const kept = (versions: Versions) =>
      Object.fromEntries(Object.entries(withoutCounts(versions)).filter(([name]) => ours.test(name)));
    expect(differences(kept(deployed), kept(after))).to.deep.equal({});
  });

  it("takes the stack of a user's own, after the one before it is taken off whole", async () => {
    checkout().write("Pulumi.mine.yaml", MINE);
    const { code, stdout, output } = await checkout().npm("start", "--no-proof", "--stack", "mine");
    expect(code, output).to.equal(0);
    expect(stdout.split("1/5 toolchain")[0]).to.include(
      "! stack dev is on this control plane, which carries one stack at a time: it is destroyed first, with all that is in its tenants' namespaces\n",
    );
    expect(findingRows(stdout).map(([tenant, mark, promise]) => `${mark} ${tenant} ${promise}`)).to.deep.equal([
      "✔ hooli reads its namespace hooli",
      "✔ hooli cannot read other tenants' secrets",
      "✔ hooli cannot run a pod in the host's process space",
      "✔ hooli runs a legal Deployment on its nodes only",
      "✔ hooli cannot exceed its budget",
      "✔ pied reads its namespace pied-web",
      "✔ pied reads its namespace pied-batch",
      "✔ pied cannot read other tenants' secrets",
      "✔ pied cannot run a pod in the host's process space",
      "✔ pied runs a legal Deployment on its nodes only",
      "✔ pied cannot exceed its budget",
    ]);
    expect(await names("namespaces", "--selector=bulkhead.dev/tenant")).to.deep.equal([
      "bulkhead-canary",
      "hooli",
      "pied-batch",
      "pied-web",
    ]);
    expect(await names("nodes")).to.deep.equal(["hooli-1", "hooli-2", "shared-1", "shared-2"]);
    expect(await names("runtimeclasses")).to.deep.equal(["bulkhead-hooli"]);
    const dev = await checkout().pulumi("stack", "export", "--stack", "dev");
    expect(JSON.parse(dev.stdout).deployment).to.not.have.property("resources");
    expect(checkout().read("Pulumi.mine.yaml")).to.equal(MINE);
  });

  it("adds to it what the platform was told that it has: a sandbox", async () => {
    checkout().edit(
      "Pulumi.mine.yaml",
      "  bulkhead:tenants:\n",
      `  bulkhead:platform: { kind: existing, capabilities: { runtimes: { gvisor: runsc } } }
  bulkhead:tenants:
    raviga: { isolation: { nodes: dedicated, runtime: gvisor }, access: { admins: [{ group: raviga-admins }] } }
`,
    );
    const { code, stdout, stderr } = await checkout().npm("start", "--no-proof", "--stack", "mine", "--json");
    expect(code, stderr).to.equal(0);
    const { changes, findings } = JSON.parse(stdout) as { changes: object; findings: Record<string, string>[] };
    expect(changes).to.deep.equal({ create: 10, same: 34 + GUARDRAILS });
    const placed = findings.find(({ tenant, promise }) => tenant === "raviga" && promise?.startsWith("runs a legal"));
    expect(placed?.reason).to.match(/^2 pods under gvisor on raviga-[12](, raviga-2)? \(simulated\)$/);
    const { stdout: handler } = await checkout().kubectl(
      "get",
      "runtimeclass",
      "bulkhead-raviga",
      "-o=jsonpath={.handler}",
    );
    expect(handler).to.equal("runsc");
  });
});
