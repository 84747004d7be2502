import { expect } from "chai";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { RuntimeClass } from "kubernetes-types/node/v1";
import { type Live, type Stranger, strangers } from "../../../proof/live/strangers";
import { plannedPolicies } from "../../../proof/static/network";
import { CLUSTER } from "../attacks/scene";
import { provenPlan } from "../estate";

const plan = provenPlan();
const spaces = plan.tenants.flatMap((tenant) => tenant.spaces);

/** A cluster that holds exactly what the estate says. */
const FAITHFUL: Live = {
  namespaces: [
    ...spaces.map(({ namespace }) => ({ metadata: namespace.metadata })),
    { metadata: { name: "kube-system" } },
    { metadata: { name: "default" } },
  ],
  roleBindings: spaces.flatMap(({ grants }) => grants),
  clusterRoleBindings: [],
  networkPolicies: spaces.flatMap(({ namespace }) => [...plannedPolicies(plan)(namespace.metadata.name)]),
  pods: [],
  volumes: [],
  classes: plan.tenants.flatMap(({ runtimeClasses }) => runtimeClasses as RuntimeClass[]),
};

function found(more: { [K in keyof Live]?: Live[K] }, cluster = CLUSTER): Stranger[] {
  const live = Object.fromEntries(
    Object.entries(FAITHFUL).map(([key, items]) => [key, [...items, ...(more[key as keyof Live] ?? [])]]),
  ) as unknown as Live;
  return strangers(plan, live, cluster);
}

const RBAC = "rbac.authorization.k8s.io";
const role = (name: string) => ({ apiGroup: RBAC, kind: "ClusterRole", name });
const group = (name: string) => ({ kind: "Group", apiGroup: RBAC, name });
const account = (namespace: string) => ({ kind: "ServiceAccount", namespace, name: "default" });

describe("what the estate does not know", () => {
  it("is nothing on a cluster that holds what the estate says", () => {
    expect(found({})).to.deep.equal([]);
  });

  it("is a namespace that belongs to nobody, which is worth knowing", () => {
    expect(found({ namespaces: [{ metadata: { name: "playground" } }] })).to.deep.equal([
      { tenant: undefined, claims: [], finding: "namespace playground belongs to no tenant and not to the platform" },
    ]);
  });

  it("is not the namespace in which guardrails are tried", () => {
    const metadata = { name: "bulkhead-canary", labels: { "bulkhead.dev/tenant": "bulkhead-canary" } };
    expect(found({ namespaces: [{ metadata }] })).to.deep.equal([]);
  });

  it("is a default namespace in which something runs", () => {
    const pods = [{ metadata: { name: "p", namespace: "default" }, spec: { containers: [] } }];
    expect(found({ pods }).map(({ finding }) => finding)).to.deep.equal([
      "namespace default belongs to no tenant and not to the platform",
    ]);
  });

  it("is a namespace that says it is a tenant's", () => {
    const metadata = { name: "acme-shadow", labels: { "bulkhead.dev/tenant": "acme" } };
    expect(found({ namespaces: [{ metadata }] })).to.deep.equal([
      {
        tenant: "acme",
        claims: ["budget", "frame"],
        finding: "namespace acme-shadow is labelled as acme's, but not in the estate",
      },
    ]);
  });

  it("is a right that somebody has in a tenant's namespace by no grant of the estate", () => {
    const binding = {
      metadata: { name: "help", namespace: "acme" },
      roleRef: role("view"),
      subjects: [group("globex-admins")],
    };
    expect(found({ roleBindings: [binding] })).to.deep.include.members([
      { tenant: "acme", claims: ["privacy"], finding: "Group globex-admins has view in acme by help" },
      { tenant: "globex", claims: ["border"], finding: "Group globex-admins has view in acme by help" },
    ]);
  });

  it("is a binding of the estate that leads to another role by now", () => {
    const [first] = FAITHFUL.roleBindings;
    const roleBindings = FAITHFUL.roleBindings.map((it) => (it === first ? { ...it, roleRef: role("admin") } : it));
    const findings = strangers(plan, { ...FAITHFUL, roleBindings }, CLUSTER).map(({ finding }) => finding);
    expect(findings).to.deep.equal(["Group acme-admins has admin in acme by bulkhead:tenant-admin"]);
  });

  it("is not what a tenant gives its own accounts", () => {
    const own = {
      metadata: { name: "ci", namespace: "acme" },
      roleRef: role("bulkhead:tenant-viewer"),
      subjects: [account("acme")],
    };
    expect(found({ roleBindings: [own] })).to.deep.equal([]);
  });

  it("is an account of a tenant that has rights elsewhere", () => {
    const binding = { metadata: { name: "oops" }, roleRef: role("cluster-admin"), subjects: [account("acme")] };
    expect(found({ clusterRoleBindings: [binding] })).to.deep.equal([
      {
        tenant: "acme",
        claims: ["border"],
        finding: "ServiceAccount acme/default has cluster-admin in the whole cluster by oops",
      },
    ]);
  });

  it("is a right that everybody has, which is every tenant's", () => {
    const binding = { metadata: { name: "oops" }, roleRef: role("view"), subjects: [group("system:authenticated")] };
    expect(found({ clusterRoleBindings: [binding] }).map(({ tenant }) => tenant)).to.have.members([
      "acme",
      "globex",
      "hooli",
      "initech",
      "umbrella",
    ]);
  });

  it("is not what Kubernetes gives everybody by itself", () => {
    const binding = {
      metadata: { name: "d" },
      roleRef: role("system:discovery"),
      subjects: [group("system:authenticated")],
    };
    expect(found({ clusterRoleBindings: [binding] })).to.deep.equal([]);
  });

  it("is a network policy that lets strangers in", () => {
    const open = { metadata: { name: "open", namespace: "acme" }, spec: { podSelector: {}, ingress: [{}] } };
    const findings = found({ networkPolicies: [open] });
    expect(findings).to.deep.include({
      tenant: "acme",
      claims: ["network"],
      finding: "default may connect to acme, which is not declared",
    });
    expect(new Set(findings.map(({ tenant }) => tenant))).to.deep.equal(new Set(["acme"]));
  });

  const opened = (spec: Partial<NonNullable<NetworkPolicy["spec"]>>, namespace = "acme") =>
    found({ networkPolicies: [{ metadata: { name: "open", namespace }, spec: { podSelector: {}, ...spec } }] }).map(
      ({ tenant, claims, finding }) => `${tenant} ${claims}: ${finding}`,
    );

  it("is a network policy that lets addresses in", () => {
    expect(
      opened({ ingress: [{ from: [{ ipBlock: { cidr: "203.0.113.0/24" } }], ports: [{ port: 443 }] }] }),
    ).to.deep.equal(["acme network: 203.0.113.0/24 may connect to acme over TCP/443 by open, which is not declared"]);
  });

  it("is a network policy that leads to any address, not only to those that matter most", () => {
    const policyTypes = ["Egress"];
    expect(opened({ policyTypes, egress: [{ to: [{ ipBlock: { cidr: "198.51.100.7/32" } }] }] })).to.deep.equal([
      "acme network: acme may connect to 198.51.100.7/32 by open, which is not declared",
    ]);
  });

  it("is a network policy that leads to a namespace of the platform, and one that leads there over more than was said", () => {
    const monitoring = { matchLabels: { "kubernetes.io/metadata.name": "default" } };
    const policyTypes = ["Egress"];
    expect(opened({ policyTypes, egress: [{ to: [{ namespaceSelector: monitoring }] }] })).to.deep.equal([
      "acme network: acme may connect to default, which is not declared",
    ]);
  });

  it("is not a policy that opens less than what is declared", () => {
    const umbrella = { matchLabels: { "kubernetes.io/metadata.name": "umbrella-web" } };
    expect(opened({ ingress: [{ from: [{ namespaceSelector: umbrella }], ports: [{ port: 5432 }] }] })).to.deep.equal(
      [],
    );
  });

  it("is a pod on a node that is another tenant's", () => {
    const pods = [{ metadata: { name: "p", namespace: "acme" }, spec: { nodeName: "globex-0", containers: [] } }];
    expect(found({ pods })).to.deep.equal([
      { tenant: "globex", claims: ["fence"], finding: "pod acme/p is on globex-0, a node of globex" },
    ]);
  });

  it("is a pod of a tenant with own nodes on a shared one", () => {
    const pods = [{ metadata: { name: "p", namespace: "globex" }, spec: { nodeName: "shared-0", containers: [] } }];
    expect(found({ pods })).to.deep.equal([
      { tenant: "globex", claims: ["home"], finding: "pod globex/p is on shared-0, a shared node" },
    ]);
  });

  it("is not an agent of the platform, which runs on every node", () => {
    const pods = [
      { metadata: { name: "p", namespace: "kube-system" }, spec: { nodeName: "globex-0", containers: [] } },
    ];
    expect(found({ pods })).to.deep.equal([]);
  });

  it("is a class and a node of a tenant that the estate does not know any more", () => {
    const classes = [
      { metadata: { name: "bulkhead-contoso", labels: { "bulkhead.dev/tenant": "contoso" } }, handler: "runc" },
    ];
    const cluster = { ...CLUSTER, nodes: [...CLUSTER.nodes, { name: "contoso-0", tenant: "contoso" }] };
    expect(found({ classes }, cluster)).to.deep.equal(
      [
        "runtimeclass/bulkhead-contoso is of contoso, which is no tenant any more: names nodes and a sandbox for nobody",
        "node/contoso-0 is of contoso, which is no tenant any more: still labelled bulkhead.dev/tenant=contoso: relabel its pool, or remove it",
      ].map((finding) => ({ tenant: undefined, claims: [], finding })),
    );
  });

  it("is a right of a tenant that the estate does not know any more", () => {
    const classes = [
      { metadata: { name: "bulkhead-contoso", labels: { "bulkhead.dev/tenant": "contoso" } }, handler: "runc" },
    ];
    const binding = { metadata: { name: "oops" }, roleRef: role("view"), subjects: [account("contoso-web")] };
    expect(found({ classes, clusterRoleBindings: [binding] }).map(({ finding }) => finding)).to.include(
      "clusterrolebinding/oops is of contoso, which is no tenant any more: still gives view to the tenant",
    );
  });

  it("is a volume of somebody who is gone", () => {
    const volumes = [{ metadata: { name: "v" }, spec: { claimRef: { namespace: "contoso" } } }];
    expect(found({ volumes })).to.deep.equal([
      { tenant: undefined, claims: [], finding: "volume v was claimed in contoso, which is gone" },
    ]);
  });
});
