import { expect } from "chai";
import type { FixtureResource, FixtureStack } from "../../policies/fixtures";
import { namespaceDeniesByDefault } from "../../policies/rules/namespace-denies-by-default";
import { UNKNOWN, verdictOf } from "./double";

const namespace = (name: string, provider = "east"): FixtureResource => ({
  type: "kubernetes:core/v1:Namespace",
  props: { metadata: { name } },
  provider,
});

const deny = (of: string, provider = "east"): FixtureResource => ({
  type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  props: { metadata: { name: "deny", namespace: of }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
  provider,
});

const verdict = (stack: FixtureStack) => verdictOf(namespaceDeniesByDefault, stack);
const refused = (stack: FixtureStack) => [
  ...new Set(verdict(stack).violations.map((message) => /"(.+?)"/.exec(message)?.[1])),
];

describe("policies/namespaces", () => {
  it("finds a guard that was registered before its namespace", () => {
    expect(refused({ policy: deny("acme"), acme: namespace("acme") })).to.deep.equal([]);
  });

  it("takes no guard of a namespace of the same name on another cluster", () => {
    const stack = { here: namespace("acme"), there: namespace("acme", "west"), policy: deny("acme", "west") };
    expect(refused(stack)).to.deep.equal(["here"]);
  });

  it("takes no guard of a namespace whose name begins alike", () => {
    expect(refused({ acme: namespace("acme"), policy: deny("acme-web") })).to.deep.equal(["acme"]);
  });

  it("judges a namespace that has no tenant, or the guards would be lost with the label", () => {
    expect(refused({ nobodys: namespace("nobodys") })).to.deep.equal(["nobodys"]);
  });

  it("judges a patched namespace only when the patch gives it to a tenant", () => {
    const patch = (labels: object) => ({
      type: "kubernetes:core/v1:NamespacePatch",
      props: { metadata: { name: "old", labels } },
    });
    expect(refused({ old: patch({ team: "platform" }) })).to.deep.equal([]);
    expect(refused({ old: patch({ "bulkhead.dev/tenant": "acme" }) })).to.deep.equal(["old"]);
  });

  it("finds the guard of a namespace whose name is not known yet by its dependency", () => {
    const stack = {
      acme: namespace(UNKNOWN),
      globex: namespace(UNKNOWN),
      policy: { ...deny(UNKNOWN), dependsOn: ["acme"] },
    };
    expect(refused(stack)).to.deep.equal(["globex"]);
    expect(verdict(stack).unknown).to.equal(undefined);
  });

  it("refuses nobody, and says why, while a guard could be any namespace's", () => {
    expect(verdict({ acme: namespace("acme"), policy: deny(UNKNOWN) })).to.deep.equal({
      violations: [],
      unknown: "string value at .metadata.namespace can't be known during preview",
    });
  });

  it("judges the other namespaces when something of one is not known yet, and says that too", () => {
    const vague = { ...deny("acme"), props: { metadata: { namespace: "acme" }, spec: UNKNOWN } };
    const stack = { acme: namespace("acme"), vague, globex: namespace("globex") };
    expect(refused(stack)).to.deep.equal(["globex"]);
    expect(verdict(stack).unknown).to.equal("string value at .spec can't be known during preview");
  });

  it("reads in proportion to the stack", () => {
    const reads = (tenants: number) => {
      let count = 0;
      const counted = (resource: FixtureResource): FixtureResource => ({
        ...resource,
        props: new Proxy(resource.props, { get: (props, key) => [props[key as string], count++][0] }),
      });
      const names = Array.from({ length: tenants }, (_, index) => `tenant-${index}`);
      const stack = names.flatMap((name) => [
        [name, counted(namespace(name))],
        [`${name}-deny`, counted(deny(name))],
      ]);
      expect(verdict(Object.fromEntries(stack)).violations).to.deep.equal([]);
      return count;
    };
    expect(reads(800)).to.equal(8 * reads(100));
  });
});
