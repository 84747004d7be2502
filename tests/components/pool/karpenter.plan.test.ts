import { expect } from "chai";
import { nodeClassOf, nodePoolOf } from "../../../components/pool/karpenter.plan";
import { planPools } from "../../../components/pool/plan";
import { KARPENTER, onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";

const ISOLATION = { nodes: "dedicated" };
const FACTS = {
  instanceProfile: "acme-profile",
  subnets: ["subnet-a", "subnet-b"],
  securityGroups: ["sg-acme", "sg-common"],
  diskKey: "arn:aws:kms:eu-central-1:111122223333:key/acme",
  tags: { "bulkhead.dev/pool": "acme", "bulkhead.dev/tenant": "acme" },
};

function planOf(name: string, tenant: object = { isolation: ISOLATION }, platform: object = {}) {
  const settings = { scaling: "karpenter", karpenter: KARPENTER, ...platform };
  const plan = planPools(estateOf(onEks({ acme: tenant, globex: {} }, settings))).find((pool) => pool.name === name);
  if (!plan) throw new Error(`no pool ${name}`);
  return plan;
}

function poolSpec(...args: Parameters<typeof planOf>) {
  return (nodePoolOf(planOf(...args)) as unknown as { spec: Record<string, unknown> }).spec;
}

function classSpec(...args: Parameters<typeof planOf>) {
  const manifest = nodeClassOf(planOf(...args), KARPENTER.images, FACTS);
  return (manifest as unknown as { spec: Record<string, unknown> }).spec;
}

describe("a NodePool of a tenant", () => {
  it("makes nodes with the tenant's labels and both taints, of the kinds that are written and no other", () => {
    const pool = { machines: ["m7g.large", "c7g.large"], max: 5, maxNodeAge: 24 };
    expect(nodePoolOf(planOf("acme", { isolation: ISOLATION, pool }))).to.deep.equal({
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata: {
        name: "acme",
        labels: { "app.kubernetes.io/managed-by": "bulkhead", "bulkhead.dev/tenant": "acme" },
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: {
        template: {
          metadata: {
            labels: {
              "bulkhead.dev/tenant": "acme",
              "bulkhead.dev.node-restriction.kubernetes.io/tenant": "acme",
            },
          },
          spec: {
            nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "acme" },
            requirements: [
              { key: "node.kubernetes.io/instance-type", operator: "In", values: ["m7g.large", "c7g.large"] },
              { key: "kubernetes.io/arch", operator: "In", values: ["arm64"] },
              { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
              { key: "topology.kubernetes.io/zone", operator: "In", values: ["eu-central-1a", "eu-central-1b"] },
              { key: "karpenter.sh/capacity-type", operator: "In", values: ["on-demand"] },
            ],
            taints: [
              { key: "bulkhead.dev/tenant", value: "acme", effect: "NoSchedule" },
              { key: "bulkhead.dev/tenant", value: "acme", effect: "NoExecute" },
            ],
            expireAfter: "24h",
            terminationGracePeriod: "1h",
          },
        },
        limits: { nodes: "5" },
        disruption: {
          consolidationPolicy: "WhenEmptyOrUnderutilized",
          consolidateAfter: "10m",
          budgets: [{ nodes: "33%" }],
        },
      },
    });
  });

  it("has no node for which the budget leaves no pod", () => {
    const tenant = { isolation: ISOLATION, pool: { max: 5 }, budget: { pods: 2 } };
    expect(poolSpec("acme", tenant).limits).to.deep.equal({ nodes: "2" });
  });
});

describe("the NodePool of shared nodes", () => {
  it("is bound by its own size, and labels and taints nothing", () => {
    const spec = poolSpec("shared") as { template: { metadata: object; spec: object }; limits: object };
    expect(spec.limits).to.deep.equal({ nodes: "10" });
    expect(spec.template.metadata).to.deep.equal({ labels: {} });
    expect(spec.template.spec).to.deep.include({ taints: [], expireAfter: "720h" });
  });
});

describe("an EC2NodeClass", () => {
  it("has the pool's own profile, groups, subnets and disk key, and an image that changes by nobody's hand but ours", () => {
    expect(nodeClassOf(planOf("acme"), KARPENTER.images, FACTS)).to.deep.equal({
      apiVersion: "karpenter.k8s.aws/v1",
      kind: "EC2NodeClass",
      metadata: {
        name: "acme",
        labels: { "app.kubernetes.io/managed-by": "bulkhead", "bulkhead.dev/tenant": "acme" },
      },
      spec: {
        amiSelectorTerms: [{ alias: "al2023@v20260812" }],
        instanceProfile: "acme-profile",
        subnetSelectorTerms: [{ id: "subnet-a" }, { id: "subnet-b" }],
        securityGroupSelectorTerms: [{ id: "sg-acme" }, { id: "sg-common" }],
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: 1,
          httpProtocolIPv6: "disabled",
        },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            rootVolume: true,
            ebs: {
              volumeType: "gp3",
              volumeSize: "50Gi",
              encrypted: true,
              kmsKeyID: "arn:aws:kms:eu-central-1:111122223333:key/acme",
              deleteOnTermination: true,
            },
          },
        ],
        tags: { "bulkhead.dev/pool": "acme", "bulkhead.dev/tenant": "acme" },
      },
    });
  });

  it("starts Bottlerocket of one release, with what pods write counted where it lies", () => {
    const acme = { isolation: ISOLATION, pool: { image: "bottlerocket", disk: "80Gi" } };
    const images = { al2023: "v20260812", bottlerocket: "v1.49.0" };
    const plan = planOf("acme", acme, { karpenter: { ...KARPENTER, images } });
    const { spec } = nodeClassOf(plan, images, FACTS) as unknown as { spec: Record<string, unknown> };
    const encrypted = {
      volumeType: "gp3",
      encrypted: true,
      kmsKeyID: "arn:aws:kms:eu-central-1:111122223333:key/acme",
      deleteOnTermination: true,
    };
    expect(spec.amiSelectorTerms).to.deep.equal([{ alias: "bottlerocket@v1.49.0" }]);
    expect(spec.blockDeviceMappings).to.deep.equal([
      { deviceName: "/dev/xvda", ebs: { ...encrypted, volumeSize: "4Gi" } },
      { deviceName: "/dev/xvdb", rootVolume: true, ebs: { ...encrypted, volumeSize: "80Gi" } },
    ]);
    expect(spec).to.not.have.property("userData");
  });

  it("installs the tenant's sandbox as a managed node does, in plain text, and without a startup taint", () => {
    const tenant = { isolation: { nodes: "dedicated", runtime: "gvisor" } };
    expect(classSpec("acme", tenant).userData)
      .to.match(/^MIME-Version: 1\.0\n/)
      .and.include("gvisor.tar.bz2");
    const { template } = poolSpec("acme", tenant) as { template: { metadata: { labels: object }; spec: object } };
    expect(template.spec).not.to.have.property("startupTaints");
    expect(template.metadata.labels).to.have.property("bulkhead.dev/runtime-gvisor", "true");
  });
});
