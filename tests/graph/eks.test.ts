import { readFileSync } from "node:fs";
import { expect } from "chai";
import { ACTIONS } from "../../components/cluster/eks/deployer.plan";
import { deployerPolicies } from "../../tools/deployer-policy";
import { KARPENTER } from "../support/eks";
import { stackValues } from "../support/estate";
import { type RegisteredResource, registeredProgram } from "../support/program";

const CLUSTER = "aws:eks/cluster:Cluster";
const GROUP = "aws:eks/nodeGroup:NodeGroup";
const ADDON = "aws:eks/addon:Addon";
const ENTRY = "aws:eks/accessEntry:AccessEntry";
const RIGHT = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
const ADMINISTRATOR = "cluster-111122223333/role/platform";
const PROVIDER = "pulumi:providers:kubernetes";
const NAMESPACE = "kubernetes:core/v1:Namespace";

describe("a stack on EKS", () => {
  let resources: readonly RegisteredResource[];
  before(async () => {
    ({ resources } = await registeredProgram(stackValues("staging"), { stack: "staging" }));
  });

  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  function one(type: string, name?: string): RegisteredResource {
    const found = ofType(type).filter((resource) => name === undefined || resource.name === name);
    expect(
      found.map((resource) => resource.name),
      `${type} ${name ?? ""}`,
    ).to.have.length(1);
    return found[0] as RegisteredResource;
  }

  it("closes the cluster to everybody but its administrators", () => {
    expect(one(CLUSTER).inputs).to.deep.include({
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      bootstrapSelfManagedAddons: false,
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      upgradePolicy: { supportType: "STANDARD" },
      version: "1.36",
    });
    expect(one(CLUSTER).inputs.vpcConfig, "no range of public addresses, and so no way from outside").to.deep.include({
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    });
    expect(one(ENTRY, ADMINISTRATOR).inputs).to.deep.include({
      principalArn: "arn:aws:iam::111122223333:role/platform",
      kubernetesGroups: ["bulkhead:platform"],
    });
    expect(one(RIGHT).inputs.accessScope).to.deep.equal({ type: "cluster" });
  });

  it("asks nothing of the cluster before its administrators are let in, nor after they are not", () => {
    expect(one(PROVIDER).dependsOn).to.include.members([one(ENTRY, ADMINISTRATOR).urn, one(RIGHT).urn]);
    expect(one(PROVIDER).secretInputs).to.include("kubeconfig");
    const kubeconfig = JSON.parse(String(one(PROVIDER).inputs.kubeconfig));
    expect(kubeconfig.clusters[0].cluster.server).to.equal("https://api.staging.example.com");
    expect(kubeconfig.users[0].user.exec).to.deep.include({
      command: "aws",
      args: ["--region", "eu-central-1", "eks", "get-token", "--cluster-name", "staging", "--output", "json"],
    });
    expect(one(PROVIDER).inputs.clusterIdentifier).to.equal("arn:aws:eks:eu-central-1:111122223333:cluster/staging");
  });

  it("lets tenants' people in by their groups, with no policy of EKS, once the guardrails are bound and until they go", () => {
    const people = ofType(ENTRY).filter(({ name }) => name !== ADMINISTRATOR);
    const said = people.map(({ inputs }) => [inputs.principalArn, inputs.type, inputs.kubernetesGroups]);
    expect(said).to.have.deep.members([
      ["arn:aws:iam::111122223333:role/acme-admins", "STANDARD", ["acme-admins"]],
      ["arn:aws:iam::111122223333:role/acme-devs", "STANDARD", ["acme-devs"]],
      ["arn:aws:iam::111122223333:role/globex-admins", "STANDARD", ["globex-admins"]],
    ]);
    expect(ofType(RIGHT)).to.have.length(1);
    const roles = ofType("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").filter(({ name }) =>
      /tenant-(admin|developer|viewer)$/.test(name),
    );
    const bindings = resources
      .filter(({ type }) => /:(Validating|Mutating)AdmissionPolicyBinding$/.test(type))
      .filter(({ name }) => !name.includes("bulkhead-canary"));
    expect(roles).to.have.length(3);
    expect(bindings).to.have.length(30);
    for (const role of roles) expect(role.dependsOn).to.include.members(bindings.map(({ urn }) => urn));
    for (const person of people) expect(person.dependsOn).to.include.members(roles.map(({ urn }) => urn));
  });

  it("installs each add-on after what it stands on", () => {
    const agent = one(ADDON, "cluster-eks-pod-identity-agent");
    const plugin = one(ADDON, "cluster-vpc-cni");
    const proxy = one(ADDON, "cluster-kube-proxy");
    const system = one(GROUP, "cluster-system");
    const open = one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "cluster-kube-system/bulkhead-system");
    const names = one(ADDON, "cluster-coredns");
    const disks = one(ADDON, "cluster-aws-ebs-csi-driver");
    const autoscaler = one("kubernetes:apps/v1:Deployment", "cluster-kube-system/cluster-autoscaler");
    const pairs = [
      [agent, plugin],
      [plugin, proxy],
      [proxy, system],
      [system, names],
      [open, names],
      [names, disks],
      [names, autoscaler],
      [open, autoscaler],
      [system, autoscaler],
    ] as const;
    for (const [before, after] of pairs)
      expect(after.dependsOn, `${before.name} < ${after.name}`).to.include(before.urn);
  });

  it("enforces network policies from a pod's first packet, and opens the cluster's own pods by one", () => {
    expect(JSON.parse(String(one(ADDON, "cluster-vpc-cni").inputs.configurationValues))).to.deep.equal({
      enableNetworkPolicy: "true",
      env: { NETWORK_POLICY_ENFORCING_MODE: "strict" },
    });
    const open = one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "cluster-kube-system/bulkhead-system");
    expect(open.inputs.spec).to.deep.equal({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{}],
      egress: [{}],
    });
    expect(one(ADDON, "cluster-coredns").dependsOn).to.include(open.urn);
  });

  it("has a pool for the cluster itself, one that is shared, and one for each tenant that wants its own", () => {
    expect(
      ofType(GROUP)
        .map(({ name }) => name)
        .sort(),
    ).to.deep.equal(["cluster-globex", "cluster-initech", "cluster-shared", "cluster-system"]);
  });

  it("names a handler in a tenant's class once its nodes have it", () => {
    const globex = one("kubernetes:node.k8s.io/v1:RuntimeClass", "globex-bulkhead-globex");
    expect(globex.inputs.handler).to.equal("runc");
    expect(globex.dependsOn).to.include(one(GROUP, "cluster-globex").urn);
  });

  it("takes a tenant's namespaces before its nodes when it goes", () => {
    const globex = one(NAMESPACE, "globex");
    expect(globex.dependsOn).to.include(one(GROUP, "cluster-globex").urn);
    expect(one(NAMESPACE, "acme").dependsOn).to.not.include(one(GROUP, "cluster-globex").urn);
  });

  it("has keys of its own that turn every year: one for the API's data, one for each pool's disks", () => {
    const keys = ofType("aws:kms/key:Key");
    expect(keys.map(({ name }) => name).sort()).to.deep.equal([
      "cluster",
      "cluster-globex",
      "cluster-initech",
      "cluster-shared",
      "cluster-system",
    ]);
    for (const { inputs, name } of keys) expect(inputs.enableKeyRotation, name).to.equal(true);
  });

  it("lets go of a leaving tenant's nodes and their key, and of nothing else that is protected", async () => {
    const values = stackValues("staging");
    const tenants = values.tenants as Readonly<Record<string, object>>;
    const leaving = {
      ...values,
      platform: { ...(values.platform as object), deletionProtection: "on" },
      tenants: { ...tenants, globex: { ...tenants.globex, state: "leaving" } },
    };
    const ran = await registeredProgram(leaving, { stack: "staging" });
    const isProtected = (type: string) =>
      ran.resources.filter((resource) => resource.type === type && resource.protect).map(({ name }) => name);
    const kept = ["cluster-initech", "cluster-shared", "cluster-system"];
    expect(isProtected(GROUP).sort()).to.deep.equal(kept);
    expect(isProtected("aws:kms/key:Key").sort()).to.deep.equal(["cluster", ...kept]);
  });

  it("opens the security group of a tenant's nodes for the addresses that the tenant declares", () => {
    const egress = ofType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    const declared = egress.filter(({ inputs }) => inputs.cidrIpv4 === "203.0.113.0/24");
    expect(declared.map(({ inputs }) => [inputs.securityGroupId, inputs.fromPort])).to.deep.equal([
      ["id-of-cluster-shared-nodes", 443],
    ]);
  });

  it("makes nothing through a provider that nobody configured", () => {
    for (const { type, name, provider } of resources) {
      if (!type.startsWith("aws:") || type.startsWith("aws:index")) continue;
      expect(provider, `${type} ${name}`).to.not.equal("");
    }
  });

  it("asks of AWS what docs/reference/eks-deployer-policy.json allows, and nothing there is for nobody (npm run docs)", async () => {
    const values = stackValues("staging");
    const platform = { ...(values.platform as object), scaling: "karpenter", karpenter: KARPENTER };
    const tenants = { acme: { isolation: { nodes: "dedicated" } } };
    const scaled = await registeredProgram({ ...values, platform, tenants }, { stack: "staging" });
    const made = [...resources, ...scaled.resources];
    const types = new Set(made.map(({ type }) => type).filter((type) => /^aws:/.test(type)));
    expect([...types].sort()).to.deep.equal(Object.keys(ACTIONS).sort());
    for (const [file, text] of deployerPolicies()) expect(readFileSync(file, "utf8"), file).to.equal(text);
    for (const actions of Object.values(ACTIONS)) {
      for (const action of actions)
        expect(action).to.match(/^(autoscaling|ec2|eks|events|iam|kms|logs|sqs):[A-Z][A-Za-z]+$/);
    }
  });
});
