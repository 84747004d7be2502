import { expect } from "chai";
import { EKS, KARPENTER, onEks } from "../support/eks";
import { type StackValues, stackValues } from "../support/estate";
import { type RegisteredProgram, type RegisteredResource, registeredProgram, TOKEN } from "../support/program";
import { RICH } from "../support/rich";

/** Kinds that stand outside namespaces. */
const OF_THE_CLUSTER = /:(Namespace|ClusterRole|RuntimeClass|(Validating|Mutating)AdmissionPolicy(Binding)?)$/;

const existing: Readonly<Record<string, StackValues>> = {
  "Pulumi.dev.yaml": stackValues("dev"),
  "a rich estate": RICH,
};

const policyNamed = (name: string) => `arn:aws:iam::111122223333:policy/${name}`;
const roleNamed = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

/** Names that are alike as soon as a dash or nothing stands for what keeps their parts from each other. */
const ALIKE = {
  acme: {
    namespaces: ["web", "web-api"],
    identities: {
      "api-x": { namespace: "web", policies: [policyNamed("a/p"), policyNamed("b/p"), "arn:aws:iam::aws:policy/p"] },
      x: { namespace: "web-api", policies: [policyNamed("p")] },
    },
    access: {
      admins: [{ group: "acme-admins", principals: [roleNamed("acme.admins"), roleNamed("acme-admins")] }],
    },
    network: { egress: [{ tenant: "control-plane", ports: [443] }] },
  },
  "control-plane": {
    isolation: { nodes: "dedicated", runtime: "gvisor" },
    network: { ingress: [{ tenant: "acme", ports: [443] }] },
  },
};
const ADMINS = { admins: [...EKS.admins, roleNamed("team.a"), roleNamed("team-a"), roleNamed("team/a")] };

const onAws: Readonly<Record<string, StackValues>> = {
  "Pulumi.staging.yaml": stackValues("staging"),
  "managed pools of tenants whose names are alike": onEks(ALIKE, ADMINS),
  "pools of Karpenter's, of tenants whose names are alike": onEks(ALIKE, {
    ...ADMINS,
    scaling: "karpenter",
    karpenter: KARPENTER,
  }),
};

for (const [name, values] of Object.entries({ ...existing, ...onAws })) {
  describe(`the program for ${name}`, () => {
    let ran: RegisteredProgram;
    let resources: readonly RegisteredResource[];

    before(async () => {
      ran = await registeredProgram(values);
      resources = ran.resources;
    });

    const urns = (some: readonly RegisteredResource[]) => some.map(({ urn }) => urn);
    /** AWS is asked whether there is a cluster before there is a component for one. */
    const objects = () => resources.filter(({ custom, type }) => custom && type !== "pulumi:providers:aws");

    it("registers every resource under a URN of its own", () => {
      expect(urns(resources))
        .to.have.length(new Set(urns(resources)).size)
        .and.length.above(30);
    });

    it("puts every object into a component", () => {
      const components = urns(resources.filter(({ custom, type }) => !custom && type !== "pulumi:pulumi:Stack"));
      const stray = objects().filter(({ parent }) => !components.includes(parent));
      expect(urns(stray)).to.deep.equal([]);
    });

    it("names every child after its component", () => {
      const nameOf = new Map(resources.map(({ urn, name }) => [urn, name]));
      const misnamed = objects().filter(({ name, parent }) => {
        const family = nameOf.get(parent);
        return name !== family && !name.startsWith(`${family}-`) && !name.startsWith(`${family}/`);
      });
      expect(urns(misnamed)).to.deep.equal([]);
    });

    it("puts no output into a text", () => {
      expect(JSON.stringify([resources, ran.outputs])).not.to.include("Calling [toString]");
    });

    it("registers the same in a preview as in an update, but for what only the cloud knows", async () => {
      const preview = await registeredProgram(values, { phase: "preview" });
      expect(urns(preview.resources).sort()).to.deep.equal(urns(resources).sort());
      const shown = new Map(preview.resources.map((resource) => [resource.urn, resource]));
      for (const { urn, inputs, dependsOn, deletedWith } of resources) {
        const before = shown.get(urn);
        expect(filledIn(before?.inputs, inputs), urn).to.deep.equal(inputs);
        expect(before?.deletedWith, urn).to.equal(deletedWith);
        // What the recording engine leaves out of an update's outputs, nothing there depends on.
        expect(before?.dependsOn, urn).to.include.members([...dependsOn]);
      }
    });
  });
}

for (const [name, values] of Object.entries(existing)) {
  describe(`the program for ${name} on a cluster that is there`, () => {
    let ran: RegisteredProgram;
    let resources: readonly RegisteredResource[];

    before(async () => {
      ran = await registeredProgram(values);
      resources = ran.resources;
    });

    const ofKubernetes = () => resources.filter(({ type }) => type.startsWith("kubernetes:"));
    const urns = (some: readonly RegisteredResource[]) => some.map(({ urn }) => urn);

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

    it("knows in a preview all that an update knows", async () => {
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

/** The wire's mark for a value that is not known yet (sdk/go/common/resource/plugin). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Values = Readonly<Record<string, unknown>>;

/** A preview's inputs, with what it cannot know taken from the update. */
function filledIn(shown: unknown, made: unknown): unknown {
  if (shown === UNKNOWN) return made;
  if (typeof shown !== "object" || shown === null || typeof made !== "object" || made === null) return shown;
  if (Array.isArray(shown)) return shown.map((inner, index) => filledIn(inner, (made as unknown[])[index]));
  const filled = Object.entries(shown).map(([key, inner]) => [key, filledIn(inner, (made as Values)[key])]);
  return Object.fromEntries(filled.filter(([, inner]) => inner !== undefined));
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
