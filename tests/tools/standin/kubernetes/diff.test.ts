import { expect } from "chai";
import { difference } from "../../../../tools/standin/kubernetes/diff";
import type { Settings } from "../../../../tools/standin/kubernetes/settings";
import { pathText } from "../../../../tools/standin/plugin/changes";
import { type PropertyMap, Secret, unknown } from "../../../../tools/standin/plugin/properties";

const settings = { configMapMutable: false, secretMutable: false } as Settings;

/** Each change as "add|delete|update[ and replace] <path>". */
function changes(olds: PropertyMap, news: PropertyMap, more: Partial<Settings> = {}): string[] {
  const { changes } = difference(olds, news, "object", { ...settings, ...more });
  return changes.map(({ path, kind, replace }) => `${kind}${replace ? " and replace" : ""} ${pathText(path)}`);
}

const object = (apiVersion: string, kind: string, fields: PropertyMap = {}): PropertyMap => ({
  apiVersion,
  kind,
  metadata: { name: "it", namespace: "acme" },
  ...fields,
});

describe("the difference between two sets of inputs", () => {
  it("is nothing between equal ones, whatever their order", () => {
    expect(changes({ a: 1, b: { c: [1, { d: null }] } }, { b: { c: [1, { d: null }] }, a: 1 })).to.deep.equal([]);
  });

  it("names each field that comes, goes or changes", () => {
    const olds = { labels: { gone: "x", same: "y", "a.b/c": "1" }, list: [1, { deep: true }, 3] };
    const news = { labels: { same: "y", "a.b/c": "2", come: "z" }, list: [1, { deep: false }] };
    expect(changes(olds, news)).to.deep.equal([
      "delete labels.gone",
      'update labels["a.b/c"]',
      "add labels.come",
      "update list[1].deep",
      "delete list[2]",
    ]);
  });

  it("counts a value that is still unknown as changed", () => {
    expect(changes({ a: "x" }, { a: unknown, b: unknown })).to.deep.equal(["update a", "add b"]);
  });

  it("does not count a value that only became a secret", () => {
    expect(changes({ a: "x" }, { a: new Secret("x") })).to.deep.equal([]);
  });

  const immutable: [string, PropertyMap, PropertyMap, string][] = [
    [
      "a name",
      object("v1", "Pod"),
      { ...object("v1", "Pod"), metadata: { name: "new", namespace: "acme" } },
      "metadata.name",
    ],
    [
      "a namespace",
      object("v1", "Pod"),
      { ...object("v1", "Pod"), metadata: { name: "it", namespace: "b" } },
      "metadata.namespace",
    ],
    [
      "a role reference",
      object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "a" } }),
      object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "b" } }),
      "roleRef.name",
    ],
    [
      "a Deployment's selector",
      object("apps/v1", "Deployment", { spec: { selector: { matchLabels: { app: "a" } } } }),
      object("apps/v1", "Deployment", { spec: { selector: { matchLabels: { app: "b" } } } }),
      "spec.selector.matchLabels.app",
    ],
    [
      "a Job's template",
      object("batch/v1", "Job", { spec: { template: { spec: { containers: [{ image: "a" }] } } } }),
      object("batch/v1", "Job", { spec: { template: { spec: { containers: [{ image: "b" }] } } } }),
      "spec.template.spec.containers[0].image",
    ],
    [
      "a Pod's image",
      object("v1", "Pod", { spec: { containers: [{ image: "a" }] } }),
      object("v1", "Pod", { spec: { containers: [{ image: "b" }] } }),
      "spec.containers[0].image",
    ],
    [
      "a Service's address",
      object("v1", "Service", { spec: { clusterIP: "a" } }),
      object("v1", "Service", { spec: { clusterIP: "b" } }),
      "spec.clusterIP",
    ],
    [
      "a ConfigMap's data",
      object("v1", "ConfigMap", { data: { k: "a" } }),
      object("v1", "ConfigMap", { data: { k: "b" } }),
      "data.k",
    ],
    [
      "a Secret's data",
      object("v1", "Secret", { stringData: { k: "a" } }),
      object("v1", "Secret", { stringData: { k: "b" } }),
      "stringData.k",
    ],
  ];
  for (const [title, olds, news, path] of immutable) {
    it(`replaces for ${title}`, () => {
      expect(changes(olds, news)).to.deep.equal([`update and replace ${path}`]);
    });
  }

  it("replaces when a whole field that holds an immutable one comes or goes", () => {
    const [bare, full] = [object("apps/v1", "Deployment"), object("apps/v1", "Deployment", { spec: { selector: {} } })];
    expect(changes(bare, full)).to.deep.equal(["add and replace spec"]);
    expect(changes(full, bare)).to.deep.equal(["delete and replace spec"]);
  });

  it("does not replace for what can change in place", () => {
    const claim = (size: string) =>
      object("v1", "PersistentVolumeClaim", { spec: { resources: { requests: { storage: size } } } });
    expect(changes(claim("1Gi"), claim("2Gi"))).to.deep.equal(["update spec.resources.requests.storage"]);
    const role = (verb: string) => object("rbac.authorization.k8s.io/v1", "Role", { rules: [{ verbs: [verb] }] });
    expect(changes(role("get"), role("list"))).to.deep.equal(["update rules[0].verbs[0]"]);
  });

  it("replaces a ConfigMap that may change in place only when it calls itself immutable", () => {
    const map = (value: string, fields: PropertyMap = {}) =>
      object("v1", "ConfigMap", { data: { k: value }, ...fields });
    expect(changes(map("a"), map("b"), { configMapMutable: true })).to.deep.equal(["update data.k"]);
    const fixed = { immutable: true };
    expect(changes(map("a", fixed), map("b", fixed), { configMapMutable: true })).to.deep.equal([
      "update and replace data.k",
    ]);
  });

  describe("has the old object deleted first", () => {
    const binding = (name: string, annotations: PropertyMap = {}, metadata: string = "it"): PropertyMap => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: metadata, namespace: "acme", annotations },
      roleRef: { name },
    });
    const deletesFirst = (olds: PropertyMap, news: PropertyMap) =>
      difference(olds, news, "object", settings).deleteBeforeReplace;
    const autonamed = { "pulumi.com/autonamed": "true" };

    it("when the new one must have its name", () => {
      expect(deletesFirst(binding("a"), binding("b"))).to.equal(true);
    });
    it("but not when it has another name, or a name of our choosing", () => {
      expect(deletesFirst(binding("a"), binding("b", {}, "other"))).to.equal(false);
      expect(deletesFirst(binding("a", autonamed), binding("b", autonamed))).to.equal(false);
    });
    it("but not when nothing has to be replaced", () => {
      expect(deletesFirst(binding("a"), binding("a", { note: "x" }))).to.equal(false);
    });
  });
});
