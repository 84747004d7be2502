import { expect } from "chai";
import { EKS } from "../../support/eks";
import { complaintsAbout } from "../complaints";

const UPLOADS = "arn:aws:iam::111122223333:policy/acme-uploads";

function about(tenant: object, platform: object = EKS): string[] {
  return complaintsAbout({ acme: tenant }, { platform });
}

describe("an identity", () => {
  it("needs no namespace where the tenant has one", () => {
    expect(about({ identities: { uploader: { policies: [UPLOADS] } } })).to.deep.equal([]);
  });

  it("is in a namespace of its tenant", () => {
    const namespaces = ["web", "batch"];
    expect(
      about({
        namespaces,
        identities: { uploader: { policies: [UPLOADS] }, reader: { namespace: "globex", policies: [UPLOADS] } },
      }),
    ).to.deep.equal([
      'tenants.acme.identities.reader.namespace: "globex" is no namespace of the tenant (web, batch)',
      "tenants.acme.identities.uploader.namespace: is missing, and the tenant has several; write one of web, batch",
    ]);
    expect(about({ namespaces, identities: { uploader: { namespace: "web", policies: [UPLOADS] } } })).to.deep.equal(
      [],
    );
  });

  it("is not the whole account, nor nothing", () => {
    const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    expect(about({ identities: { nobody: { policies: [] }, uploader: { policies: [UPLOADS, admin] } } })).to.deep.equal(
      ["tenants.acme.identities.nobody.policies: [] is an empty list; an identity that may do nothing is none"],
    );
    expect(about({ identities: { uploader: { policies: [UPLOADS, admin] } } })).to.deep.equal([
      `tenants.acme.identities.uploader.policies[1]: "${admin}" hands over the account, other tenants' rights included; name a policy with what the workload needs`,
    ]);
  });

  it("needs a cloud account", () => {
    expect(about({ identities: { uploader: { policies: [UPLOADS] } } }, { kind: "existing" })).to.deep.equal([
      'tenants.acme.identities: have no cloud account on a platform of kind "existing"; remove them, or move the tenant to kind eks',
    ]);
  });
});
