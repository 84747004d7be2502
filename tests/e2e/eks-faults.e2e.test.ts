import { expect } from "chai";
import type { Thing } from "../../tools/standin/aws/store";
import { progressPrinter, provideKarpenter } from "../../tools/toolchain";
import { provideMoto } from "../tools/standin/aws/moto/opinion";
import { AuditedCheckout, type Write } from "./support/audit";
import { useCheckout } from "./support/checkout";
import { cloudOf, stateOf, strikesIn } from "./support/cloud";
import { isGone, isWhole, letNobodyInUnguarded } from "./support/whole";

const STACK = "staging";

/** More than the graph is deep, and far fewer than it has resources. */
const MOST_RUNS = 24;

const GRANTS_OF_A_LIFE = 6;

/** As BULKHEAD_AWS_FAULTS takes it. */
interface Fault {
  readonly type: string;
  readonly operation: "create" | "update" | "delete";
  readonly fault: string;
  readonly nth?: number;
}

const everywhere = (operation: Fault["operation"], fault: string, nth = 1): Fault => {
  return { type: "*", operation, fault, nth };
};

/** What most stands on, and what takes the longest to go. */
const SLOW_TO_GO = ["NodeGroup", "Addon", "Cluster", "NatGateway", "Subnet", "SecurityGroup", "Role", "Key", "Vpc"];

/** What staging has not: rights of a tenant's pods in the account, and a pool of Karpenter's. */
const MORE: readonly (readonly [from: string, to: string])[] = [
  [
    "      network:\n        ingress: [{ tenant: umbrella",
    "      identities: { uploader: { policies: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess] } }\n      network:\n        ingress: [{ tenant: umbrella",
  ],
  ["pool: { machines: [m7i.xlarge], min: 1, max: 4 }", "pool: { scaling: karpenter, machines: [m7i.xlarge], max: 4 }"],
  ["    addons:\n", "    karpenter: { version: 1.14.1, images: { al2023: v20260812 } }\n    addons:\n"],
];

/** One deployment's life after another: each promise begins where the one before it ended. */
describe("a stack on EKS of which everything goes wrong once", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout((toolchain) => new AuditedCheckout(toolchain));
  const writes: Write[] = [];
  const survived: string[] = [];
  /** How often the tenants came to be. */
  let lives = 0;

  before("start, and be struck before anything is there", async function () {
    this.timeout(45 * 60_000);
    await provideKarpenter({ report: progressPrinter() });
    for (const [from, to] of MORE) checkout().edit("Pulumi.staging.yaml", from, to);
    checkout().environment.BULKHEAD_AWS_FAULTS = JSON.stringify([everywhere("create", "fail")]);
    const { stdout } = await checkout().npm("start", "--stack", STACK, "--no-proof");
    expect(stdout).to.include("InternalFailure: an injected fault");
  });
  after("say what was survived", () => {
    for (const line of survived) console.log(`      ${line}`);
  });

  const cloud = () => cloudOf(checkout());

  /** Runs a command until it is through what goes wrong. How often something did. */
  async function struck(command: "up" | "destroy", faults: readonly Fault[]): Promise<number> {
    const { environment } = checkout();
    environment.BULKHEAD_AWS_FAULTS = JSON.stringify(faults);
    // Or each run would end after the first few. A destroy that goes on waits for ever.
    if (command === "up") environment.PULUMI_CONTINUE_ON_ERROR = "true";
    else delete environment.PULUMI_CONTINUE_ON_ERROR;
    const before = strikesIn(cloud());
    let runs = 0;
    const written = await checkout().writesDuring(async () => {
      runs = await completed(command);
    });
    writes.push(...written);
    delete environment.BULKHEAD_AWS_FAULTS;
    const strikes = strikesIn(cloud()) - before;
    const kinds = new Set(faults.map(({ operation, fault }) => `${operation} ${fault}`));
    survived.push(`${[...kinds].join(", ")}: ${strikes} injected and survived in ${runs} runs`);
    return strikes;
  }

  async function completed(command: "up" | "destroy"): Promise<number> {
    const args = [command, "--stack", STACK, "--yes", "--non-interactive", "--skip-preview"];
    for (let runs = 1; ; runs += 1) {
      const { code, output } = await checkout().pulumi(...args);
      if (code === 0) {
        return runs;
      }
      expect(runs, output).to.be.below(MOST_RUNS);
    }
  }

  /** How many resources there are that AWS has. */
  async function resources(): Promise<number> {
    return (await stateOf(checkout(), STACK)).resources.filter(({ type }) => type.startsWith("aws:")).length;
  }

  async function created(...faults: readonly string[]): Promise<void> {
    const all = faults.map((fault, index) => everywhere("create", fault, index + 1));
    const strikes = await struck("up", all);
    lives += 1;
    await isWhole(checkout(), STACK);
    expect(strikes).to.equal(faults.length * (await resources()));
  }

  async function ended(faults: readonly Fault[]): Promise<number> {
    const strikes = await struck("destroy", faults);
    await isGone(checkout(), STACK);
    return strikes;
  }

  it("is made whole when each creation is throttled, comes too early for its role, and then fails", () =>
    created("throttle", "role-not-ready", "fail"));

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
    const region = "    region: eu-central-1\n";
    checkout().edit("Pulumi.staging.yaml", region, `${region}    tags: { cost: a1 }\n`);
    // Everything that carries tags.
    expect(await struck("up", [everywhere("update", "timeout")])).to.be.above(90);
    await isWhole(checkout(), STACK);
  });

  it("is taken down without a trace when each deletion is throttled", async () => {
    // What is part of something else goes with it, and nobody asks for that.
    expect(await ended([everywhere("delete", "throttle")])).to.be.above(150);
  });

  it("is made whole when each thing comes to be in halves", () => created("half"));

  it("is taken down without a trace when nobody waits for the end of what is slow to go", async () => {
    const faults = SLOW_TO_GO.map((type): Fault => ({ type, operation: "delete", fault: "timeout" }));
    expect(await ended(faults)).to.equal(SLOW_TO_GO.length);
  });

  it("is made whole when each thing comes to be and nobody waits for it", () => created("timeout"));

  it("let nobody into a namespace at any moment of all that without its guards", () => {
    letNobodyInUnguarded(checkout(), STACK, writes, lives * GRANTS_OF_A_LIFE);
  });
});
