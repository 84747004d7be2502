import { expect } from "chai";
import { complaintsAbout } from "../complaints";

const admins = (...subjects: unknown[]) => ({ access: { admins: subjects } });
const deployer = (namespace: string, rest: object = {}) => ({
  serviceAccount: { namespace, name: "deployer" },
  ...rest,
});

describe("a subject", () => {
  it("is exactly one of user, group and account", () => {
    expect(complaintsAbout({ acme: admins({}, { user: "ann", group: "devs" }, { group: "devs" }) })).to.deep.equal([
      "tenants.acme.access.admins[0]: {} has to name somebody; write exactly one of user, group, serviceAccount",
      'tenants.acme.access.admins[1]: {"user":"ann","group":"devs"} has to name somebody; write exactly one of user, group, serviceAccount',
    ]);
  });

  it("is no identity of the cluster", () => {
    expect(complaintsAbout({ acme: admins({ group: "system:masters" }, { user: "system:admin" }) })).to.deep.equal([
      'tenants.acme.access.admins[0].group: "system:masters" is an identity of the cluster itself; name people\'s own users and groups',
      'tenants.acme.access.admins[1].user: "system:admin" is an identity of the cluster itself; name people\'s own users and groups',
    ]);
  });

  it("is no service account in the clothes of a user", () => {
    expect(complaintsAbout({ acme: admins({ user: "system:serviceaccount:globex:bot" }), globex: {} })).to.deep.equal([
      'tenants.acme.access.admins[0].user: "system:serviceaccount:globex:bot" is a service account; write serviceAccount: { namespace: globex, name: bot }',
    ]);
  });

  it("acts for one tenant", () => {
    expect(complaintsAbout({ acme: admins({ group: "devs" }), globex: admins({ group: "devs" }) })).to.deep.equal([
      'tenants.acme.access.admins[0]: "group devs" also acts for tenant "globex"; use another subject, or let each of them name the others in sharedWith',
      'tenants.globex.access.admins[0]: "group devs" also acts for tenant "acme"; use another subject, or let each of them name the others in sharedWith',
    ]);
  });

  it("acts for another when both tenants say so", () => {
    const acme = admins({ user: "auditor", sharedWith: ["globex"] });
    expect(complaintsAbout({ acme, globex: admins({ user: "auditor", sharedWith: ["acme"] }) })).to.deep.equal([]);
    expect(complaintsAbout({ acme, globex: admins({ user: "auditor" }) })).to.deep.equal([
      'tenants.globex.access.admins[0]: "user auditor" also acts for tenant "acme"; use another subject, or let each of them name the others in sharedWith',
    ]);
  });

  it("acts for two others when these say so of each other too", () => {
    const acme = admins({ user: "auditor", sharedWith: ["globex", "hooli"] });
    const withAcme = admins({ user: "auditor", sharedWith: ["acme"] });
    expect(complaintsAbout({ acme, globex: withAcme, hooli: withAcme })).to.deep.equal([
      'tenants.globex.access.admins[0]: "user auditor" also acts for tenant "hooli"; use another subject, or let each of them name the others in sharedWith',
      'tenants.hooli.access.admins[0]: "user auditor" also acts for tenant "globex"; use another subject, or let each of them name the others in sharedWith',
    ]);
  });

  it("may be a user of one tenant and a group of the same name of another", () => {
    expect(complaintsAbout({ acme: admins({ user: "ops" }), globex: admins({ group: "ops" }) })).to.deep.equal([]);
  });

  it("may have two roles in its tenant", () => {
    expect(
      complaintsAbout({ acme: { access: { admins: [{ user: "ann" }], viewers: [{ user: "ann" }] } } }),
    ).to.deep.equal([]);
  });

  it("names no crowd of tenants in its message", () => {
    const ids = ["a1", "b1", "c1", "d1", "e1"];
    const lines = complaintsAbout(Object.fromEntries(ids.map((id) => [id, admins({ group: "all" })])));
    expect(lines[0]).to.equal(
      'tenants.a1.access.admins[0]: "group all" also acts for tenants "b1", "c1", "d1" and 1 more; use another subject, or let each of them name the others in sharedWith',
    );
  });

  it("is shared with tenants that exist, and not with its own", () => {
    const acme = admins({ user: "ann", sharedWith: ["globx", "acme"] });
    expect(complaintsAbout({ acme, globex: {} })).to.deep.equal([
      'tenants.acme.access.admins[0].sharedWith[0]: "globx" is not a tenant of this estate; did you mean "globex"?',
      'tenants.acme.access.admins[0].sharedWith[1]: "acme" is the tenant itself; remove it',
    ]);
  });
});

describe("a service account", () => {
  it("may live in the tenant's own namespace, or in one that is nobody's", () => {
    const acme = { namespaces: ["web"], ...admins(deployer("acme-web"), deployer("ci")) };
    expect(complaintsAbout({ acme })).to.deep.equal([]);
  });

  it("does not live among the cluster's own", () => {
    expect(complaintsAbout({ acme: admins(deployer("kube-system")) })).to.deep.equal([
      'tenants.acme.access.admins[0].serviceAccount.namespace: "kube-system" holds the cluster\'s own accounts; give the deployer a namespace of its own',
    ]);
  });

  it("does not live in a namespace that the tenant has not, though it is named so", () => {
    const acme = { namespaces: ["web", "batch"], ...admins(deployer("acme-wbe"), deployer("web"), deployer("acme")) };
    expect(complaintsAbout({ acme })).to.deep.equal([
      'tenants.acme.access.admins[0].serviceAccount.namespace: "acme-wbe" is not a namespace of the tenant; did you mean "acme-web"? (acme-web, acme-batch)',
      'tenants.acme.access.admins[1].serviceAccount.namespace: "web" is not a namespace of the tenant; did you mean "acme-web"? (acme-web, acme-batch)',
      'tenants.acme.access.admins[2].serviceAccount.namespace: "acme" is not a namespace of the tenant; did you mean "acme-web"? (acme-web, acme-batch)',
    ]);
  });

  const FOREIGN =
    'tenants.acme.access.admins[0].serviceAccount.namespace: "globex-ci" belongs to tenant "globex": whoever runs pods there would act for "acme"; use a namespace of its own, or let both tenants name the account, each with sharedWith the other';

  it("does not live with another tenant, whether that has declared the namespace or not", () => {
    expect(complaintsAbout({ acme: admins(deployer("globex-ci")), globex: { namespaces: ["ci"] } })).to.deep.equal([
      FOREIGN,
    ]);
    expect(complaintsAbout({ acme: admins(deployer("globex-ci")), globex: {} })).to.deep.equal([FOREIGN]);
  });

  it("lives with another tenant when both name it and each other", () => {
    const globex = { namespaces: ["ci"] };
    const acme = admins(deployer("globex-ci", { sharedWith: ["globex"] }));
    expect(
      complaintsAbout({ acme, globex: { ...globex, ...admins(deployer("globex-ci", { sharedWith: ["acme"] })) } }),
    ).to.deep.equal([]);
    expect(complaintsAbout({ acme, globex })).to.deep.equal([FOREIGN]);
  });
});
