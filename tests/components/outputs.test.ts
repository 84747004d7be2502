import { expect } from "chai";
import { estateOutputs } from "../../components/outputs";
import { planEstate } from "../../components/plan";
import { estateWith } from "../support/estate";

describe("what a stack exports", () => {
  it("says of each tenant where it is, who acts for it, and by what to find it", () => {
    const estate = estateWith(
      {
        acme: {
          namespaces: ["web", "batch"],
          isolation: { nodes: "dedicated", runtime: "gvisor" },
          access: {
            admins: [{ group: "acme-admins", sharedWith: [] }],
            viewers: [{ user: "auditor@example.com" }, { serviceAccount: { namespace: "ci", name: "reader" } }],
          },
          state: "frozen",
        },
        globex: {},
      },
      { platform: { kind: "existing", capabilities: { runtimes: { gvisor: "runsc" } } } },
    );
    expect(estateOutputs(planEstate(estate, { minor: "1.36" }))).to.deep.equal({
      version: 1,
      kubernetes: "1.36",
      tenants: {
        acme: {
          namespaces: ["acme-web", "acme-batch"],
          subjects: {
            admins: [{ group: "acme-admins" }],
            developers: [],
            viewers: [{ user: "auditor@example.com" }, { serviceAccount: { namespace: "ci", name: "reader" } }],
          },
          runtimeClass: "bulkhead-acme",
          labels: { "bulkhead.dev/tenant": "acme" },
          isolation: { cluster: "shared", nodes: "dedicated", runtime: "gvisor", userNamespaces: "optional" },
          state: "frozen",
        },
        globex: {
          namespaces: ["globex"],
          subjects: { admins: [], developers: [], viewers: [] },
          runtimeClass: null,
          labels: { "bulkhead.dev/tenant": "globex" },
          isolation: { cluster: "shared", nodes: "shared", runtime: "native", userNamespaces: "optional" },
          state: "active",
        },
      },
      apart: {},
    });
  });
});
