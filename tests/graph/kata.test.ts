import { expect } from "chai";
import { KARPENTER, onEks } from "../support/eks";
import { type RegisteredResource, registeredProgram } from "../support/program";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const GUARD = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
const BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding";
const GROUP = "aws:eks/nodeGroup:NodeGroup";
const NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";

const kata = (pool: object) => ({ isolation: { nodes: "dedicated", runtime: "kata" }, pool });

describe("Kata on a cluster that is made", () => {
  let resources: readonly RegisteredResource[];
  before(async () => {
    const tenants = {
      acme: kata({ machines: ["m7i.metal-24xl"] }),
      globex: kata({ machines: ["m8i.xlarge"], scaling: "karpenter" }),
      hooli: { isolation: { nodes: "dedicated" } },
    };
    ({ resources } = await registeredProgram(onEks(tenants, { karpenter: KARPENTER })));
  });

  function one(type: string, name: string): RegisteredResource {
    const found = resources.filter((resource) => resource.type === type && resource.name === name);
    expect(found, `${type} ${name}`).to.have.length(1);
    return found[0] as RegisteredResource;
  }

  it("holds the installer to its own node before it has an account", () => {
    const [guard, binding] = [GUARD, BINDING].map((type) => one(type, "cluster-kata-bulkhead-kata-installer"));
    expect(binding?.dependsOn).to.include(guard?.urn);
    expect(one(RELEASE, "cluster-kata").dependsOn).to.include.members([guard?.urn, binding?.urn]);
  });

  it("installs it before the first node that needs it, and until the last has gone", () => {
    const installer = one(RELEASE, "cluster-kata");
    expect(one(GROUP, "cluster-acme").dependsOn).to.include(installer.urn);
    expect(one(NODE_CLASS, "cluster-globex-globex").dependsOn).to.include(installer.urn);
    for (const other of ["cluster-hooli", "cluster-system"]) {
      expect(one(GROUP, other).dependsOn, other).to.not.include(installer.urn);
    }
  });

  it("is installed nowhere when nobody asks for it", async () => {
    const ran = await registeredProgram(onEks({ acme: {} }));
    expect(ran.resources.filter(({ name }) => name.includes("kata"))).to.deep.equal([]);
  });
});
