import { expect } from "chai";
import { planIdentities } from "../../../components/identity/plan";
import { type Plan, planEstate } from "../../../components/plan";
import type { Estate } from "../../../config/estate";
import { ownEstate } from "../../../config/own-cluster";
import { claimsOf, residuals } from "../../../proof/claims";
import { weigh } from "../../../proof/evidence";
import type { Proof } from "../../../proof/prove";
import { proofJson } from "../../../proof/report/json";
import { proofMarkdown } from "../../../proof/report/markdown";
import { exitCode } from "../../../proof/report/summary";
import { proofTable } from "../../../proof/report/table";
import { derive } from "../../../proof/static";
import { ownClusterFindings } from "../../../proof/static/own-cluster";
import { EKS } from "../../support/eks";
import { estateWith } from "../../support/estate";

const HOOLI = {
  isolation: { cluster: "dedicated" },
  access: { admins: [{ group: "hooli-admins" }] },
  identities: { uploader: { policies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] } },
};
const OWN_CLAIMS = ["plane", "vpc", "keys", "pool"];

function parentWith(cluster: object = {}): Estate {
  return estateWith({ acme: {}, hooli: { ...HOOLI, cluster: { cidr: "10.1.0.0/16", ...cluster } } }, { platform: EKS });
}

function ownOf(cluster: object = {}): Estate {
  const parent = parentWith(cluster);
  const [own] = parent.apart;
  if (!own) throw new Error("hooli has no cluster of its own");
  return ownEstate(parent, "staging", own);
}

const claims = (plan: Plan) => plan.tenants.flatMap((tenant) => claimsOf(tenant).map(({ id }) => id));
const levels = (plan: Plan) => {
  const derivations = derive(plan);
  const evidence = weigh({ plan, results: [], derivations, strangers: [], untried: () => false });
  return Object.fromEntries(evidence.map(({ claim, level }) => [claim.id, level]));
};

function proof(plan: Plan): Proof {
  const derivations = derive(plan);
  const evidence = weigh({ plan, results: [], derivations, strangers: [], untried: () => false });
  return {
    at: "2026-11-23T20:00:00.000Z",
    server: "https://cluster.example.com",
    kubernetes: "v1.36.3",
    seconds: 0.1,
    broken: undefined,
    left: [],
    plan,
    evidence,
    results: [],
    derivations,
    strangers: [],
  };
}

describe("claims about a tenant with a cluster of its own", () => {
  it("are of what it has to itself, and of its bounds, but of no other tenant, since there is none", () => {
    const said = claims(planEstate(ownOf()));
    expect(said).to.include.members([...OWN_CLAIMS, "border", "rights", "frame", "host", "budget"]);
    expect(said).to.not.include.members(["privacy"]).and.not.include.members(["breakout"]);
  });

  it("are of what it has to itself alone, where its people administer the cluster", () => {
    expect(claims(planEstate(ownOf({ clusterAdmin: "tenant" })))).to.deep.equal(OWN_CLAIMS);
  });

  it("are none on the cluster that the others share", () => {
    const plan = planEstate(parentWith());
    expect(plan.tenants.map(({ tenant }) => tenant.id)).to.deep.equal(["acme"]);
    expect(claims(plan)).to.not.include.members(OWN_CLAIMS);
  });

  it("are computed from the plan, and no more than that", () => {
    expect(levels(planEstate(ownOf({ clusterAdmin: "tenant" })))).to.deep.equal({
      plane: "derived",
      vpc: "derived",
      keys: "derived",
      pool: "derived",
    });
  });

  it("do not hold on the others' cluster, in a network that is there already, or beside another tenant", () => {
    const own = ownOf();
    if (own.platform.kind !== "eks") throw new Error("not on EKS");
    const { platform } = own;
    const twin = { ...own, platform: { ...platform, name: "staging" } };
    expect(levels(planEstate(twin))).to.include({ plane: "none", vpc: "none", keys: "none", pool: "none" });
    const given = { vpc: "vpc-0123456789abcdef0", cidrs: ["172.31.0.0/16"], subnets: {} };
    const guest = { ...own, platform: { ...platform, network: { ...platform.network, given } } };
    expect(levels(planEstate(guest))).to.include({ plane: "derived", vpc: "none", keys: "derived", pool: "derived" });
    const crowded = { ...own, tenants: [...parentWith().tenants, ...own.tenants] };
    expect(derive(planEstate(crowded)).find(({ claim }) => claim === "plane")?.finding).to.equal(
      "acme is on the cluster too",
    );
  });

  it("do not hold for a role that other clusters' workloads can take", () => {
    const estate = ownOf();
    const [identity] = planIdentities(estate);
    if (!identity) throw new Error("hooli has no identity");
    const { trust } = identity;
    const others = [trust.replace("cluster/staging-hooli", "cluster/staging"), trust.replace("eks-cluster-arn", "tag")];
    const identities = others.map((one) => ({ ...identity, trust: one }));
    const findings = ownClusterFindings({ estate, identities });
    expect(findings.find(({ claim }) => claim === "pool")?.problems).to.deep.equal([
      "the role of hooli/uploader trusts arn:aws:eks:eu-central-1:111122223333:cluster/staging",
      "the role of hooli/uploader trusts every cluster",
    ]);
  });

  it("come with what is shared all the same", () => {
    const shared = (cluster: object) => planEstate(ownOf(cluster)).tenants.flatMap(residuals);
    const admins = ["arn:aws:iam::444455556666:role/platform"];
    const always = "the platform's administrators, and the state of its stacks";
    expect(shared({})).to.deep.equal([
      "the cloud account 111122223333, with its quotas and its administrators",
      always,
    ]);
    expect(shared({ admins })).to.deep.equal([always]);
  });
});

describe("a proof of a cluster that its tenant administers", () => {
  const whole = proof(planEstate(ownOf({ clusterAdmin: "tenant" })));

  it("is one without an attack, as long as all follows from the plan", () => {
    expect(exitCode(whole, "refused")).to.equal(0);
    const evidence = whole.evidence.map((it) => (it.claim.id === "vpc" ? { ...it, level: "none" as const } : it));
    expect(exitCode({ ...whole, evidence }, "tolerated")).to.equal(1);
  });

  it("is none, where something is claimed that would have to be attacked", () => {
    expect(exitCode(proof(planEstate(ownOf())), "tolerated")).to.equal(3);
  });

  it("says so in every report", () => {
    expect(proofTable(whole)).to.match(/own plane +│ derived/);
    expect(proofMarkdown(whole)).to.include("hooli shares its control plane with no other tenant");
  });
});

describe("a proof of the cluster that the others share", () => {
  it("says where the proof of the rest is", () => {
    const parent = proof(planEstate(parentWith()));
    expect(proofTable(parent)).to.include("! hooli is on a cluster of its own: npx bulkhead prove --stack test-hooli");
    expect(proofMarkdown(parent)).to.include(
      "| hooli | arn:aws:eks:eu-central-1:111122223333:cluster/staging-hooli | test-hooli |",
    );
    expect(proofJson(parent)).to.deep.include({
      apart: [
        { id: "hooli", stack: "test-hooli", cluster: "arn:aws:eks:eu-central-1:111122223333:cluster/staging-hooli" },
      ],
    });
  });
});
