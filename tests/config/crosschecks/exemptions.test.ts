import { expect } from "chai";
import { complaintsAbout } from "../complaints";

const exempting = (exemptions: object) => ({ guardrails: { exemptions } });
const PATH = "guardrails.exemptions";

describe("an exemption", () => {
  const acme = {
    namespaces: ["web"],
    access: {
      admins: [{ group: "acme-admins" }, { serviceAccount: { namespace: "cicd", name: "acme" } }],
      developers: [{ user: "ann" }],
    },
  };

  it("names the platform's own people and programs", () => {
    const exemptions = {
      platformIdentities: { users: ["deployer@example.com"], groups: ["platform-team"] },
      schedulers: ["system:serviceaccount:volcano-system:volcano-scheduler"],
      statusWriters: ["system:serviceaccount:ingress-nginx:controller"],
    };
    expect(complaintsAbout({ acme }, exempting(exemptions))).to.deep.equal([]);
  });

  it("is no group that everybody is in", () => {
    const groups = ["system:authenticated", "system:unauthenticated", "system:serviceaccounts"];
    const rule = "is a group that tenants' people and pods are in too; name one that only the platform's are in";
    expect(complaintsAbout({ acme }, exempting({ platformIdentities: { groups } }))).to.deep.equal(
      groups.map((group, index) => `${PATH}.platformIdentities.groups[${index}]: "${group}" ${rule}`),
    );
  });

  it("is nobody who acts for a tenant", () => {
    const exemptions = {
      platformIdentities: { users: ["ann"], groups: ["acme-admins", "system:serviceaccounts:acme-web"] },
      schedulers: ["system:serviceaccount:acme-web:scheduler"],
      statusWriters: ["ann", "system:serviceaccount:cicd:acme"],
    };
    const rule =
      'acts for tenant "acme", whom the guardrails would no longer hold; name an identity of the platform\'s own';
    expect(complaintsAbout({ acme }, exempting(exemptions))).to.deep.equal([
      `${PATH}.platformIdentities.groups[0]: "acme-admins" ${rule}`,
      `${PATH}.platformIdentities.groups[1]: "system:serviceaccounts:acme-web" ${rule}`,
      `${PATH}.platformIdentities.users[0]: "ann" ${rule}`,
      `${PATH}.schedulers[0]: "system:serviceaccount:acme-web:scheduler" ${rule}`,
      `${PATH}.statusWriters[0]: "ann" ${rule}`,
      `${PATH}.statusWriters[1]: "system:serviceaccount:cicd:acme" ${rule}`,
    ]);
  });

  it("names a user where a group of that name acts for a tenant", () => {
    expect(
      complaintsAbout({ acme }, exempting({ platformIdentities: { users: ["acme-admins"], groups: ["ann"] } })),
    ).to.deep.equal([]);
  });
});
