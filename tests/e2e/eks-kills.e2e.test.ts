import { expect } from "chai";
import { AuditedCheckout, type Write } from "./support/audit";
import { useCheckout } from "./support/checkout";
import { cloudOf } from "./support/cloud";
import { killedWhen } from "./support/kills";
import { isGone, isWhole, letNobodyInUnguarded } from "./support/whole";

const STACK = "staging";

/** One deployment's life after another: each promise begins where the one before it ended. */
describe("a stack on EKS whose CLI is killed", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout((toolchain) => new AuditedCheckout(toolchain));
  const writes: Write[] = [];

  const starting = ["run", "--silent", "start", "--", "--stack", STACK, "--no-proof"];
  const made = (type: string) => cloudOf(checkout()).things.filter(({ token }) => token.endsWith(`:${type}`)).length;

  async function noted(work: () => Promise<unknown>): Promise<void> {
    writes.push(...(await checkout().writesDuring(work)));
  }

  async function killed(moment: () => boolean): Promise<void> {
    const running = checkout().begin("npm", starting);
    await killedWhen(checkout(), STACK, running, moment);
    const { code, stdout, output } = await running.ended;
    expect(code, output).to.equal(1);
    expect(stdout, output).to.include("pulumi up was killed; npm start takes up what it has left behind");
  }

  async function completed(): Promise<void> {
    const { code, output } = await checkout().begin("npm", starting).ended;
    expect(code, output).to.equal(0);
    await isWhole(checkout(), STACK);
  }

  for (const [stage, type] of Object.entries({
    "its network": "Subnet",
    "its cluster": "Cluster",
    "its administrators": "AccessPolicyAssociation",
    "its add-ons": "Addon",
    "its pools": "NodeGroup",
  })) {
    it(`while there comes to be ${stage} goes on from there`, async () => {
      const before = made(type);
      await noted(() => killed(() => made(type) > before));
    });
  }

  it("at each of these stages is made whole by the next npm start", () => noted(completed));

  it("while a pool is replaced is made whole by the next npm start", async () => {
    const machines = (type: string) => `machines: [${type}], min: 1, max: 4`;
    checkout().edit("Pulumi.staging.yaml", machines("m7i.xlarge"), machines("m7i.2xlarge"));
    await noted(() => killed(() => made("NodeGroup") === 5));
    await noted(completed);
    expect(made("NodeGroup")).to.equal(4);
  });

  it("is taken down without a trace", async () => {
    await noted(async () => {
      const options = ["--stack", STACK, "--yes", "--non-interactive", "--skip-preview"];
      const { code, output } = await checkout().pulumi("destroy", ...options);
      expect(code, output).to.equal(0);
    });
    await isGone(checkout(), STACK);
  });

  it("let nobody into a namespace at any moment of all that without its guards", () => {
    letNobodyInUnguarded(checkout(), STACK, writes, 6);
  });
});
