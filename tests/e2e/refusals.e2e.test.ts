import { expect } from "chai";
import { Checkout, type Outcome, useCheckout } from "./support/checkout";
import { differences, objects, type Versions } from "./support/objects";
import { findingRows } from "./support/tables";

const STACK = `config:
  pulumi:disable-default-providers: [kubernetes]
  bulkhead:tenants:
    acme: { access: { admins: [{ group: acme-admins }] } }
`;

const MISTAKEN = STACK.replace(
  "    acme:",
  `    default: {}
    globex:
      isolation: { runtime: gvisr }
      budgt: { cpu: "4" }
      network: { egress: [{ tenant: acme }] }
    acme:`,
);

const MISTAKES = `Pulumi.dev.yaml: 4 problems
tenants.default: "default" is reserved for the platform; choose another id
tenants.globex.budgt: is not a field here; did you mean "budget"? (contact, isolation, cluster, namespaces, access, budget, limits, network, images, storageClasses, pool, identities, tokenAudiences, guardrails, state)
tenants.globex.isolation.runtime: "gvisr" is not a runtime; did you mean "gvisor"? (native, gvisor, kata)
tenants.globex.network.egress[0].tenant: "acme" does not accept it; add { tenant: globex } to tenants.acme.network.ingress
`;

describe("a deployment that must not be", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout(() => new Checkout());
  let deployed: Versions;

  before("deploy", async function () {
    this.timeout(10 * 60_000);
    checkout().write("Pulumi.dev.yaml", STACK);
    const { code, output } = await checkout().npm("start", "--no-proof");
    expect(code, output).to.equal(0);
    deployed = await objects(await checkout().api());
  });
  afterEach(() => {
    checkout().write("Pulumi.dev.yaml", STACK);
    sabotage("");
  });

  const nothingWasApplied = async () =>
    expect(differences(deployed, await objects(await checkout().api()))).to.deep.equal({});

  /** Has the program put a bug into itself before it begins. */
  function sabotage(lines: string): void {
    checkout().write("program.js", `require("./register");\n${lines}\nmodule.exports = require("./index.ts");\n`);
  }
  const OPEN_NETWORK = `
    const network = require("./components/tenant/network");
    const { baselinePolicy } = network;
    network.baselinePolicy = (...args) => {
      const policy = baselinePolicy(...args);
      return { ...policy, spec: { ...policy.spec, policyTypes: ["Ingress"] } };
    };`;
  const OPEN =
    'Namespace "acme" does not deny by default: add a NetworkPolicy with an empty podSelector and Egress in its policyTypes.';

  function refusesAll({ code, output }: Outcome): void {
    expect(code, output).to.be.greaterThan(0);
    expect(output.replace(/^ +/gm, "")).to.include(MISTAKES);
    expect(output).to.not.match(/\n +at |unhandled|rejection/i);
  }

  it("is refused by each command with all mistakes of its file in one message", async () => {
    checkout().write("Pulumi.dev.yaml", MISTAKEN);
    const start = await checkout().npm("start", "--no-proof");
    refusesAll(start);
    expect(start.stdout).to.equal("");
    refusesAll(await checkout().npm("preview"));
    refusesAll(await checkout().npm("pulumi", "up", "--yes", "--stack", "dev"));
    await nothingWasApplied();
  });

  it("is one JSON document, too, when npm start is asked for that", async () => {
    checkout().write("Pulumi.dev.yaml", MISTAKEN);
    const { code, stdout } = await checkout().npm("start", "--no-proof", "--json");
    expect(code).to.equal(1);
    const { failure, ...outcome } = JSON.parse(stdout);
    expect(outcome).to.deep.include({ ok: false, stack: "dev", findings: [] });
    expect(`${failure.replace(/^ +/gm, "")}\n`).to.equal(MISTAKES);
  });

  it("is refused for a stack that is not there, with those that are", async () => {
    const { code, output } = await checkout().npm("start", "--no-proof", "--stack", "dve");
    expect(code).to.equal(1);
    expect(output).to.equal(
      '\nPulumi.dve.yaml: 1 problem\n  is not there; did you mean "Pulumi.dev.yaml"? (stack files here: Pulumi.dev.yaml, Pulumi.staging.yaml)\n',
    );
  });

  it("is refused for a cluster that people use, and said how it is done there", async () => {
    const theirs = "  bulkhead:platform: { kind: existing, kubeconfig: /home/me/.kube/config }\n";
    checkout().write("Pulumi.dev.yaml", STACK.replace("  bulkhead:tenants:", `${theirs}  bulkhead:tenants:`));
    const { code, output } = await checkout().npm("start", "--no-proof");
    expect(code).to.equal(1);
    expect(output).to.include("npm start touches no other cluster; deploy this stack with: pulumi up --stack dev");
  });

  it("is refused on a cluster that another stack has, which is told by name", async () => {
    checkout().write("Pulumi.other.yaml", STACK.replace("acme:", "globex:"));
    await checkout().npm("pulumi", "stack", "init", "other");
    const { code, output } = await checkout().npm("preview", "--stack", "other");
    expect(code, output).to.be.greaterThan(0);
    expect(output).to.include('stack: "bulkhead/dev" is there already, and a cluster has one');
    await nothingWasApplied();
  });

  it("is refused by the policy pack before anything is applied", async () => {
    sabotage(OPEN_NETWORK);
    const { code, output } = await checkout().npm("start", "--no-proof");
    expect(code).to.equal(1);
    expect(output)
      .to.match(/4\/5 pulumi up +✘ failed/)
      .and.include(OPEN);
    expect(output).to.include("✘ nothing was looked at, since pulumi up failed; --keep-going looks all the same");
    expect(findingRows(output)).to.deep.equal([]);
    const preview = await checkout().npm("preview");
    expect(preview.code).to.be.greaterThan(0);
    expect(preview.output).to.include(OPEN);
    await nothingWasApplied();
  });

  it("does not keep npm start from looking at the tenants when it is told to keep going", async () => {
    sabotage(OPEN_NETWORK);
    const { code, output } = await checkout().npm("start", "--no-proof", "--keep-going");
    expect(code).to.equal(1);
    expect(output).to.include(OPEN);
    expect(output).to.include("✔ 4 promises held, 0 broken, 1 could not be tried");
  });

  it("makes npm start fail when a promise turns out to be broken, and say which and why", async () => {
    sabotage(`
      const budget = require("./components/tenant/budget");
      const { budgetQuota } = budget;
      const doubled = (share) => ({ ...share, cpu: 2n * share.cpu });
      budget.budgetQuota = (tenant, namespace, share) =>
        budgetQuota(tenant, namespace, tenant.id === "acme" ? doubled(share) : share);`);
    const { code, output } = await checkout().npm("start", "--no-proof");
    expect(code).to.equal(1);
    expect(output).to.match(/4\/5 pulumi up +✔ \d+ unchanged, 1 updated/);
    expect(findingRows(output).filter(([, mark]) => mark === "✘")).to.deep.equal([
      ["acme", "✘", "cannot exceed its budget", "was admitted"],
    ]);
    expect(output).to.include("✘ 3 promises held, 1 broken, 1 could not be tried");
  });
});
