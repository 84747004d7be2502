import { expect } from "chai";
import { planEstate } from "../../../components/plan";
import type { SpacePlan, TenantPlan } from "../../../components/tenant/plan";
import { NEWEST_MINOR } from "../../../config/releases";
import { estateWith, type StackValues, stackValues } from "../../support/estate";

function planned(written: unknown, rest: StackValues = {}): TenantPlan {
  const [tenant] = planEstate(estateWith({ acme: written }, rest)).tenants;
  if (!tenant) throw new Error("no plan");
  return tenant;
}

function names(space: SpacePlan | undefined): readonly string[] {
  const { namespace, guards = [], defaultAccount, grants = [] } = space ?? {};
  return [namespace, ...guards, defaultAccount, ...grants].map(
    (manifest) => `${manifest?.kind} ${manifest?.metadata.name}`,
  );
}

describe("the plan of a tenant", () => {
  it("is eight objects for one namespace on shared nodes, with one profile in use", () => {
    const { spaces, runtimeClasses } = planned({ access: { admins: [{ group: "acme-admins" }] } });
    expect(runtimeClasses).to.deep.equal([]);
    expect(spaces.map(names)).to.deep.equal([
      [
        "Namespace acme",
        "ResourceQuota bulkhead-budget",
        "ResourceQuota bulkhead-priority",
        "ResourceQuota bulkhead-affinity",
        "LimitRange bulkhead-limits",
        "NetworkPolicy bulkhead-baseline",
        "ServiceAccount default",
        "RoleBinding bulkhead:tenant-admin",
      ],
    ]);
  });

  it("has one object more for all declared flows together, and one for each further profile", () => {
    const { spaces } = planned({
      access: { admins: [{ group: "a" }], developers: [{ group: "d" }], viewers: [{ group: "v" }] },
      network: { ingress: [{ namespace: "ingress-nginx" }], egress: [{ cidr: "203.0.113.0/24" }] },
    });
    expect(names(spaces[0])).to.have.length(11);
    expect(names(spaces[0])).to.include.members([
      "NetworkPolicy bulkhead-flows",
      "RoleBinding bulkhead:tenant-developer",
      "RoleBinding bulkhead:tenant-viewer",
    ]);
  });

  it("has one runtime class for all namespaces of a tenant with nodes of its own", () => {
    const { spaces, runtimeClasses, runtimeClassName } = planned({
      namespaces: ["web", "batch"],
      isolation: { nodes: "dedicated" },
    });
    expect(spaces).to.have.length(2);
    expect(runtimeClassName).to.equal("bulkhead-acme");
    expect(runtimeClasses.map(({ metadata }) => metadata.name)).to.deep.equal(["bulkhead-acme"]);
  });

  it("takes the tenant's mode before the estate's", () => {
    const guardrails = { mode: "warn" };
    expect(planned({}, { guardrails }).mode).to.equal("warn");
    expect(planned({ guardrails: "enforce" }, { guardrails }).mode).to.equal("enforce");
    expect(planned({ guardrails: "enforce" }, { guardrails }).spaces[0]?.namespace.metadata.labels).to.include({
      "bulkhead.dev/guardrails": "enforce",
      "pod-security.kubernetes.io/enforce": "restricted",
    });
  });
});

describe("the plan of an estate", () => {
  it("pins Pod Security to the platform's minor, before the cluster's, before the newest known", () => {
    const pinned = { platform: { kind: "existing", version: "1.33" } };
    expect(planEstate(estateWith({ acme: {} }), { minor: "1.34" }).minor).to.equal("1.34");
    expect(planEstate(estateWith({ acme: {} }, pinned), { minor: "1.34" }).minor).to.equal("1.33");
    expect(planEstate(estateWith({ acme: {} })).minor).to.equal("1.36");
    expect(NEWEST_MINOR).to.equal("1.36");
  });

  it("names every object once", () => {
    const { roles, tenants } = planEstate(estateWith(stackValues("dev").tenants as Record<string, unknown>, rest()));
    const spaces = tenants.flatMap((tenant) => tenant.spaces);
    const objects = [
      ...roles,
      ...tenants.flatMap(({ runtimeClasses }) => runtimeClasses),
      ...spaces.flatMap(({ namespace, guards, defaultAccount, grants }) => [
        namespace,
        ...guards,
        defaultAccount,
        ...grants,
      ]),
    ].map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
    expect(new Set(objects).size).to.equal(objects.length);
  });
});

function rest(): StackValues {
  const { tenants: _, ...others } = stackValues("dev");
  return others;
}
