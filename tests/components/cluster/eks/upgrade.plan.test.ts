import { expect } from "chai";
import { upgradeProblems } from "../../../../components/cluster/eks/upgrade.plan";
import { formatProblem } from "../../../../config/problems";

const told = (version: string, live: string) => upgradeProblems({ version }, live).map(formatProblem);

describe("the minor of a cluster on EKS", () => {
  it("stays, or goes one up", () => {
    expect(told("1.36", "1.36")).to.deep.equal([]);
    expect(told("1.36", "1.35")).to.deep.equal([]);
  });

  it("never goes back", () => {
    expect(told("1.35", "1.36")).to.deep.equal([
      'platform.version: "1.35" is older than the cluster, which has 1.36; write "1.36". Within seven days of an upgrade AWS rolls a cluster back (docs/guides/eks.md, Upgrades); then write what it has',
    ]);
  });

  it("leaves none out, and says the way", () => {
    expect(told("1.36", "1.33")).to.deep.equal([
      'platform.version: "1.36" is 3 minors above the cluster\'s 1.33, and EKS takes one at a time; write "1.34", deploy, raise addons and autoscaler to it, deploy, and so on to 1.36 (docs/guides/eks.md, Upgrades)',
    ]);
  });
});
