import { expect } from "chai";
import { EKS } from "../../support/eks";
import { complaintsAbout } from "../complaints";

const ANN = "arn:aws:iam::111122223333:user/ann";
const ROLE = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Acme_0123";

const admins = (...subjects: unknown[]) => ({ access: { admins: subjects } });
function about(tenants: Readonly<Record<string, unknown>>, platform: object = EKS): string[] {
  return complaintsAbout(tenants, { platform });
}

describe("somebody of IAM", () => {
  it("is in the group of a tenant by a role or as a user", () => {
    expect(about({ acme: admins({ group: "acme-admins", principals: [ANN, ROLE] }) })).to.deep.equal([]);
  });

  it("is known by a role, never by one of its sessions", () => {
    const session = "arn:aws:sts::111122223333:assumed-role/acme/ann";
    expect(about({ acme: admins({ group: "acme-admins", principals: [session] }) })).to.deep.equal([
      `tenants.acme.access.admins[0].principals[0]: "${session}" is not an ARN; write it as arn:aws:iam::111122223333:role/platform`,
    ]);
  });

  it("is let in by a group, not as somebody whom the API server would have to believe", () => {
    expect(about({ acme: admins({ user: "ann", principals: [ANN] }) })).to.deep.equal([
      `tenants.acme.access.admins[0]: {"user":"ann","principals":["${ANN}"]} names principals without a group; write the group that EKS puts them into`,
    ]);
  });

  it("is in no group that EKS gives to nobody", () => {
    const groups = ["eks:ops", "aws:ops", "amazon:ops", "iam:ops", "ops"];
    const subjects = groups.map((group) => ({ group, principals: [ANN] }));
    const refusal = (index: number, prefix: string) =>
      `tenants.acme.access.admins[${index}].group: "${prefix}ops" begins with ${prefix}, which EKS gives to nobody; choose another group, as acme-admins`;
    expect(about({ acme: admins(...subjects) })).to.deep.equal([
      refusal(0, "eks:"),
      refusal(1, "aws:"),
      refusal(2, "amazon:"),
      refusal(3, "iam:"),
    ]);
    expect(about({ acme: admins({ group: "system:masters", principals: [ANN] }) })).to.have.length(1);
    expect(about({ acme: admins({ group: "aws:ops" }) }), "of another authenticator").to.deep.equal([]);
  });

  it("is no administrator of the cluster beside it", () => {
    const platform = "arn:aws:iam::111122223333:role/platform";
    expect(about({ acme: admins({ group: "acme-admins", principals: [ANN, platform] }) })).to.deep.equal([
      `tenants.acme.access.admins[0].principals[1]: "${platform}" is one of platform.admins, who may do everything as it is, and EKS has one entry for each principal; remove it here or there`,
    ]);
  });

  it("is of the cluster's own partition of AWS", () => {
    const elsewhere = "arn:aws-cn:iam::111122223333:role/ann";
    expect(about({ acme: admins({ group: "acme-admins", principals: [elsewhere] }) })).to.deep.equal([
      `tenants.acme.access.admins[0].principals[0]: "${elsewhere}" is of another partition of AWS than the cluster (aws), which lets in nobody from there; name a principal of it`,
    ]);
  });

  it("is in two tenants only where both say so", () => {
    const of = (group: string, rest: object = {}) => admins({ group, principals: [ANN], ...rest });
    expect(about({ acme: of("acme-admins"), globex: of("globex-admins") })).to.deep.equal([
      `tenants.acme.access.admins[0].principals[0]: "principal ${ANN}" also acts for tenant "globex"; use another subject, or let each of them name the others in sharedWith`,
      `tenants.globex.access.admins[0].principals[0]: "principal ${ANN}" also acts for tenant "acme"; use another subject, or let each of them name the others in sharedWith`,
    ]);
    const acme = of("acme-admins", { sharedWith: ["globex"] });
    expect(about({ acme, globex: of("globex-admins") })).to.have.length(1);
    expect(about({ acme, globex: of("globex-admins", { sharedWith: ["acme"] }) })).to.deep.equal([]);
  });

  it("may have two roles in one tenant", () => {
    const access = {
      admins: [{ group: "acme-admins", principals: [ANN] }],
      viewers: [{ group: "acme-viewers", principals: [ANN] }],
    };
    expect(about({ acme: { access } })).to.deep.equal([]);
  });

  it("is nobody to a cluster that is not EKS's", () => {
    expect(about({ acme: admins({ group: "acme-admins", principals: [ANN] }) }, { kind: "existing" })).to.deep.equal([
      'tenants.acme.access.admins[0].principals: are let in by EKS, and the platform is of kind "existing"; remove them, and have its own authenticator put people into the group',
    ]);
  });
});
