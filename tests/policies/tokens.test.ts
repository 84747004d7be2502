import { expect } from "chai";
import { objectsOf } from "../../policies/objects";
import { packVerdict, UNKNOWN } from "./double";

/** Everything that the Kubernetes SDK, its custom resources and other packages call these kinds. */
const TOKENS: readonly (readonly [type: string, props: object, reads: string])[] = [
  ["kubernetes:core/v1:Namespace", {}, "core Namespace"],
  ["kubernetes:core/v1:NamespacePatch", {}, "core Namespace in part"],
  ["kubernetes:core/v1:NamespaceList", { items: [{}, {}] }, "core Namespace, core Namespace"],
  ["kubernetes:v1:Namespace", { apiVersion: "v1", kind: "Namespace" }, "core Namespace"],
  ["kubernetes:v1:NamespacePatch", { apiVersion: "v1", kind: "Namespace" }, "core Namespace in part"],
  ["kubernetes:core/v1:ResourceQuota", {}, "core ResourceQuota"],
  ["kubernetes:core/v1:LimitRange", {}, "core LimitRange"],
  ["kubernetes:networking.k8s.io/v1:NetworkPolicy", {}, "networking.k8s.io NetworkPolicy"],
  ["kubernetes:extensions/v1beta1:NetworkPolicy", {}, "extensions NetworkPolicy"],
  ["kubernetes:crd.projectcalico.org/v1:NetworkPolicy", {}, "crd.projectcalico.org NetworkPolicy"],
  ["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", {}, "rbac.authorization.k8s.io RoleBinding"],
  ["kubernetes:rbac.authorization.k8s.io/v1beta1:RoleBinding", {}, "rbac.authorization.k8s.io RoleBinding"],
  [
    "kubernetes:rbac.authorization.k8s.io/v1alpha1:RoleBindingPatch",
    {},
    "rbac.authorization.k8s.io RoleBinding in part",
  ],
  ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleList", { items: [{}] }, "rbac.authorization.k8s.io ClusterRole"],
  ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleList", {}, ""],
  // The provider makes what the object says it is.
  ["kubernetes:core/v1:ConfigMap", { apiVersion: "v1", kind: "Namespace" }, "core Namespace"],
  ["kubernetes:yaml/v2:ConfigFile", {}, "yaml ConfigFile"],
  ["pulumi:providers:kubernetes", {}, ""],
  ["pulumi:pulumi:Stack", {}, ""],
  ["bulkhead:tenant:TenantSpace", {}, ""],
  ["aws:eks/cluster:Cluster", {}, ""],
];

describe("policies/objects", () => {
  for (const [type, props, reads] of TOKENS) {
    it(`reads ${type} ${JSON.stringify(props)} as ${reads || "no object"}`, () => {
      const objects = objectsOf({ type, props });
      const words = objects.map(({ group, kind, form }) => `${group} ${kind}${form === "patch" ? " in part" : ""}`);
      expect(words.join(", ")).to.equal(reads);
    });
  }
});

describe("the policy pack, whatever a kind is called", () => {
  const cluster = { type: "pulumi:providers:kubernetes", props: { kubeconfig: "apiVersion: v1\n" } };
  const verdict = (type: string, props: object) =>
    packVerdict({ cluster, it: { type, props: { ...props }, provider: "cluster" } }).violations.map((violation) =>
      violation.replace(/:.*/s, ""),
    );

  for (const version of ["v1", "v1beta1", "v1alpha1"]) {
    for (const kind of ["RoleBinding", "ClusterRoleBinding", "RoleBindingPatch", "ClusterRoleBindingPatch"]) {
      it(`judges a ${kind} of ${version}`, () => {
        const props = { roleRef: { kind: "ClusterRole", name: "admin" } };
        expect(verdict(`kubernetes:rbac.authorization.k8s.io/${version}:${kind}`, props)).to.include(
          "role-is-explicit",
        );
      });
    }
    for (const kind of ["Role", "ClusterRole", "RolePatch", "ClusterRolePatch"]) {
      it(`judges a ${kind} of ${version}`, () => {
        const props = { rules: [{ verbs: ["*"] }] };
        expect(verdict(`kubernetes:rbac.authorization.k8s.io/${version}:${kind}`, props)).to.include(
          "role-is-explicit",
        );
      });
    }
  }

  it("judges every item of a list", () => {
    const binding = (name: string) => ({ roleRef: { kind: "ClusterRole", name } });
    const props = { items: [binding("edit"), binding("bulkhead:tenant-admin"), binding("view")] };
    expect(verdict("kubernetes:rbac.authorization.k8s.io/v1:RoleBindingList", props)).to.deep.equal([
      "role-is-explicit",
      "role-is-explicit",
    ]);
  });

  it("judges a namespace that was made as a custom resource, and misses its guards", () => {
    const props = { apiVersion: "v1", kind: "Namespace", metadata: { name: "acme" } };
    expect(verdict("kubernetes:v1:Namespace", props)).to.include.members([
      "namespace-carries-labels",
      "namespace-is-guarded",
    ]);
  });

  it("does not take a policy of an API that no server has for a guard", () => {
    const props = { metadata: { namespace: "acme" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } };
    const stack = {
      cluster,
      acme: { type: "kubernetes:core/v1:Namespace", props: { metadata: { name: "acme" } }, provider: "cluster" },
      policy: { type: "kubernetes:extensions/v1beta1:NetworkPolicy", props, provider: "cluster" },
    };
    expect(packVerdict(stack).violations.join("\n")).to.include("does not deny by default");
  });

  it("says so when it does not know what a list holds", () => {
    const { unknown } = packVerdict({
      list: { type: "kubernetes:core/v1:NamespaceList", props: { items: UNKNOWN }, provider: "cluster" },
    });
    expect(unknown).to.equal("string value at .items can't be known during preview");
  });
});
