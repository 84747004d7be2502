import { expect } from "chai";
import { planEstate } from "../../components/plan";
import { parseEstate } from "../../config/estate";
import { readStackFile } from "../../config/read";
import type { Thing } from "../../tools/standin/aws/store";
import { provideMoto } from "../tools/standin/aws/moto/opinion";
import { AuditedCheckout, type Write } from "./support/audit";
import { type Outcome, useCheckout } from "./support/checkout";
import { cloudOf, stateOf, strikesIn } from "./support/cloud";
import { killedWhen } from "./support/kills";
import { rightsIn } from "./support/rights";

const STACK = "staging";

/** More than the graph is deep, and far fewer than it has resources. */
const MOST_RUNS = 24;

/** More lives of the stack, which take as long as all other tests together: for whoever changes how things are made. */
const WHOLE = "BULKHEAD_SWEEP";

function isWholeSweep(): boolean {
  const isWhole = process.env[WHOLE] === "whole";
  if (!isWhole) console.log(`      skipped without ${WHOLE}=whole: it takes minutes to half an hour`);
  return isWhole;
}

interface Strike {
  readonly operation: "create" | "update" | "delete";
  readonly fault: string;
  readonly nth?: number;
}

/** One deployment's life after another: each promise begins where the one before it ended. */
describe("a stack on EKS of which everything goes wrong once", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout((toolchain) => new AuditedCheckout(toolchain));
  const writes: Write[] = [];
  const survived: string[] = [];
  /** How often the tenants came to be. */
  let lives = 0;

  before("start, and be struck before anything is there", async () => {
    // Or each run would end after the first few.
    checkout().environment.PULUMI_CONTINUE_ON_ERROR = "true";
    checkout().environment.BULKHEAD_AWS_FAULTS = JSON.stringify([{ type: "*", operation: "create", fault: "fail" }]);
    const { stdout } = await start();
    expect(stdout).to.include("InternalFailure: an injected fault");
  });
  after("say what was survived", () => {
    for (const line of survived) console.log(`      ${line}`);
  });

  const starting = ["run", "--silent", "start", "--", "--stack", STACK, "--no-proof"];
  const start = () => checkout().begin("npm", starting).ended;
  const pulumi = (command: string) =>
    checkout().pulumi(...[command, "--stack", STACK, "--yes", "--non-interactive", "--skip-preview"]);
  const cloud = () => cloudOf(checkout());
  const made = (type: string) => cloud().things.filter(({ token }) => token.endsWith(`:${type}`)).length;

  /** Strikes every resource, and runs the same again until it is through. */
  async function struck(strikes: readonly Strike[], run: () => Promise<Outcome>): Promise<void> {
    const faults = strikes.map((strike) => ({ type: "*", ...strike }));
    checkout().environment.BULKHEAD_AWS_FAULTS = JSON.stringify(faults);
    const before = strikesIn(cloud());
    let runs = 0;
    for (let outcome: Outcome | undefined; outcome?.code !== 0; ) {
      runs += 1;
      outcome = await run();
      if (outcome.code !== 0) expect(runs, outcome.output).to.be.below(MOST_RUNS);
    }
    delete checkout().environment.BULKHEAD_AWS_FAULTS;
    // Or nothing was tried.
    expect(strikesIn(cloud()) - before).to.be.above(90);
    const what = strikes.map(({ operation, fault }) => `${operation} ${fault}`).join(", ");
    survived.push(`${what}: ${strikesIn(cloud()) - before} injected and survived in ${runs} runs`);
  }

  async function noted(work: () => Promise<unknown>): Promise<void> {
    writes.push(...(await checkout().writesDuring(work)));
  }

  /** What the cloud has is what the engine knows of, one for one, and nothing is left to be mended. */
  async function isWhole(): Promise<void> {
    const { resources, pending } = await stateOf(checkout(), STACK);
    expect(pending).to.deep.equal([]);
    const halves = resources.filter((resource) => resource.delete || (resource.initErrors ?? []).length > 0);
    expect(halves.map(({ urn }) => urn)).to.deep.equal([]);
    const known = resources.filter(({ type }) => type.startsWith("aws:")).map(({ type, id }) => `${type} ${id}`);
    const there = cloud().things.filter(({ owner }) => owner === undefined);
    expect(there.map(({ token, id }) => `${token} ${id}`).sort()).to.deep.equal(known.sort());
    expect(there).to.have.lengthOf(new Set(known).size).and.not.have.lengthOf(0);
  }

  async function isGone(): Promise<void> {
    expect(cloud().things).to.deep.equal([]);
    expect(await stateOf(checkout(), STACK)).to.deep.equal({ resources: [], pending: [] });
    const left = await checkout().kubectl("get", "nodes,namespaces,validatingadmissionpolicies", "--output=name");
    const names = left.stdout.trim().split("\n");
    expect(names.filter((name) => !/^namespace\/(default|kube-\w+(-\w+)?)$/.test(name))).to.deep.equal([]);
  }

  /** Runs npm start, and kills the CLI as soon as `moment` has come. */
  async function killed(moment: () => boolean): Promise<void> {
    const running = checkout().begin("npm", starting);
    await killedWhen(checkout(), STACK, running, moment);
    const { code, stdout, output } = await running.ended;
    expect(code).to.equal(1);
    expect(stdout, output).to.include("pulumi up was killed; npm start takes up what it has left behind");
  }

  it("is made whole when each creation is throttled, comes too early for its role, and then fails", async () => {
    const strikes = ["throttle", "role-not-ready", "fail"].map(
      (fault, index): Strike => ({ operation: "create", fault, nth: index + 1 }),
    );
    await noted(() => struck(strikes, () => pulumi("up")));
    lives += 1;
    await isWhole();
  });

  it("asks AWS for nothing that moto refuses", async function () {
    const moto = await provideMoto();
    if (typeof moto === "string") {
      console.log(`      without moto: ${moto}`);
      return this.skip();
    }
    // Every VPC has a default group and a main route table from the start, there as here.
    const isGiven = ({ token, inputs, owner }: Thing) =>
      inputs.name === "default" || (owner !== undefined && token.endsWith(":RouteTable"));
    const things = cloud().things.filter((thing) => !isGiven(thing));
    const [outcomes = []] = moto.outcomes([things.map((make) => ({ make }))]);
    const told = things.map(({ token, id }, index) => `${token} ${id}: ${outcomes[index]}`);
    expect(told.filter((line) => !/: (done|not asked)$/.test(line))).to.deep.equal([]);
    expect(outcomes.filter((outcome) => outcome === "done")).to.have.lengthOf.above(100);
  });

  it("is changed everywhere when each update is made and nobody waits for it", async () => {
    checkout().edit(
      "Pulumi.staging.yaml",
      "    region: eu-central-1\n",
      "    region: eu-central-1\n    tags: { cost: a1 }\n",
    );
    await noted(() => struck([{ operation: "update", fault: "timeout" }], () => pulumi("up")));
    await isWhole();
  });

  it("is made whole when its CLI is killed while a pool is replaced", async function () {
    if (!isWholeSweep()) return this.skip();
    checkout().edit(
      "Pulumi.staging.yaml",
      "machines: [m7i.xlarge], min: 1, max: 4",
      "machines: [m7i.2xlarge], min: 1, max: 4",
    );
    await noted(() => killed(() => made("NodeGroup") === 5));
    await noted(async () => expect((await start()).code).to.equal(0));
    await isWhole();
    expect(made("NodeGroup")).to.equal(4);
  });

  it("is taken down without a trace", async () => {
    await noted(() => pulumi("destroy"));
    await isGone();
  });

  it("is made whole when each thing comes to nothing, and taken down when nobody waits for anything's end", async function () {
    if (!isWholeSweep()) return this.skip();
    this.timeout(60 * 60_000);
    const strikes: Strike[] = [
      { operation: "create", fault: "half" },
      { operation: "create", fault: "timeout", nth: 2 },
    ];
    await noted(() => struck(strikes, () => pulumi("up")));
    lives += 1;
    await isWhole();
    await noted(() => struck([{ operation: "delete", fault: "timeout" }], () => pulumi("destroy")));
    await isGone();
  });

  it("is made whole when its CLI is killed at every stage", async function () {
    if (!isWholeSweep()) return this.skip();
    const moments = {
      network: () => made("Subnet") >= 2,
      cluster: () => made("Cluster") === 1,
      administrators: () => made("AccessPolicyAssociation") === 1,
      "add-ons": () => made("Addon") >= 2,
      pools: () => made("NodeGroup") >= 2,
    };
    for (const moment of Object.values(moments)) await noted(() => killed(moment));
    await noted(async () => expect((await start()).code).to.equal(0));
    lives += 1;
    await isWhole();
    survived.push(`kills while there came to be ${Object.keys(moments).join(", ")}: each survived in one run`);
  });

  it("let nobody into a namespace at any moment of all that without its guards", () => {
    const plan = planEstate(parseEstate(readStackFile(checkout().root, STACK)));
    const { grants, unguarded } = rightsIn(writes, plan);
    expect(unguarded).to.deep.equal([]);
    // More where a deployment that goes on after a fault writes a grant again; fewer would mean that nothing was looked at.
    expect(grants).to.be.at.least(lives * 6);
  });
});
