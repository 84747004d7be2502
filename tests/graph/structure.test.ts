import { expect } from "chai";
import { type StackValues, stackValues } from "../support/estate";
import { type RegisteredProgram, type RegisteredResource, registeredProgram, TOKEN } from "../support/program";
import { RICH } from "../support/rich";

/** Kinds that stand outside namespaces. */
const OF_THE_CLUSTER = /:(Namespace|ClusterRole|RuntimeClass|(Validating|Mutating)AdmissionPolicy(Binding)?)$/;

const estates: Readonly<Record<string, StackValues>> = { "Pulumi.dev.yaml": stackValues("dev"), "a rich estate": RICH };

for (const [name, values] of Object.entries(estates)) {
  describe(`the program for ${name}`, () => {
    let ran: RegisteredProgram;
    let resources: readonly RegisteredResource[];

    before(async () => {
      ran = await registeredProgram(values);
      resources = ran.resources;
    });

    const ofKubernetes = () => resources.filter(({ type }) => type.startsWith("kubernetes:"));
    const urns = (some: readonly RegisteredResource[]) => some.map(({ urn }) => urn);

    it("registers every resource under a URN of its own", () => {
      expect(urns(resources))
        .to.have.length(new Set(urns(resources)).size)
        .and.length.above(30);
    });

    it("puts every object into a component", () => {
      const components = urns(resources.filter(({ custom, type }) => !custom && type !== "pulumi:pulumi:Stack"));
      const stray = resources.filter(({ custom, parent }) => custom && !components.includes(parent));
      expect(urns(stray)).to.deep.equal([]);
    });

    it("names every child after its component", () => {
      const nameOf = new Map(resources.map(({ urn, name }) => [urn, name]));
      const misnamed = resources.filter(({ custom, name, parent }) => {
        const family = nameOf.get(parent);
        return custom && name !== family && !name.startsWith(`${family}-`);
      });
      expect(urns(misnamed)).to.deep.equal([]);
    });

    it("reaches the cluster by its own provider only", () => {
      const [provider, ...others] = resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
      expect(others).to.deep.equal([]);
      const elsewhere = ofKubernetes().filter(
        (resource) => resource.provider !== `${provider?.urn}::id-of-${provider?.name}`,
      );
      expect(urns(elsewhere)).to.deep.equal([]);
    });

    it("says of every object in a namespace which one it is", () => {
      const homeless = ofKubernetes().filter(({ type, inputs }) => {
        const { namespace } = inputs.metadata as { namespace?: string };
        return OF_THE_CLUSTER.test(type) === (namespace !== undefined);
      });
      expect(urns(homeless)).to.deep.equal([]);
    });

    it("names every object itself, within the limits of its kind", () => {
      for (const { type, inputs, urn } of ofKubernetes()) {
        const { name, labels = {} } = inputs.metadata as { name: string; labels?: Record<string, string> };
        expect(name, urn).to.have.length.within(1, type.endsWith(":Namespace") ? 63 : 253);
        for (const value of Object.values(labels)) expect(value, urn).to.have.length.below(64);
      }
    });

    it("wraps the kubeconfig, and writes its credentials nowhere else", () => {
      const [provider] = resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
      expect(provider?.secretInputs).to.deep.equal(["kubeconfig"]);
      expect(provider?.inputs.kubeconfig).to.include(TOKEN);
      const elsewhere = resources.filter((resource) => resource !== provider);
      expect(JSON.stringify([elsewhere, ran.outputs])).not.to.include(TOKEN);
    });

    it("puts no output into a text", () => {
      expect(JSON.stringify([resources, ran.outputs])).not.to.include("Calling [toString]");
    });

    it("registers the same in a preview as in an update", async () => {
      const preview = await registeredProgram(values, { phase: "preview" });
      const shown = ({ urn, inputs, dependsOn, deletedWith }: RegisteredResource) => ({
        urn,
        inputs,
        dependsOn,
        deletedWith,
      });
      const sorted = (some: readonly RegisteredResource[]) => some.map(shown).sort((a, b) => (a.urn < b.urn ? -1 : 1));
      expect(sorted(preview.resources)).to.deep.equal(sorted(resources));
      expect(preview.outputs).to.deep.equal(ran.outputs);
    });

    it("waits for a handful of others at most, but for the canary and the roles, which wait for all guardrails", () => {
      const gates = resources.filter(({ type, name }) => type.endsWith(":ClusterRole") || name.endsWith("-canary"));
      expect(gates).to.have.length(4);
      const others = resources.filter((resource) => !gates.includes(resource));
      expect(Math.max(...others.map(({ dependsOn }) => dependsOn.length))).to.be.below(12);
    });

    it("ignores no changes, so that drift is seen", () => {
      expect(urns(resources.filter(({ ignoreChanges }) => ignoreChanges.length > 0))).to.deep.equal([]);
    });
  });
}

describe("the provider of a cluster", () => {
  const identifierOf = async (platform: object) => {
    const { resources } = await registeredProgram({
      platform: { kind: "existing", ...platform },
      tenants: { acme: {} },
    });
    return resources.find(({ type }) => type === "pulumi:providers:kubernetes")?.inputs;
  };

  it("is known by the UID of kube-system, so that an edited kubeconfig replaces nothing", async () => {
    expect(await identifierOf({})).to.include({
      clusterIdentifier: "0b6c7c2e-5f0f-4d0c-9f2e-4a1c1d9a8b7e",
      context: "bulkhead-embedded",
    });
  });

  it("is known by the name that the platform gives it, where it gives one", async () => {
    expect(await identifierOf({ clusterIdentifier: "production-eu" })).to.include({
      clusterIdentifier: "production-eu",
    });
  });
});
