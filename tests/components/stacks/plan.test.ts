import { expect } from "chai";
import { type Asked, memoryProblems, orphanProblems, orphansOf } from "../../../components/stacks/plan";
import { EKS } from "../../support/eks";
import { estateWith } from "../../support/estate";

const CLUSTER = "arn:aws:eks:eu-central-1:111122223333:cluster/staging";
const GIVEN: Asked = { apart: { hooli: { stack: "staging-hooli", cluster: `${CLUSTER}-hooli`, parent: CLUSTER } } };
const ORPHAN = { tenant: "hooli", stack: "staging-hooli" };
const OWN = { isolation: { cluster: "dedicated" }, cluster: { cidr: "10.1.0.0/16" } };
const estate = (tenants: object, rest: object = {}) => estateWith({ acme: {}, ...tenants }, { platform: EKS, ...rest });

describe("a stack that made a tenant's own cluster", () => {
  it("is looked for when the tenant is not to have it any more", () => {
    expect(orphansOf(estate({ hooli: {} }), GIVEN)).to.deep.equal([ORPHAN]);
    expect(orphansOf(estate({}), GIVEN)).to.deep.equal([ORPHAN]);
  });

  it("is not, where the tenant keeps it, never had one, or is named as one to remove", () => {
    expect(orphansOf(estate({ hooli: OWN }), GIVEN)).to.deep.equal([]);
    expect(orphansOf(estate({ hooli: {} }), {})).to.deep.equal([]);
    expect(orphansOf(estate({ hooli: {} }), { fault: 'unknown stack "staging"' })).to.deep.equal([]);
    expect(orphansOf(estate({}, { guardrails: { removals: ["hooli"] } }), GIVEN)).to.deep.equal([]);
  });

  it("is not taken for nobody's because what was given away cannot be read", () => {
    expect(memoryProblems({ fault: "403 Forbidden" })).to.deep.equal([
      {
        path: ["tenants"],
        rule: "cannot be judged: which of them this stack gave a cluster of their own is not known (403 Forbidden); run it again when the state can be read",
      },
    ]);
    expect(memoryProblems({ fault: 'unknown stack "staging"' })).to.deep.equal([]);
    expect(memoryProblems(GIVEN)).to.deep.equal([]);
  });

  it("has to be destroyed before its tenant is forgotten, or taken back", () => {
    const alive = { tenants: { hooli: {} as never } };
    const wayOut =
      "stack staging-hooli still has the tenant on a cluster of its own; destroy that first (pulumi destroy --stack staging-hooli), or name the tenant in guardrails.removals";
    expect(orphanProblems(ORPHAN, alive, estate({}))).to.deep.equal([
      { path: ["tenants", "hooli"], rule: `would leave its cluster to nobody: ${wayOut}` },
    ]);
    expect(orphanProblems(ORPHAN, alive, estate({ hooli: {} }))).to.deep.equal([
      { path: ["tenants", "hooli", "isolation", "cluster"], rule: `would have it live in two places: ${wayOut}` },
    ]);
  });

  it("is not taken for gone because nobody can say", () => {
    expect(orphanProblems(ORPHAN, { fault: "403 Forbidden" }, estate({}))).to.deep.equal([
      {
        path: ["tenants", "hooli"],
        rule: "cannot be let go: whether stack staging-hooli still has the tenant is not known (403 Forbidden)",
      },
    ]);
  });

  it("is in nobody's way once it is destroyed or removed", () => {
    expect(orphanProblems(ORPHAN, {}, estate({}))).to.deep.equal([]);
    expect(orphanProblems(ORPHAN, { fault: 'unknown stack "staging-hooli"' }, estate({}))).to.deep.equal([]);
  });
});
