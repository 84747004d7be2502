import { expect } from "chai";
import { planPeople } from "../../../../components/cluster/eks/people.plan";
import { onEks } from "../../../support/eks";
import { estateOf, estateWith } from "../../../support/estate";

const ann = "arn:aws:iam::111122223333:user/ann";
const ops = "arn:aws:iam::111122223333:role/ops/acme.admins";

describe("the people whom a cluster on EKS lets in", () => {
  it("are each let in once, into the groups of all tenants that name them", () => {
    const tenants = {
      globex: {
        access: { viewers: [{ group: "globex-viewers", principals: [ann], sharedWith: ["acme"] }] },
      },
      acme: {
        access: {
          admins: [{ group: "acme-admins", principals: [ops] }, { user: "bob" }],
          developers: [{ group: "acme-devs", principals: [ann, ops], sharedWith: ["globex"] }],
        },
      },
    };
    expect(planPeople(estateOf(onEks(tenants)))).to.deep.equal([
      { principal: ops, title: "111122223333/role/ops/acme.admins", groups: ["acme-admins", "acme-devs"] },
      { principal: ann, title: "111122223333/user/ann", groups: ["acme-devs", "globex-viewers"] },
    ]);
  });

  it("are nobody's business where the cluster is there already", () => {
    expect(planPeople(estateWith({ acme: { access: { admins: [{ group: "acme-admins" }] } } }))).to.deep.equal([]);
  });
});
