import { expect } from "chai";
import { type CheckInput, check } from "../../../../tools/standin/kubernetes/check";
import type { Cluster } from "../../../../tools/standin/kubernetes/cluster";
import { type PropertyMap, Secret, unknown } from "../../../../tools/standin/plugin/properties";

const CLUSTER_SCOPED = ["Namespace", "ClusterRole"];
const cluster = {
  defaultNamespace: "home",
  settings: {},
  scope: async (_: string, kind: string) => ({ plural: "", namespaced: !CLUSTER_SCOPED.includes(kind) }),
} as unknown as Cluster;

const checked = (type: string, news: PropertyMap, more: Partial<CheckInput> = {}) =>
  check(
    { urn: `urn:pulumi:dev::p::kubernetes:${type}::robot`, news, olds: {}, randomSeed: Buffer.from("seed"), ...more },
    cluster,
  );
const refusal = (...args: Parameters<typeof checked>) =>
  checked(...args).then(
    () => "accepted",
    (error: Error) => error.message,
  );

describe("checked inputs", () => {
  it("have the kind of their type, and the provider's namespace unless they name one", async () => {
    const metadata = { name: "x" };
    expect(await checked("core/v1:Pod", { metadata })).to.deep.equal({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "x", namespace: "home" },
    });
    expect(await checked("rbac.authorization.k8s.io/v1:ClusterRole", { metadata })).to.deep.equal({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata,
    });
    expect(await checked("core/v1:Pod", { metadata: { name: "x", namespace: "y" } })).to.deep.include({
      metadata: { name: "x", namespace: "y" },
    });
  });

  it("have a name made from the resource's, the same for the same seed", async () => {
    const first = await checked("core/v1:Namespace", {});
    expect(first).to.deep.equal({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "robot-19b25856", annotations: { "pulumi.com/autonamed": "true" } },
    });
    expect(await checked("core/v1:Namespace", {})).to.deep.equal(first);
    expect(await checked("core/v1:Namespace", {}, { randomSeed: Buffer.from("other") })).to.not.deep.equal(first);
  });

  it("keep the name that was made for them before, and not one that the user had given", async () => {
    const made = { metadata: { name: "robot-1", annotations: { "pulumi.com/autonamed": "true" } } };
    expect(await checked("core/v1:Namespace", {}, { olds: made })).to.have.nested.property("metadata.name", "robot-1");
    const given = { metadata: { name: "mine" } };
    expect(await checked("core/v1:Namespace", {}, { olds: given })).to.have.nested.property(
      "metadata.name",
      "robot-19b25856",
    );
  });

  it("follow the engine's own naming rules", async () => {
    const proposed = { autonaming: { proposedName: "dev-robot", disabled: false } };
    expect(await checked("core/v1:Namespace", {}, proposed)).to.have.nested.property("metadata.name", "dev-robot");
    expect(await refusal("core/v1:Namespace", {}, { autonaming: { proposedName: "", disabled: true } })).to.equal(
      "autonaming is disabled, resource requires the .metadata.name field to be set",
    );
  });

  it("get neither name nor namespace in the place of one that is still unknown", async () => {
    const metadata = { name: unknown, namespace: unknown };
    expect(await checked("core/v1:Pod", { metadata })).to.deep.include({ metadata });
  });

  it("lose what only the server writes, and labels and annotations that are none", async () => {
    const read = { uid: "1", resourceVersion: "2", managedFields: [] };
    const metadata = { name: "x", namespace: "y", ...read, labels: {}, annotations: {} };
    expect(await checked("core/v1:Pod", { metadata })).to.deep.include({ metadata: { name: "x", namespace: "y" } });
  });

  it("keep their secrets, and a Secret's data is one", async () => {
    const metadata = { name: "x", namespace: "y" };
    const map = await checked("core/v1:ConfigMap", { metadata, data: { a: new Secret("b"), c: "d" } });
    expect(map.data).to.deep.equal({ a: new Secret("b"), c: "d" });
    const secret = await checked("core/v1:Secret", { kind: "Secret", metadata, data: { a: "b" } });
    expect(secret.data).to.deep.equal(new Secret({ a: "b" }));
  });

  it("are refused for a list, a generated name, a patch without a name, and an odd type", async () => {
    expect(await refusal("core/v1:PodList", {})).to.include("Use the underlying resource type instead");
    expect(await refusal("core/v1:Pod", { metadata: { generateName: "x-" } })).to.include("generateName");
    expect(await refusal("core/v1:PodPatch", {})).to.equal(
      "patch resources require the `.metadata.name` field to be set",
    );
    expect(await refusal("helm.sh:Chart", {})).to.equal(
      'apiVersion does not have both a group and a version: "helm.sh"',
    );
  });

  it("are not refused for a kind of the user's own whose name only sounds like a list", async () => {
    const inputs = { metadata: { name: "x", namespace: "y" } };
    expect(await checked("example.com/v1:AllowList", inputs)).to.include({ kind: "AllowList" });
  });
});
