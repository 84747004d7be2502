import { expect } from "chai";
import type { IdentityPlan } from "../../../components/identity/plan";
import { type Plan, planEstate } from "../../../components/plan";
import { derive } from "../../../proof/static";
import { onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";

const UPLOADS = "arn:aws:iam::111122223333:policy/uploads";
const uploader = { policies: [UPLOADS] };
const TENANTS = {
  acme: { namespaces: ["web", "batch"], identities: { uploader: { namespace: "web", policies: [UPLOADS] } } },
  globex: { identities: { uploader } },
  hooli: {},
};

const plan = planEstate(estateOf(onEks(TENANTS)));

interface Trust {
  Statement: { Effect: string; Principal: object; Condition: Record<string, Record<string, unknown>> }[];
}

/** The plan with the trust of acme's role changed. */
function trusting(change: (statement: Trust["Statement"][number], trust: Trust) => void): Plan {
  const identities = plan.identities.map((identity): IdentityPlan => {
    if (identity.tenant !== "acme") return identity;
    const trust = JSON.parse(identity.trust) as Trust;
    const [statement] = trust.Statement;
    if (statement) change(statement, trust);
    return { ...identity, trust: JSON.stringify(trust) };
  });
  return { ...plan, identities };
}

/** What is derived of each tenant's claim to be believed to be nobody else. */
function found(of: Plan): Record<string, string> {
  const derived = derive(of).filter(({ claim }) => claim === "identity");
  return Object.fromEntries(derived.map(({ tenant, finding }) => [tenant, finding]));
}

const NONE = "no other tenant's role in the account trusts its pods";
const ROLE = "the role of acme-web/uploader, of acme,";

describe("a role in the account", () => {
  it("is reached from no other tenant's namespace", () => {
    expect(found(plan)).to.deep.equal({ acme: NONE, globex: NONE, hooli: NONE });
    expect(derive(plan).filter(({ holds }) => !holds)).to.deep.equal([]);
  });

  it("is nothing to be derived where nobody has one", () => {
    expect(found(planEstate(estateOf(onEks({ acme: {} }))))).to.deep.equal({});
  });

  it("is reached from the namespace that its trust names", () => {
    const swapped = trusting(({ Condition }) => {
      if (Condition.StringEquals) Condition.StringEquals["aws:RequestTag/kubernetes-namespace"] = "hooli";
    });
    expect(found(swapped)).to.deep.equal({ acme: NONE, globex: NONE, hooli: `${ROLE} lets in pods of hooli` });
  });

  for (const [tag, missing] of [
    ["eks-cluster-arn", undefined],
    ["kubernetes-namespace", undefined],
    ["kubernetes-service-account", ["uploader", "other"]],
  ] as const) {
    it(`is reached by everybody else when its trust does not ask for ${tag}`, () => {
      const open = trusting(({ Condition }) => {
        if (Condition.StringEquals) Condition.StringEquals[`aws:RequestTag/${tag}`] = missing;
      });
      const finding = `${ROLE} does not ask for ${tag}`;
      expect(found(open)).to.deep.equal({ acme: NONE, globex: finding, hooli: finding });
    });
  }

  it("is reached by everybody else when its trust only likes what it should equal", () => {
    const alike = trusting((statement) => {
      statement.Condition = { StringLike: statement.Condition.StringEquals ?? {} };
    });
    const finding = `${ROLE} does not ask for eks-cluster-arn, kubernetes-namespace, kubernetes-service-account`;
    expect(found(alike)).to.deep.equal({ acme: NONE, globex: finding, hooli: finding });
  });

  it("is reached by whomever a second statement lets in, and by nobody whom it keeps out", () => {
    const also = (Effect: string) =>
      trusting((_, trust) => trust.Statement.push({ Effect, Principal: { AWS: "*" }, Condition: {} }));
    expect(found(also("Allow")).hooli).to.equal(`${ROLE} trusts others than pods`);
    expect(found(also("Deny")).hooli).to.equal(NONE);
  });
});
