import { Addon } from "@pulumi/aws/eks/addon";
import { Provider } from "@pulumi/aws/provider";
import { expect } from "chai";
import { ManagedPool, type ManagedPoolArgs } from "../../../components/pool/managed";
import { planPools } from "../../../components/pool/plan";
import { onEks, POOL_HOST } from "../../support/eks";
import type { RegisteredResource } from "../../support/engine";
import { estateOf } from "../../support/estate";
import { registeredBy } from "../../support/program";

const GROUP = "aws:eks/nodeGroup:NodeGroup";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const FENCE = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ROLE = "aws:iam/role:Role";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const TAG = "aws:autoscaling/tag:Tag";

/** What AWS adds to what it is asked for. */
const ADDED = {
  [GROUP]: { nodeGroupName: "acme-1234567", resources: [{ autoscalingGroups: [{ name: "eks-acme-1234567" }] }] },
  [TEMPLATE]: { latestVersion: 3 },
  [ROLE]: { arn: "arn:aws:iam::111122223333:role/acme-node", name: "acme-node" },
};

const ROCKET = { machines: ["m7g.large"], image: "bottlerocket", disk: "80Gi" };
const TENANTS = {
  acme: { isolation: { nodes: "dedicated" } },
  boxed: { isolation: { nodes: "dedicated", runtime: "gvisor" }, pool: { machines: ["m7g.large"] } },
  globex: {},
  rocket: { isolation: { nodes: "dedicated" }, pool: ROCKET },
};
const SANDBOX = { gvisor: { version: "20260914.0", sha512: { aarch64: "0".repeat(128) } } };

/** One pool of an estate with acme's own nodes and shared ones, on POOL_HOST. */
async function poolOf(name: string, rest: { platform?: object; live?: ManagedPoolArgs["live"] } = {}) {
  const plan = planPools(estateOf(onEks(TENANTS, { sandbox: SANDBOX, ...rest.platform }))).find(
    (pool) => pool.name === name,
  );
  if (!plan) throw new Error(`no pool ${name}`);
  const host = { ...POOL_HOST, systemSecurityGroupId: name === "system" ? undefined : "sg-system" };
  const resources = await registeredBy(() => {
    const aws = new Provider("aws", { region: "eu-central-1" });
    const agent = new Addon("agent", { clusterName: "staging", addonName: "agent" }, { provider: aws });
    new ManagedPool(name, { plan, host: { ...host, addons: [agent] }, live: rest.live }, { providers: { aws } });
  }, ADDED);
  return { all: resources, ...partsOf(resources) };
}

function partsOf(resources: readonly RegisteredResource[]) {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const the = (type: string) => {
    const [only, ...more] = ofType(type);
    if (!only || more.length > 0) throw new Error(`not exactly one ${type}`);
    return only;
  };
  return { ofType, the };
}

/** Rules as a person would say them: whose, which way, who else, what. */
function spoken(rules: readonly RegisteredResource[]): string[] {
  return rules
    .map(({ type, inputs }) => {
      const { securityGroupId, referencedSecurityGroupId, cidrIpv4, ipProtocol, fromPort, toPort } = inputs;
      expect(fromPort).to.equal(toPort);
      const way = type === INGRESS ? "from" : "to";
      return `${securityGroupId} ${way} ${referencedSecurityGroupId ?? cidrIpv4} ${ipProtocol} ${fromPort ?? "all"}`;
    })
    .sort();
}

describe("a managed pool of a tenant", () => {
  it("is a node group with the tenant's label, both taints and no name that a successor could not have too", async () => {
    const { inputs } = (await poolOf("acme")).the(GROUP);
    expect(inputs).to.deep.equal({
      clusterName: "staging",
      version: "1.36",
      nodeRoleArn: "arn:aws:iam::111122223333:role/acme-node",
      subnetIds: ["subnet-a", "subnet-b"],
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: "ON_DEMAND",
      instanceTypes: ["m7i.xlarge"],
      labels: { "bulkhead.dev/tenant": "acme" },
      taints: [
        { key: "bulkhead.dev/tenant", value: "acme", effect: "NO_SCHEDULE" },
        { key: "bulkhead.dev/tenant", value: "acme", effect: "NO_EXECUTE" },
      ],
      scalingConfig: { minSize: 0, maxSize: 3, desiredSize: 0 },
      updateConfig: { maxUnavailablePercentage: 33 },
      nodeRepairConfig: { enabled: true },
      launchTemplate: { id: "id-of-acme", version: "3" },
      tags: { team: "platform", "bulkhead.dev/pool": "acme", "bulkhead.dev/tenant": "acme" },
    });
  });

  it("starts machines that keep their credentials from pods and their disks from everybody", async () => {
    const { inputs } = (await poolOf("acme")).the(TEMPLATE);
    const tags = { team: "platform", "bulkhead.dev/pool": "acme", "bulkhead.dev/tenant": "acme" };
    expect(inputs).to.deep.equal({
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "disabled",
      },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: 50,
            encrypted: "true",
            kmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/acme",
            deleteOnTermination: "true",
          },
        },
      ],
      vpcSecurityGroupIds: ["id-of-acme-nodes"],
      tagSpecifications: [
        { resourceType: "instance", tags },
        { resourceType: "volume", tags },
        { resourceType: "network-interface", tags },
      ],
      updateDefaultVersion: true,
      tags,
    });
  });

  it("starts machines that install the tenant's sandbox, from the image for what they are", async () => {
    const { the } = await poolOf("boxed");
    const script = Buffer.from(String(the(TEMPLATE).inputs.userData), "base64").toString();
    expect(script).to.include("20260914.0/aarch64/gvisor.tar.bz2");
    expect(the(GROUP).inputs).to.deep.include({
      amiType: "AL2023_ARM_64_STANDARD",
      labels: { "bulkhead.dev/tenant": "boxed", "bulkhead.dev/runtime-gvisor": "true" },
    });
  });

  it("starts Bottlerocket with all of what containers write on an encrypted disk of its own, and with no user data", async () => {
    const { the } = await poolOf("rocket");
    const { blockDeviceMappings, userData } = the(TEMPLATE).inputs;
    const encrypted = {
      volumeType: "gp3",
      encrypted: "true",
      kmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/acme",
      deleteOnTermination: "true",
    };
    expect(blockDeviceMappings).to.deep.equal([
      { deviceName: "/dev/xvda", ebs: { ...encrypted, volumeSize: 4 } },
      { deviceName: "/dev/xvdb", ebs: { ...encrypted, volumeSize: 80 } },
    ]);
    expect(userData).to.equal(undefined);
    expect(the(GROUP).inputs.amiType).to.equal("BOTTLEROCKET_ARM_64");
  });

  it("is of Bottlerocket's image for Intel and AMD where those are its machines, the cluster's own pool too", async () => {
    const { the } = await poolOf("system", { platform: { system: { image: "bottlerocket" } } });
    expect(the(GROUP).inputs.amiType).to.equal("BOTTLEROCKET_x86_64");
  });

  it("lets nobody in but itself, the API server and the system pool, and nothing out but to them and over HTTPS", async () => {
    const { ofType } = await poolOf("acme");
    expect(spoken([...ofType(INGRESS), ...ofType(EGRESS)])).to.deep.equal([
      "id-of-acme-nodes from id-of-acme-nodes -1 all",
      "id-of-acme-nodes from sg-cluster tcp 10250",
      "id-of-acme-nodes from sg-cluster tcp 443",
      "id-of-acme-nodes from sg-system tcp 10250",
      "id-of-acme-nodes to 0.0.0.0/0 tcp 443",
      "id-of-acme-nodes to id-of-acme-nodes -1 all",
      "id-of-acme-nodes to sg-cluster tcp 443",
      "id-of-acme-nodes to sg-system tcp 53",
      "id-of-acme-nodes to sg-system udp 53",
      "sg-cluster from id-of-acme-nodes tcp 443",
      "sg-system from id-of-acme-nodes tcp 53",
      "sg-system from id-of-acme-nodes udp 53",
      "sg-system to id-of-acme-nodes tcp 10250",
    ]);
  });

  it("has a security group in which load balancers of this cluster find their way", async () => {
    const { inputs } = (await poolOf("acme")).the(FENCE);
    expect(inputs.tags).to.have.property("kubernetes.io/cluster/staging", "owned");
    expect(inputs).not.to.have.any.keys("ingress", "egress");
  });

  it("gives its nodes a role of their own that may join, pull images and lend pods theirs, within the boundary", async () => {
    const { the, ofType } = await poolOf("acme");
    const { inputs } = the(ROLE);
    expect(inputs.permissionsBoundary).to.equal("arn:aws:iam::111122223333:policy/boundary");
    expect(JSON.parse(String(inputs.assumeRolePolicy)).Statement).to.deep.equal([
      { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: ["sts:AssumeRole"] },
    ]);
    expect(ofType(ATTACHMENT).map(({ inputs }) => inputs.policyArn)).to.deep.equal([
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodeMinimalPolicy",
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    ]);
    expect(JSON.parse(String(the("aws:iam/rolePolicy:RolePolicy").inputs.policy)).Statement).to.deep.equal([
      { Effect: "Allow", Action: ["ec2:DescribeInstances", "ec2:DescribeInstanceTypes"], Resource: "*" },
    ]);
  });

  it("starts no node before its rights, every rule of its fence and what runs on every node are there", async () => {
    const { the, ofType } = await poolOf("acme");
    const needed = [INGRESS, EGRESS, ATTACHMENT, "aws:iam/rolePolicy:RolePolicy", "aws:eks/addon:Addon"].flatMap(
      ofType,
    );
    expect(needed).to.have.length(17);
    expect(the(GROUP).dependsOn).to.include.members(needed.map(({ urn }) => urn));
  });

  it("tells cluster-autoscaler by tags what it cannot see while there is no node", async () => {
    const tags = (await poolOf("acme")).ofType(TAG);
    expect(tags.map(({ inputs }) => inputs)).to.deep.equal(
      [
        ["label/bulkhead.dev/tenant", "acme"],
        ["taint/bulkhead.dev/tenant", "acme:NoSchedule"],
        ["resources/ephemeral-storage", "50Gi"],
      ].map(([key, value]) => ({
        autoscalingGroupName: "eks-acme-1234567",
        tag: { key: `k8s.io/cluster-autoscaler/node-template/${key}`, value, propagateAtLaunch: false },
      })),
    );
  });

  it("leaves the desired size to the autoscaler while its bounds stay as they are", async () => {
    for (const live of [undefined, { min: 0, max: 3, desired: 2 }]) {
      expect((await poolOf("acme", { live })).the(GROUP).ignoreChanges).to.deep.equal(["scalingConfig.desiredSize"]);
    }
  });

  it("sends what is there along with new bounds, so that raising them ends no node", async () => {
    const group = (await poolOf("acme", { live: { min: 0, max: 2, desired: 2 } })).the(GROUP);
    expect(group.ignoreChanges).to.deep.equal([]);
    expect(group.inputs.scalingConfig).to.deep.equal({ minSize: 0, maxSize: 3, desiredSize: 2 });
  });

  it("never sends a size outside of the new bounds, which EKS would refuse", async () => {
    const group = (await poolOf("acme", { live: { min: 0, max: 9, desired: 8 } })).the(GROUP);
    expect(group.inputs.scalingConfig).to.deep.equal({ minSize: 0, maxSize: 3, desiredSize: 3 });
  });

  it("is protected until the stack file names it", async () => {
    expect((await poolOf("acme")).the(GROUP).protect).to.equal(true);
    expect((await poolOf("acme", { platform: { replace: ["acme"] } })).the(GROUP).protect).to.equal(false);
  });

  it("makes nothing with credentials that happen to lie about", async () => {
    const { all } = await poolOf("acme");
    const made = all.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
    expect(made).to.have.length(24);
    for (const { urn, provider } of made) expect(provider, urn).to.match(/::aws::id-of-aws$/);
  });
});

describe("a managed pool of the platform's", () => {
  it("answers webhooks' ports, because only the platform has webhooks", async () => {
    const rules = spoken((await poolOf("shared")).ofType(INGRESS));
    const asked = rules.filter((rule) => rule.startsWith("id-of-shared-nodes from sg-cluster"));
    expect(asked).to.deep.equal([
      "id-of-shared-nodes from sg-cluster tcp 10250",
      "id-of-shared-nodes from sg-cluster tcp 443",
      "id-of-shared-nodes from sg-cluster tcp 4443",
      "id-of-shared-nodes from sg-cluster tcp 6443",
      "id-of-shared-nodes from sg-cluster tcp 8443",
      "id-of-shared-nodes from sg-cluster tcp 9443",
    ]);
  });

  it("asks itself for DNS where it is the system's", async () => {
    const { ofType, the } = await poolOf("system");
    const rules = spoken([...ofType(INGRESS), ...ofType(EGRESS)]);
    expect(rules.filter((rule) => / 53$/.test(rule))).to.deep.equal([]);
    expect(rules).to.include("id-of-system-nodes from id-of-system-nodes -1 all");
    expect(the(GROUP).inputs.taints).to.deep.equal([
      { key: "CriticalAddonsOnly", value: "true", effect: "NO_SCHEDULE" },
    ]);
  });
});
