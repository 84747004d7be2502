import { expect } from "chai";
import { planEstate } from "../../../components/plan";
import { estateWith } from "../../support/estate";
import type { Write } from "./audit";
import { rightsIn } from "./rights";

describe("a look at what was written to a cluster", () => {
  const plan = planEstate(estateWith({ acme: { access: { admins: [{ group: "acme-admins" }] } } }));
  const policies = Object.values(plan.guardrails)
    .flat()
    .map(({ kind, metadata: { name } }) => `${kind.toLowerCase().replace(/y$/, "ie")}s ${name}`);
  const hard = { pods: "1" };
  const quotas = ["affinity", "budget", "priority"].map((name) => `resourcequotas/status acme/bulkhead-${name}`);
  const guards = ["limitranges acme/bulkhead-limits", "networkpolicies acme/bulkhead-baseline", ...quotas];
  const GRANT = "create rolebindings acme/bulkhead:tenant-admin";
  const MADE = [
    ...policies.map((object) => `create ${object}`),
    "create namespaces acme",
    ...guards.map((object) => `${object.startsWith("resourcequotas") ? "update" : "create"} ${object}`),
    "patch serviceaccounts acme/default",
    GRANT,
  ];

  /** One request after the other, as `verb resource namespace/name`. */
  function log(...requests: string[]): Write[] {
    return requests.map((request, index) => {
      const [verb = "", resource = "", path = ""] = request.split(" ");
      const [first = "", second] = path.split("/");
      const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
      return {
        verb,
        resource,
        object: `${resource} ${path}`,
        namespace: second === undefined ? "" : first,
        name: second ?? first,
        user: "bulkhead-admin",
        code: 200,
        dryRun: false,
        body: resource === "namespaces" ? { metadata: { labels } } : { spec: { hard }, status: { hard } },
        received: index * 10,
        answered: index * 10 + 5,
      };
    });
  }
  const unguarded = (...requests: string[]) => rightsIn(log(...requests), plan).unguarded;
  const without = (request: string) => MADE.filter((other) => other !== request);

  it("finds nobody let in too early where the guards came first", () => {
    expect(rightsIn(log(...MADE), plan)).to.deep.equal({ grants: 1, unguarded: [] });
  });

  it("finds each guard that was missing when somebody was let in", () => {
    for (const request of without(GRANT)) {
      const [, ...object] = request.split(" ");
      const right = "rolebindings acme/bulkhead:tenant-admin";
      expect(unguarded(...without(request), request)).to.deep.equal([`${right} without ${object.join(" ")}`]);
    }
  });

  it("finds a guard that goes before the right does", () => {
    const end = "delete networkpolicies acme/bulkhead-baseline";
    expect(unguarded(...MADE, end)).to.have.lengthOf(1);
    expect(unguarded(...MADE, GRANT.replace("create", "delete"), end)).to.deep.equal([]);
  });

  it("finds no quota in one that does not count yet", () => {
    const quota = "update resourcequotas/status acme/bulkhead-budget";
    const writes = log(...MADE).map((write) =>
      quota.endsWith(write.object) ? { ...write, body: { spec: { hard }, status: { hard: {} } } } : write,
    );
    expect(rightsIn(writes, plan).unguarded).to.have.lengthOf(1);
  });

  it("fears nothing of a namespace that is ending, and trusts nothing of it when it is made again", () => {
    const again = ["delete namespaces acme", "create namespaces acme"];
    expect(unguarded(...MADE, ...again)).to.deep.equal([]);
    expect(unguarded(...MADE, ...again, GRANT)).to.have.lengthOf(guards.length + 1);
  });
});
