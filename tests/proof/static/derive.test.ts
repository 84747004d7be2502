import { expect } from "chai";
import type { RuntimeClass } from "kubernetes-types/node/v1";
import type { ClusterRole, PolicyRule } from "kubernetes-types/rbac/v1";
import type { Manifest } from "../../../components/manifest";
import type { Plan } from "../../../components/plan";
import type { TenantPlan } from "../../../components/tenant/plan";
import { derive } from "../../../proof/static";
import { provenPlan } from "../estate";

/** The proven plan with its admins' role extended by one rule. */
function granting(rule: PolicyRule): Plan {
  const plan = provenPlan();
  const roles = plan.roles.map((role) =>
    role.metadata.name === "bulkhead:tenant-admin"
      ? ({ ...role, rules: [...((role as ClusterRole).rules ?? []), rule] } as Manifest)
      : role,
  );
  return { ...plan, roles };
}

/** The proven plan with one tenant changed. */
function changing(id: string, change: (tenant: TenantPlan) => Partial<TenantPlan>): Plan {
  const plan = provenPlan();
  return {
    ...plan,
    tenants: plan.tenants.map((tenant) => (tenant.tenant.id === id ? { ...tenant, ...change(tenant) } : tenant)),
  };
}

function finding(plan: Plan, tenant: string, claim: string): string | undefined {
  return derive(plan).find((it) => it.tenant === tenant && it.claim === claim && !it.holds)?.finding;
}

describe("what follows from the plan", () => {
  it("contradicts no claim of any tenant", () => {
    expect(derive(provenPlan()).filter(({ holds }) => !holds)).to.deep.equal([]);
  });

  it("derives the network only where the platform says that policies are obeyed", () => {
    const levels = derive(provenPlan()).filter(({ claim }) => claim === "network");
    expect(new Set(levels.map(({ level }) => level))).to.deep.equal(new Set(["declared"]));
  });

  const rules: readonly [string, PolicyRule, string][] = [
    ["a wildcard", { apiGroups: [""], resources: ["pods/*"], verbs: ["get"] }, "a wildcard is granted: pods/*"],
    ["every group", { apiGroups: ["*"], resources: ["pods"], verbs: ["get"] }, "a wildcard is granted: *"],
    [
      "impersonation",
      { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] },
      "the verb impersonate is granted",
    ],
    [
      "a verb nobody has heard of",
      { apiGroups: [""], resources: ["pods"], verbs: ["teleport"] },
      "the verb teleport is granted",
    ],
    ["a proxy", { apiGroups: [""], resources: ["services/proxy"], verbs: ["get"] }, "services/proxy is granted"],
    ["a status", { apiGroups: [""], resources: ["pods/status"], verbs: ["patch"] }, "pods/status is granted"],
    [
      "bindings to nodes",
      { apiGroups: [""], resources: ["pods/binding"], verbs: ["create"] },
      "pods/binding is granted",
    ],
    [
      "writing quotas",
      { apiGroups: [""], resources: ["resourcequotas"], verbs: ["patch"] },
      "writing resourcequotas is granted",
    ],
    ["paths of the server", { nonResourceURLs: ["/metrics"], verbs: ["get"] }, "/metrics is granted"],
  ];
  for (const [what, rule, found] of rules) {
    it(`sees that a role grants ${what}`, () => {
      expect(finding(granting(rule), "acme", "rights")).to.include(found);
      expect(finding(granting(rule), "acme", "border")).to.include(found);
    });
  }

  it("sees that a role grants a kind that no quota counts", () => {
    const rule = { apiGroups: ["example.com"], resources: ["widgets"], verbs: ["create"] };
    expect(finding(granting(rule), "acme", "budget")).to.equal("widgets.example.com may be made in acme without end");
  });

  it("sees a grant to everybody who has logged in", () => {
    const plan = changing("acme", ({ spaces }) => ({
      spaces: spaces.map((space) => ({
        ...space,
        grants: space.grants.map((grant) => ({
          ...grant,
          subjects: [{ kind: "Group", name: "system:authenticated" }],
        })),
      })),
    }));
    expect(finding(plan, "acme", "rights")).to.include("system:authenticated is more people than the tenant's");
  });

  it("sees a grant of a role that the estate does not make", () => {
    const plan = changing("acme", ({ spaces }) => ({
      spaces: spaces.map((space) => ({
        ...space,
        grants: space.grants.map((grant) => ({ ...grant, roleRef: { ...grant.roleRef, name: "cluster-admin" } })),
      })),
    }));
    expect(finding(plan, "acme", "rights")).to.include("binds cluster-admin, which is no role of the estate");
  });

  it("sees quotas that add up to more than the budget", () => {
    const plan = changing("umbrella", ({ tenant }) => ({
      tenant: { ...tenant, budget: { ...tenant.budget, cpu: "1" } },
    }));
    expect(finding(plan, "umbrella", "budget")).to.equal("the quotas' requests.cpu add up to more than the budget");
  });

  const withClass = (id: string, scheduling: RuntimeClass["scheduling"]) =>
    changing(id, ({ runtimeClasses }) => ({
      runtimeClasses: runtimeClasses.map((manifest) => ({ ...manifest, scheduling }) as Manifest),
    }));

  it("sees a class that leads to somebody else's nodes", () => {
    const plan = withClass("globex", { nodeSelector: { "bulkhead.dev/tenant": "initech" }, tolerations: [] });
    expect(finding(plan, "globex", "home")).to.equal("bulkhead-globex selects initech nodes");
    expect(finding(plan, "initech", "fence")).to.equal("globex: bulkhead-globex selects initech nodes");
  });

  it("sees a class that tolerates everything", () => {
    const plan = withClass("globex", {
      nodeSelector: { "bulkhead.dev/tenant": "globex" },
      tolerations: [{ operator: "Exists" }],
    });
    expect(finding(plan, "globex", "home")).to.equal("bulkhead-globex tolerates more than the tenant's own taint");
  });

  it("sees a namespace that does not demand the class", () => {
    const plan = changing("globex", ({ spaces }) => ({
      spaces: spaces.map((space) => ({
        ...space,
        namespace: { ...space.namespace, metadata: { ...space.namespace.metadata, annotations: {} } },
      })),
    }));
    expect(finding(plan, "globex", "home")).to.equal("globex does not demand the tenant's class");
  });
});
