import { Addon } from "@pulumi/aws/eks/addon";
import { Provider } from "@pulumi/aws/provider";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import { expect } from "chai";
import { KarpenterPool } from "../../../components/pool/karpenter";
import { planPools } from "../../../components/pool/plan";
import { KARPENTER, onEks, POOL_HOST } from "../../support/eks";
import type { RegisteredResource } from "../../support/engine";
import { estateOf } from "../../support/estate";
import { registeredBy } from "../../support/program";

const ROLE = "aws:iam/role:Role";

/** acme's pool, on POOL_HOST. */
async function registered(platform: object = {}): Promise<readonly RegisteredResource[]> {
  const settings = { scaling: "karpenter", karpenter: KARPENTER, ...platform };
  const estate = estateOf(onEks({ acme: { isolation: { nodes: "dedicated" } } }, settings));
  const plan = planPools(estate).find(({ name }) => name === "acme");
  if (!plan) throw new Error("no pool acme");
  return registeredBy(
    () => {
      const aws = new Provider("aws", { region: "eu-central-1" });
      const kubernetes = new KubernetesProvider("kubernetes", { kubeconfig: "{}" });
      const agent = new Addon("agent", { clusterName: "staging", addonName: "agent" }, { provider: aws });
      const host = { ...POOL_HOST, nodeRolePath: "/bulkhead/staging/nodes/", addons: [agent] };
      const args = { host, images: KARPENTER.images, controller: [agent] };
      new KarpenterPool(
        "acme",
        { plan, commonSecurityGroupId: "sg-common", ...args },
        { providers: { aws, kubernetes } },
      );
    },
    {
      [ROLE]: { arn: "arn:aws:iam::111122223333:role/acme-node", name: "acme-node" },
      "aws:iam/instanceProfile:InstanceProfile": { name: "acme-profile" },
    },
  );
}

const countsOf = (resources: readonly RegisteredResource[]) => {
  const made = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:") && !/:Addon$/.test(type));
  const counts = new Map<string, number>();
  for (const { type } of made) {
    const kind = type.split(":").at(-1) ?? "";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
};

describe("a pool of a tenant's that Karpenter scales", () => {
  it("is 18 resources, and nothing on a group that other pools have too", async () => {
    const resources = await registered();
    expect(countsOf(resources)).to.deep.equal({
      Role: 1,
      RolePolicyAttachment: 2,
      RolePolicy: 1,
      SecurityGroup: 1,
      SecurityGroupIngressRule: 4,
      SecurityGroupEgressRule: 5,
      InstanceProfile: 1,
      AccessEntry: 1,
      EC2NodeClass: 1,
      NodePool: 1,
    });
    const fences = resources.filter(({ type }) => /Rule$/.test(type)).map(({ inputs }) => inputs.securityGroupId);
    expect([...new Set(fences)]).to.deep.equal(["id-of-acme-nodes"]);
  });

  it("gives its nodes a role of their own, below the path that Karpenter may pass, within the boundary", async () => {
    const resources = await registered();
    expect(resources.find(({ type }) => type === ROLE)?.inputs).to.deep.include({
      path: "/bulkhead/staging/nodes/",
      permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
    });
    const profile = resources.find(({ type }) => type.endsWith(":InstanceProfile"));
    expect(profile?.inputs).to.deep.equal({
      role: "acme-node",
      path: "/bulkhead/staging/nodes/",
      tags: { team: "platform", "bulkhead.dev/pool": "acme", "bulkhead.dev/tenant": "acme" },
    });
    const entry = resources.find(({ type }) => type.endsWith(":AccessEntry"));
    expect(entry?.inputs).to.deep.equal({
      clusterName: "staging",
      principalArn: "arn:aws:iam::111122223333:role/acme-node",
      type: "EC2_LINUX",
    });
  });

  it("tells its class what only the cloud knows", async () => {
    const nodeClass = (await registered()).find(({ type }) => type.endsWith(":EC2NodeClass"));
    expect(nodeClass?.inputs).to.have.nested.property("spec.instanceProfile", "acme-profile");
    expect(nodeClass?.inputs.spec).to.deep.include({
      subnetSelectorTerms: [{ id: "subnet-a" }, { id: "subnet-b" }],
      securityGroupSelectorTerms: [{ id: "id-of-acme-nodes" }, { id: "sg-common" }],
      tags: { team: "platform", "bulkhead.dev/pool": "acme", "bulkhead.dev/tenant": "acme" },
    });
    expect(nodeClass?.inputs).to.have.nested.property(
      "spec.blockDeviceMappings[0].ebs.kmsKeyID",
      "arn:aws:kms:eu-central-1:111122223333:key/acme",
    );
  });

  it("is protected until the stack file names it", async () => {
    const protectedKinds = async (platform: object) =>
      (await registered(platform)).filter(({ protect }) => protect).map(({ type }) => type.split(":").at(-1));
    expect(await protectedKinds({})).to.deep.equal(["EC2NodeClass", "NodePool"]);
    expect(await protectedKinds({ replace: ["acme"] })).to.deep.equal([]);
  });
});
