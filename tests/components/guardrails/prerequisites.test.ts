import { expect } from "chai";
import { prerequisiteProblems } from "../../../components/guardrails/prerequisites";
import { estateWith } from "../../support/estate";

const deployer = { username: "root", groups: ["system:masters"] };

describe("what the guardrails ask of a cluster", () => {
  it("is a server that runs pods in user namespaces, where a tenant demands it", () => {
    const estate = estateWith({ acme: { isolation: { userNamespaces: "required" } }, globex: {} });
    expect(prerequisiteProblems(estate, { minor: "1.33", deployer })).to.deep.equal([]);
    expect(prerequisiteProblems(estate, { minor: "1.32", deployer })).to.deep.equal([
      {
        path: ["tenants", "acme", "isolation", "userNamespaces"],
        value: "required",
        rule: "is not to be had on Kubernetes 1.32, which takes user namespaces from 1.33 on; remove it, or upgrade the cluster",
      },
    ]);
  });

  it("is somebody who deploys and whom they know", () => {
    const estate = estateWith({ acme: {} });
    const [problem] = prerequisiteProblems(estate, { minor: "1.36", deployer: { username: "ann", groups: [] } });
    expect(problem?.path).to.deep.equal(["guardrails", "exemptions", "platformIdentities"]);
    expect(problem?.rule).to.include('the cluster sees you as "ann"');
  });
});
