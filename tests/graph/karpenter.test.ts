import { expect } from "chai";
import { ADDED_BY_AWS, CUT_OFF, KARPENTER } from "../support/eks";
import { stackValues } from "../support/estate";
import { type RegisteredResource, registeredProgram } from "../support/program";

const CLUSTER = "aws:eks/cluster:Cluster";
const GROUP = "aws:eks/nodeGroup:NodeGroup";
const ENTRY = "aws:eks/accessEntry:AccessEntry";
const KEY = "aws:kms/key:Key";
const POOL = "kubernetes:karpenter.sh/v1:NodePool";
const CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";
const RELEASE = "kubernetes:helm.sh/v3:Release";
const NAMESPACE = "kubernetes:core/v1:Namespace";

/** What AWS adds, as far as other things are told of it. */
const ADDED = {
  ...ADDED_BY_AWS,
  "aws:iam/role:Role": { name: "role-1", arn: "arn:aws:iam::111122223333:role/role-1" },
  "aws:iam/instanceProfile:InstanceProfile": { name: "profile-1" },
  "aws:sqs/queue:Queue": { name: "queue-1", arn: "arn:queue", url: "https://queue" },
  "aws:cloudwatch/eventRule:EventRule": { name: "rule-1", arn: "arn:rule" },
};

/** Staging with one tenant's pool scaled by Karpenter: globex', whose nodes would be a managed group. */
function withKarpenter(pool: object = {}, platform: object = {}) {
  const values = stackValues("staging");
  const tenants = values.tenants as Readonly<Record<string, object>>;
  const globex = { ...tenants.globex, pool: { scaling: "karpenter", max: 4, ...pool } };
  return {
    ...values,
    platform: { ...(values.platform as object), karpenter: KARPENTER, ...platform },
    tenants: { ...tenants, globex },
  };
}

/** Whether one thing depends on another, at however many removes: that one is there before it, and after it. */
function reaches(all: readonly RegisteredResource[], from: RegisteredResource, to: RegisteredResource): boolean {
  const byUrn = new Map(all.map((each) => [each.urn, each]));
  const seen = new Set<string>();
  const leads = (urn: string): boolean => {
    if (urn === to.urn) return true;
    if (seen.has(urn)) return false;
    seen.add(urn);
    return (byUrn.get(urn)?.dependsOn ?? []).some(leads);
  };
  return from.dependsOn.some(leads);
}

describe("a stack with a managed pool and one of Karpenter's", () => {
  let resources: readonly RegisteredResource[];
  before(async () => {
    ({ resources } = await registeredProgram(withKarpenter(), { stack: "staging", added: ADDED }));
  });

  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const namesOf = (type: string) =>
    ofType(type)
      .map(({ name }) => name)
      .sort();
  function one(type: string, name: string): RegisteredResource {
    const found = ofType(type).filter((resource) => resource.name === name);
    expect(found, `${type} ${name} among ${namesOf(type)}`).to.have.length(1);
    return found[0] as RegisteredResource;
  }

  const outlives = (resource: RegisteredResource, other: RegisteredResource) => reaches(resources, other, resource);

  it("has a group for each managed pool, and a pool and a class for the other", () => {
    expect(namesOf(GROUP)).to.deep.equal(["cluster-initech", "cluster-shared", "cluster-system"]);
    expect(namesOf(POOL)).to.deep.equal(["cluster-globex-globex"]);
    expect(namesOf(CLASS)).to.deep.equal(["cluster-globex-globex"]);
    expect(one(POOL, "cluster-globex-globex").inputs.spec).to.have.nested.property("limits.nodes", "4");
  });

  it("gives Karpenter's nodes what only the cloud knows: their own profile, fence and key, and the group of them all", () => {
    const { spec } = one(CLASS, "cluster-globex-globex").inputs as { spec: Record<string, unknown> };
    expect(spec).to.deep.include({
      instanceProfile: "profile-1",
      securityGroupSelectorTerms: [{ id: "id-of-cluster-globex-nodes" }, { id: "id-of-cluster-karpenter-nodes" }],
      subnetSelectorTerms: [
        { id: "id-of-cluster-private-eu-central-1a" },
        { id: "id-of-cluster-private-eu-central-1b" },
      ],
      tags: { "bulkhead.dev/pool": "globex", "bulkhead.dev/tenant": "globex" },
    });
    const role = one("aws:iam/role:Role", "cluster-globex-node");
    expect(role.inputs.path).to.equal("/bulkhead/staging/nodes/");
    // Karpenter may give away what lies below nodes/, so nobody else's does.
    expect(one("aws:iam/role:Role", "cluster-initech-node").inputs.path).to.equal("/bulkhead/staging/");
    expect(one("aws:iam/instanceProfile:InstanceProfile", "cluster-globex").dependsOn).to.include(role.urn);
  });

  it("lets machines of the pool's role join, which EKS does by itself for managed groups only", () => {
    expect(one(ENTRY, "cluster-globex-node").inputs).to.deep.include({ type: "EC2_LINUX", clusterName: "staging" });
    expect(ofType(ENTRY).filter(({ inputs }) => inputs.type === "EC2_LINUX")).to.have.length(1);
  });

  it("asks pods for the label that only the control plane gives, and the namespace says the same", () => {
    const selected = {
      "bulkhead.dev/tenant": "globex",
      "bulkhead.dev.node-restriction.kubernetes.io/tenant": "globex",
    };
    const runtimeClass = one("kubernetes:node.k8s.io/v1:RuntimeClass", "globex-bulkhead-globex");
    expect(runtimeClass.inputs).to.have.nested.property("scheduling.nodeSelector").that.deep.equals(selected);
    const { annotations } = one(NAMESPACE, "globex").inputs.metadata as { annotations: Record<string, string> };
    expect(annotations["bulkhead.dev/node-selector"]).to.equal(
      "bulkhead.dev/tenant=globex,bulkhead.dev.node-restriction.kubernetes.io/tenant=globex",
    );
    expect(one(POOL, "cluster-globex-globex").inputs.spec)
      .to.have.nested.property("template.metadata.labels")
      .that.deep.equals(selected);
  });

  it("installs both charts in the release that is pinned, the kinds first and apart", () => {
    const [kinds, controller] = ["cluster-karpenter-crd", "cluster-karpenter"].map((name) => one(RELEASE, name));
    expect(kinds?.inputs).to.deep.include({
      name: "karpenter-crd",
      chart: "oci://public.ecr.aws/karpenter/karpenter-crd",
      version: "1.14.1",
      namespace: "kube-system",
    });
    expect(controller?.inputs).to.deep.include({
      name: "karpenter",
      chart: "oci://public.ecr.aws/karpenter/karpenter",
      version: "1.14.1",
      namespace: "kube-system",
      skipCrds: true,
    });
    expect(controller?.inputs).to.have.nested.property("values.settings.interruptionQueue", "queue-1");
  });

  it("takes all of it down in an order that leaves no machine, no finalizer and no profile behind", () => {
    const order: [string, string][] = [
      [CLUSTER, "cluster"],
      [GROUP, "cluster-system"],
      ["aws:eks/addon:Addon", "cluster-coredns"],
      [RELEASE, "cluster-karpenter-crd"],
      [RELEASE, "cluster-karpenter"],
      [CLASS, "cluster-globex-globex"],
      [POOL, "cluster-globex-globex"],
      [NAMESPACE, "globex"],
    ];
    const chain = order.map(([type, name]) => one(type, name));
    for (const [index, resource] of chain.entries()) {
      for (const later of chain.slice(index + 1)) {
        expect(outlives(resource, later), `${resource.name} ${resource.type} goes after ${later.type}`).to.equal(true);
      }
    }
    expect(outlives(one(POOL, "cluster-globex-globex"), one(NAMESPACE, "acme"))).to.equal(false);
  });

  it("keeps what a node and Karpenter need of AWS until the last node is gone", () => {
    const nodeClass = one(CLASS, "cluster-globex-globex");
    const needed: [string, string][] = [
      [ENTRY, "cluster-globex-node"],
      ["aws:iam/instanceProfile:InstanceProfile", "cluster-globex"],
      ["aws:iam/rolePolicy:RolePolicy", "cluster-globex-node"],
      ["aws:ec2/securityGroup:SecurityGroup", "cluster-globex-nodes"],
      ["aws:ec2/securityGroup:SecurityGroup", "cluster-karpenter-nodes"],
      [
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "cluster-karpenter/system/ingress/karpenter.nodes/udp-53",
      ],
      [
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "cluster-karpenter/control.plane/ingress/karpenter.nodes/tcp-443",
      ],
      [KEY, "cluster-globex"],
      ["aws:sqs/queue:Queue", "cluster-karpenter"],
      ["aws:sqs/queuePolicy:QueuePolicy", "cluster-karpenter"],
      ["aws:cloudwatch/eventTarget:EventTarget", "cluster-karpenter-health"],
      ["aws:cloudwatch/eventTarget:EventTarget", "cluster-karpenter-state"],
      ["aws:iam/rolePolicy:RolePolicy", "cluster-karpenter"],
      ["aws:eks/podIdentityAssociation:PodIdentityAssociation", "cluster-karpenter"],
      ["aws:eks/addon:Addon", "cluster-vpc-cni"],
    ];
    for (const [type, name] of needed) {
      expect(outlives(one(type, name), nodeClass), `${type} ${name}`).to.equal(true);
    }
  });

  it("names no service in the policy of a disk key that Karpenter uses by its own rights", () => {
    const principals = (name: string) =>
      (JSON.parse(String(one(KEY, name).inputs.policy)).Statement as { Principal: { AWS: string } }[]).map(
        ({ Principal }) => Principal.AWS,
      );
    expect(principals("cluster-globex")).to.deep.equal(["arn:aws:iam::111122223333:root"]);
    expect(principals("cluster-initech")).to.have.length(3);
  });

  it("makes nothing through a provider that nobody configured", () => {
    for (const { type, name, provider } of resources) {
      if (!/^(aws|kubernetes):/.test(type)) continue;
      expect(provider, `${type} ${name}`).to.not.equal("");
    }
  });
});

describe("a pool of Karpenter's", () => {
  const protectedPools = async (pool: object, platform: object) => {
    const { resources } = await registeredProgram(withKarpenter(pool, platform), { stack: "staging" });
    return resources.filter(({ type, protect }) => protect && [POOL, CLASS].includes(type)).map(({ type }) => type);
  };

  it("is neither removed nor replaced before it is named, and neither is its class", async () => {
    expect(await protectedPools({}, { deletionProtection: "on" })).to.deep.equal([CLASS, POOL]);
    expect(await protectedPools({}, { deletionProtection: "on", replace: ["globex"] })).to.deep.equal([]);
  });

  it("keeps its way to AWS until its last node is gone, where endpoints are the only one", async () => {
    const { network } = stackValues("staging").platform as { network: object };
    const karpenter = { ...KARPENTER, source: "oci://mirror.example.com/karpenter" };
    const source = "https://mirror.example.com/gvisor";
    const gvisor = { version: "20260914.0", sha512: { x86_64: "0".repeat(128) }, source };
    const { autoscaler } = CUT_OFF;
    const platform = { network: { ...network, nat: "none" }, autoscaler, karpenter, sandbox: { gvisor } };
    const { resources } = await registeredProgram(withKarpenter({}, platform), { stack: "staging" });
    const nodeClass = resources.find(({ type }) => type === CLASS);
    const endpoints = resources.filter(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint");
    expect(endpoints.map(({ name }) => name)).to.include.members(["cluster-ec2", "cluster-sqs", "cluster-ssm"]);
    for (const endpoint of endpoints) {
      expect(nodeClass && reaches(resources, nodeClass, endpoint), endpoint.name).to.equal(true);
    }
  });

  it("is where the shared nodes come from too when the platform says so, and cluster-autoscaler is not needed then", async () => {
    const values = withKarpenter({}, { scaling: "karpenter", autoscaler: undefined });
    const tenants = values.tenants as Readonly<Record<string, object>>;
    const initech = { ...tenants.initech, pool: { max: 2 } };
    const { resources } = await registeredProgram(
      { ...values, tenants: { ...tenants, initech } },
      { stack: "staging" },
    );
    const named = (type: string) => resources.filter((each) => each.type === type).map(({ name }) => name);
    expect(named(GROUP)).to.deep.equal(["cluster-system"]);
    expect(named(POOL)).to.deep.equal(["cluster-shared-shared", "cluster-globex-globex", "cluster-initech-initech"]);
    expect(named("kubernetes:apps/v1:Deployment")).not.to.include("cluster-kube-system/cluster-autoscaler");
  });
});
