import { expect } from "chai";
import { eksSite } from "../../../../components/cluster/eks/site";
import { planEstate } from "../../../../components/plan";
import type { EksPlatform } from "../../../../config/schema";
import { INVOKES } from "../../../../tools/standin/aws/invokes";
import type { Thing } from "../../../../tools/standin/aws/store";
import type { PropertyMap } from "../../../../tools/standin/plugin/properties";
import { useClusters } from "../../../support/clusters";
import { ADDED_BY_AWS, onEks } from "../../../support/eks";
import { estateOf } from "../../../support/estate";
import { askedBy } from "../../../support/program";
import { useCloud } from "../../../tools/standin/aws/cloud/site";

type Size = Readonly<Record<"minSize" | "maxSize" | "desiredSize", number>>;

/** A pool of acme's on the stand-in cloud, as program, engine and cluster-autoscaler leave it one after the other. */
describe("the number of a pool's nodes, from one deployment to the next", () => {
  const { bench, estate, groupInputs } = useCloud();
  useClusters("arn:aws:iam::111122223333:role/platform");
  let group: Thing | undefined;
  let inputs: (size: Size) => PropertyMap;
  /** What the engine has written down of the last deployment. */
  let remembered: Size | undefined;

  beforeEach(async () => {
    const at = await estate({ name: "staging" });
    const named = { clusterName: "staging", nodeGroupName: "cluster-acme-1234567" };
    inputs = (size) => groupInputs(at, { ...named, scalingConfig: { ...size } });
    group = remembered = undefined;
    await deploy({ min: 1, max: 3 });
  });

  /** The program, then an engine: for what is to be ignored it sends what it remembers, and it sends only changes. */
  async function deploy(pool: { min: number; max: number }): Promise<void> {
    const { size, ignoreChanges } = await asked(pool);
    const ignored = remembered && ignoreChanges.includes("scalingConfig.desiredSize");
    const sent = ignored ? { ...size, desiredSize: remembered?.desiredSize ?? 0 } : size;
    if (!group) group = await bench().make("NodeGroup", inputs(sent));
    else if (JSON.stringify(sent) !== JSON.stringify(remembered)) await bench().change(group, inputs(sent));
    remembered = sent;
  }

  async function asked(pool: { min: number; max: number }) {
    const written = estateOf(onEks({ acme: { isolation: { nodes: "dedicated" }, pool } }));
    const answers = Object.fromEntries(
      Object.entries(INVOKES).map(([token, invoke]) => [
        token,
        (args: object) => invoke(args as PropertyMap, bench().world),
      ]),
    );
    const { resources } = await askedBy(
      async () => {
        const site = await eksSite(written.platform as EksPlatform);
        site.construct(planEstate(written));
      },
      { added: ADDED_BY_AWS, answers },
    );
    const found = resources.find(({ type, name }) => type === "aws:eks/nodeGroup:NodeGroup" && name === "cluster-acme");
    if (!found) throw new Error("acme has no group");
    return { size: found.inputs.scalingConfig as Size, ignoreChanges: found.ignoreChanges };
  }

  /** cluster-autoscaler asks for as many, and Pulumi is told nothing of it. */
  async function autoscale(desiredSize: number): Promise<void> {
    if (!group) throw new Error("acme has no group");
    await bench().change(group, inputs({ ...(remembered as Size), desiredSize }));
  }

  const nodes = () => bench().plane.nodes.map(({ name }) => name);

  it("begins with the fewest", () => {
    expect(nodes()).to.have.length(1);
    expect(remembered).to.deep.equal({ minSize: 1, maxSize: 3, desiredSize: 1 });
  });

  it("is the autoscaler's when the pool may have more: no node goes that was there", async () => {
    await autoscale(3);
    const busy = nodes();
    await deploy({ min: 1, max: 5 });
    expect(nodes()).to.deep.equal(busy).and.have.length(3);
    const kept = bench()
      .store.read()
      .get("aws:eks/nodeGroup:NodeGroup", group?.id ?? "");
    expect(kept?.state.scalingConfig).to.deep.equal({ minSize: 1, maxSize: 5, desiredSize: 3 });
  });

  it("is the autoscaler's again when the bounds stay, and the deployment sends nothing", async () => {
    await autoscale(3);
    await deploy({ min: 1, max: 5 });
    await autoscale(5);
    await deploy({ min: 1, max: 5 });
    expect(nodes()).to.have.length(5);
    await autoscale(2);
    await deploy({ min: 1, max: 5 });
    expect(nodes()).to.have.length(2);
  });

  it("is what the bounds allow, when they allow fewer", async () => {
    await autoscale(3);
    await deploy({ min: 0, max: 2 });
    expect(nodes()).to.have.length(2);
  });
});
