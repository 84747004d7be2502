import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { expect } from "chai";
import { Unreachable } from "../../components/cluster/api";
import { EKS, onEks } from "../support/eks";
import type { StackValues } from "../support/estate";
import { node, tenantNode } from "../support/nodes";
import { type ProgramOptions, programRun } from "../support/program";

/** The message of a program that refuses to run: without a stack trace for the engine, and with nothing registered. */
async function refusal(values: StackValues, options?: ProgramOptions): Promise<string> {
  const { failure, resources } = await programRun(values, options);
  expect(RunError.isInstance(failure), `${failure}`).to.equal(true);
  expect(resources.map(({ type }) => type)).to.deep.equal(["pulumi:pulumi:Stack"]);
  return failure?.message ?? "";
}

describe("a program that cannot run", () => {
  it("names every problem of the configuration in one message, and registers nothing", async () => {
    const tenants = {
      acme: { isolation: { runtime: "gvisr" }, network: { egress: [{ tenant: "globex" }] } },
      globex: { budget: { cpu: "lots" } },
      default: {},
    };
    const message = await refusal({ tenants, platfrom: {} }, { stack: "staging" });
    expect(message.split("\n")).to.have.length(6);
    expect(message)
      .to.match(/^Pulumi\.staging\.yaml: 5 problems\n/)
      .and.include('platfrom: is not a field here; did you mean "platform"?')
      .and.include('tenants.acme.isolation.runtime: "gvisr" is not a runtime; did you mean "gvisor"?')
      .and.include('tenants.acme.network.egress[0].tenant: "globex" does not accept it')
      .and.include('tenants.globex.budget.cpu: "lots" is not an amount of CPU')
      .and.include('tenants.default: "default" is reserved for the platform');
  });

  it("does not ask the cluster before the configuration is in order", async () => {
    const message = await refusal({ tenants: { acme: { contct: "x" } } }, { unreachable: new Unreachable("asked") });
    expect(message).not.to.include("asked");
  });

  it("says that the cluster cannot be reached", async () => {
    const unreachable = new Unreachable("https://10.0.0.1:6443 does not answer: connect ETIMEDOUT");
    expect(await refusal({ tenants: { acme: {} } }, { unreachable })).to.equal(
      "https://10.0.0.1:6443 does not answer: connect ETIMEDOUT",
    );
  });

  it("names every node that does not suit the tenants", async () => {
    const own = { isolation: { nodes: "dedicated" } };
    const facts = { context: "staging-eu", nodes: [node("globex-0", { "bulkhead.dev/tenant": "globex" })] };
    const message = await refusal({ tenants: { acme: own, globex: own } }, { facts });
    expect(message)
      .to.match(/^cluster staging-eu: 2 problems\n/)
      .and.include('tenants.acme.isolation.nodes: "dedicated" has no node labelled bulkhead.dev/tenant=acme')
      .and.include("node.globex-0: lacks the taint bulkhead.dev/tenant=globex:NoSchedule");
  });

  it("names every node that lacks the handler of its tenant's class, and takes plain containers' from nodes that agree", async () => {
    const acme = { ...tenantNode("acme"), status: { runtimeHandlers: [{}, { name: "shimpei" }] } };
    const values = (native: object) => ({
      platform: { kind: "existing", capabilities: { runtimes: native } },
      tenants: { acme: { isolation: { nodes: "dedicated" } } },
    });
    expect(await refusal(values({ native: "runc" }), { facts: { nodes: [acme] } })).to.equal(
      'cluster bulkhead-embedded: 1 problem\n  node.acme-0: has no handler "runc", by which the class of tenant "acme" starts plain containers (shimpei); write platform.capabilities.runtimes.native: shimpei',
    );
    const { resources } = await programRun(values({}), { facts: { nodes: [acme] } });
    const [only] = resources.filter(({ type }) => type === "kubernetes:node.k8s.io/v1:RuntimeClass");
    expect(only?.inputs.handler).to.equal("shimpei");
  });

  it("refuses whoever the guardrails would lock out, and says what to write", async () => {
    const deployer = { username: "ann@example.com", groups: ["ops", "system:authenticated"] };
    const stranger = await refusal({ tenants: { acme: {} } }, { facts: { deployer } });
    expect(stranger).to.equal(
      'cluster bulkhead-embedded: 1 problem\n  guardrails.exemptions.platformIdentities: does not name you, and the guardrails would refuse your next deployment; the cluster sees you as "ann@example.com", in the groups ops, system:authenticated: write users: ["ann@example.com"], or a group that only the platform\'s people are in',
    );
    for (const platformIdentities of [{ users: ["ann@example.com"] }, { groups: ["ops"] }]) {
      const guardrails = { exemptions: { platformIdentities } };
      const { failure } = await programRun({ tenants: { acme: {} }, guardrails }, { facts: { deployer } });
      expect(failure).to.equal(undefined);
    }
  });

  it("refuses a cluster that has the tenants of another stack, and knows its own again", async () => {
    expect(await refusal({ tenants: { acme: {} } }, { facts: { owner: "bulkhead/production" } })).to.equal(
      'cluster bulkhead-embedded: 1 problem\n  stack: "bulkhead/production" is there already, and a cluster has one: add the tenants to its stack, or destroy that first. If it is this stack under an earlier name: kubectl annotate clusterrole bulkhead:tenant-admin bulkhead.dev/stack-',
    );
    const { failure, resources } = await programRun({ tenants: { acme: {} } }, { facts: { owner: "bulkhead/dev" } });
    expect(failure).to.equal(undefined);
    const roles = resources.filter(({ type }) => type.endsWith(":ClusterRole"));
    const owners = roles.map(({ inputs }) => (inputs.metadata as { annotations: object }).annotations);
    expect(owners).to.deep.equal(Array(3).fill({ "bulkhead.dev/stack": "bulkhead/dev" }));
  });

  it("refuses a cluster that is too old for the guardrails", async () => {
    expect(await refusal({ tenants: { acme: {} } }, { facts: { minor: "1.29" } })).to.equal(
      'cluster bulkhead-embedded: 1 problem\n  version: "1.29" is older than 1.30, which is the first with the admission policies that the guardrails need; upgrade the cluster',
    );
  });

  it("refuses a step that a cluster on EKS cannot take, before AWS does", async () => {
    const [arn = ""] = EKS.admins;
    const at = (version: string) => ({
      "aws:index/getCallerIdentity:getCallerIdentity": () => ({ arn }),
      "aws:iam/getSessionContext:getSessionContext": () => ({ issuerArn: arn }),
      "aws:iam/getRoles:getRoles": () => ({ names: ["AWSServiceRoleForAutoScaling"] }),
      "aws:eks/getClusters:getClusters": () => ({ names: ["staging"] }),
      // Nobody is let in yet, so that AWS alone is asked.
      "aws:eks/getCluster:getCluster": () => ({ version, status: "CREATING", certificateAuthorities: [] }),
    });
    const refused = await programRun(onEks({ acme: {} }), { answers: at("1.34") });
    expect(refused.resources.map(({ name }) => name)).to.deep.equal(["bulkhead-dev", "aws"]);
    expect(refused.failure?.message).to.equal(
      'cluster staging: 1 problem\n  platform.version: "1.36" is 2 minors above the cluster\'s 1.34, and EKS takes one at a time; write "1.35", deploy, raise addons and autoscaler to it, deploy, and so on to 1.36 (docs/guides/eks.md, Upgrades)',
    );
    const { failure } = await programRun(onEks({ acme: {} }), { answers: at("1.35") });
    expect(failure).to.equal(undefined);
  });

  it("pins Pod Security on a cluster of somebody else's to any minor that it knows", async () => {
    const platform = { kind: "existing", version: "1.33" };
    const { failure } = await programRun({ platform, tenants: { acme: {} } }, { facts: { minor: "1.36" } });
    expect(failure).to.equal(undefined);
  });

  it("refuses to take away a tenant that nobody has said to be leaving", async () => {
    const residents = [{ id: "globex", namespaces: ["globex"], state: "staying" as const }];
    expect(await refusal({ tenants: { acme: {} } }, { facts: { residents } })).to.match(
      /^cluster bulkhead-embedded: 1 problem\n {2}tenants\.globex: is not in the estate any more, and everything in globex would be deleted; write it back with state: leaving/,
    );
  });

  it("leaves a mistake of its own as it is, with its trace", async () => {
    const { failure } = await programRun({ tenants: { acme: {} } }, { unreachable: new TypeError("a bug") });
    expect(failure).to.be.instanceOf(TypeError).with.property("message", "a bug");
    expect(RunError.isInstance(failure)).to.equal(false);
  });
});

describe("tenants in files of their own", () => {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-"));
  before(() => {
    mkdirSync(join(root, "tenants"));
    writeFileSync(join(root, "tenants", "globex.yaml"), "access: { admins: [{ group: globex-people }] }\n");
  });
  after(() => rmSync(root, { recursive: true }));

  it("are found beside the stack file, wherever the program is started", async () => {
    const { resources } = await programRun({ tenants: { acme: {} }, tenantsFolder: "tenants" }, { root });
    const tenants = resources.filter(({ type }) => type === "bulkhead:tenant:TenantSpace").map(({ name }) => name);
    expect(tenants).to.deep.equal(["acme", "globex"]);
  });

  it("are mended where they are: the message names the folder that is missing", async () => {
    expect(await refusal({ tenantsFolder: "teams" }, { root })).to.include('tenantsFolder: "teams" is not a folder');
  });
});
