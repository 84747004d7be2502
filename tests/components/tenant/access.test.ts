import { expect } from "chai";
import type { PolicyRule } from "kubernetes-types/rbac/v1";
import { profileBindings, profileRoles, tokenlessDefaultAccount } from "../../../components/tenant/access";
import { budgetQuota } from "../../../components/tenant/budget";
import { shares } from "../../../config/shares";
import { tenantWith } from "../../support/estate";

function rulesOf(profile: string): readonly PolicyRule[] {
  const role = profileRoles().find(({ metadata }) => metadata.name === `bulkhead:tenant-${profile}`);
  if (!role?.rules) throw new Error(`no role ${profile}`);
  return role.rules;
}

/** Everything a profile may do: verbs by resource, as `apps/deployments` or `pods/log` (the core group has no name). */
function rightsOf(profile: string): Readonly<Record<string, string>> {
  const rights = new Map<string, Set<string>>();
  for (const { apiGroups = [], resources = [], verbs } of rulesOf(profile)) {
    for (const name of apiGroups.flatMap((group) =>
      resources.map((resource) => (group ? `${group}/${resource}` : resource)),
    )) {
      rights.set(name, new Set([...(rights.get(name) ?? []), ...verbs]));
    }
  }
  return Object.fromEntries([...rights].map(([name, verbs]) => [name, [...verbs].sort().join(" ")]));
}

const PROFILES = ["admin", "developer", "viewer"];
const WRITE = "create delete deletecollection get list patch update watch";
const READ = "get list watch";
const CHANGE = "get patch update";
const CONNECT = "create get";

describe("a profile's role", () => {
  const developer = {
    pods: WRITE,
    configmaps: WRITE,
    secrets: WRITE,
    services: WRITE,
    persistentvolumeclaims: WRITE,
    "apps/deployments": WRITE,
    "apps/statefulsets": WRITE,
    "apps/daemonsets": WRITE,
    "apps/replicasets": WRITE,
    "apps/deployments/scale": CHANGE,
    "apps/statefulsets/scale": CHANGE,
    "apps/replicasets/scale": CHANGE,
    "batch/jobs": WRITE,
    "batch/cronjobs": WRITE,
    "autoscaling/horizontalpodautoscalers": WRITE,
    "networking.k8s.io/ingresses": WRITE,
    "coordination.k8s.io/leases": WRITE,
    "pods/exec": CONNECT,
    "pods/attach": CONNECT,
    "pods/portforward": CONNECT,
    "pods/eviction": "create",
    "pods/ephemeralcontainers": CHANGE,
    "pods/resize": CHANGE,
    "pods/log": "get",
    events: READ,
    endpoints: READ,
    resourcequotas: READ,
    limitranges: READ,
    serviceaccounts: READ,
    namespaces: "get",
    "events.k8s.io/events": READ,
    "discovery.k8s.io/endpointslices": READ,
    "networking.k8s.io/networkpolicies": READ,
    "policy/poddisruptionbudgets": READ,
    "rbac.authorization.k8s.io/roles": READ,
    "rbac.authorization.k8s.io/rolebindings": READ,
  };

  it("lets a developer do this and nothing else", () => {
    expect(rightsOf("developer")).to.deep.equal(developer);
  });

  it("lets an admin do what a developer does, and have accounts and disruption budgets", () => {
    expect(rightsOf("admin")).to.deep.equal({
      ...developer,
      serviceaccounts: WRITE,
      "policy/poddisruptionbudgets": WRITE,
    });
  });

  it("lets a viewer read, without secrets and without a way into pods", () => {
    expect(rightsOf("viewer")).to.deep.equal({
      pods: READ,
      configmaps: READ,
      services: READ,
      persistentvolumeclaims: READ,
      "apps/deployments": READ,
      "apps/statefulsets": READ,
      "apps/daemonsets": READ,
      "apps/replicasets": READ,
      "batch/jobs": READ,
      "batch/cronjobs": READ,
      "autoscaling/horizontalpodautoscalers": READ,
      "networking.k8s.io/ingresses": READ,
      "pods/log": "get",
      events: READ,
      endpoints: READ,
      resourcequotas: READ,
      limitranges: READ,
      serviceaccounts: READ,
      namespaces: "get",
      "events.k8s.io/events": READ,
      "discovery.k8s.io/endpointslices": READ,
      "networking.k8s.io/networkpolicies": READ,
      "policy/poddisruptionbudgets": READ,
      "rbac.authorization.k8s.io/roles": READ,
      "rbac.authorization.k8s.io/rolebindings": READ,
    });
  });

  for (const profile of PROFILES) {
    it(`holds no wildcard (${profile})`, () => {
      const words = rulesOf(profile).flatMap(({ apiGroups = [], resources = [], verbs }) => [
        ...apiGroups,
        ...resources,
        ...verbs,
      ]);
      expect(words.filter((word) => word.includes("*"))).to.deep.equal([]);
    });

    it(`lets nobody become somebody else or give what he does not have (${profile})`, () => {
      const verbs = rulesOf(profile).flatMap((rule) => rule.verbs);
      expect(verbs).not.to.include.oneOf(["escalate", "bind", "impersonate", "approve", "sign"]);
    });

    it(`reaches no subresource behind which the guards end (${profile})`, () => {
      const closed = /(^|\/)(proxy|status|binding|bindings|finalize|token)$/;
      expect(Object.keys(rightsOf(profile)).filter((name) => closed.test(name))).to.deep.equal([]);
    });

    it(`writes none of the tenant's own guards (${profile})`, () => {
      const guards = ["namespaces", "resourcequotas", "limitranges", "networking.k8s.io/networkpolicies"];
      const grants = ["rbac.authorization.k8s.io/roles", "rbac.authorization.k8s.io/rolebindings"];
      const peers = ["endpoints", "discovery.k8s.io/endpointslices", "events", "events.k8s.io/events"];
      const rights = rightsOf(profile);
      const written = [...guards, ...grants, ...peers].filter((name) => ![READ, "get"].includes(rights[name] ?? ""));
      expect(written).to.deep.equal([]);
    });
  }

  it("is one of three for all tenants, marked as ours", () => {
    expect(profileRoles().map(({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }))).to.deep.equal(
      ["bulkhead:tenant-admin", "bulkhead:tenant-developer", "bulkhead:tenant-viewer"].map((name) => ({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name, labels: { "app.kubernetes.io/managed-by": "bulkhead" } },
      })),
    );
  });

  it("carries no label by which a role of the cluster would absorb it", () => {
    const labels = profileRoles().flatMap(({ metadata }) => Object.keys(metadata.labels ?? {}));
    expect(labels.filter((label) => label.includes("aggregate"))).to.deep.equal([]);
  });
});

describe("every kind that a profile may create", () => {
  /** `count/jobs.batch`, or plain or counted names of the core group: what a quota could call a kind. */
  function quotaKeys(name: string): string[] {
    const [group, resource] = name.includes("/") ? name.split("/") : ["", name];
    return group ? [`count/${resource}.${group}`] : [`${resource}`, `count/${resource}`];
  }

  const subresources = Object.keys(rightsOf("developer")).filter((name) => /^pods\/|\/scale$/.test(name));

  for (const profile of PROFILES) {
    it(`is counted by the budget (${profile})`, () => {
      const tenant = tenantWith({});
      const share = shares(tenant).get("acme");
      if (!share) throw new Error("no share");
      const counted = Object.keys(budgetQuota(tenant, "acme", share).spec?.hard ?? {});
      const created = Object.entries(rightsOf(profile))
        .filter(([name, verbs]) => /create|update|patch/.test(verbs) && !subresources.includes(name))
        .map(([name]) => name);
      const uncounted = created.filter((name) => !quotaKeys(name).some((key) => counted.includes(key)));
      expect(uncounted).to.deep.equal([]);
    });
  }
});

describe("a tenant's people", () => {
  const access = {
    admins: [{ group: "acme-admins" }, { user: "root@acme.example.com" }],
    developers: [{ serviceAccount: { namespace: "ci", name: "deployer" } }],
  };

  it("are bound inside the namespace to the role of their profile", () => {
    expect(profileBindings(tenantWith({ access }), "acme")).to.deep.equal([
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "bulkhead:tenant-admin", namespace: "acme" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "bulkhead:tenant-admin" },
        subjects: [
          { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "acme-admins" },
          { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "root@acme.example.com" },
        ],
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "bulkhead:tenant-developer", namespace: "acme" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "bulkhead:tenant-developer" },
        subjects: [{ kind: "ServiceAccount", namespace: "ci", name: "deployer" }],
      },
    ]);
  });

  it("make no binding for a profile that nobody has", () => {
    expect(profileBindings(tenantWith({}), "acme")).to.deep.equal([]);
  });
});

describe("the default account", () => {
  it("hands its token to no pod", () => {
    expect(tokenlessDefaultAccount("acme")).to.deep.equal({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace: "acme" },
      automountServiceAccountToken: false,
    });
  });
});
