import { overlaps } from "../../../../config/cidr";
import { isMap, type Property, type PropertyMap } from "../../plugin/properties";
import { DEPLOYER_ROLE, hex, iamArn, regionalArn, roleNameOf, sessionArn } from "../account";
import { type Kind, type Request, text, texts } from "../kind";
import { Refusal } from "../refusal";
import type { Thing } from "../store";
import { clusterRules } from "./cluster-rules";
import { BEGINNING } from "./identity";
import { ofKey, ofSecurityGroups, ofServiceRole, ofSubnets } from "./missing";
import { trustedServices } from "./policy-document";
import { ACCESS_ENTRY, ACCESS_POLICY, CLUSTER, LOG_GROUP, ROLE, SECURITY_GROUP, SUBNET, VPC } from "./tokens";

export const cluster: Kind = {
  token: CLUSTER,
  title: "EKS Cluster",
  naming: { field: "name", longest: 100 },
  defaults: { bootstrapSelfManagedAddons: true },
  fixed: [
    "name",
    "roleArn",
    "bootstrapSelfManagedAddons",
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
    "kubernetesNetworkConfig.ipFamily",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
    "remoteNetworkConfig",
    "outpostConfig",
  ],
  // Envelope encryption with a key of one's own can be begun later and never ended.
  removals: ["encryptionConfig"],
  references: [
    ofServiceRole("roleArn"),
    ofSubnets("vpcConfig.subnetIds"),
    ofSecurityGroups("vpcConfig.securityGroupIds"),
    ofKey("encryptionConfig.provider.keyArn"),
  ],
  rules: clusterRules,
  admit(request) {
    refuseTwin(request);
    refuseRole(request);
    refuseNetwork(request);
    refuseVersion(request);
  },
  born,
  changed: ({ inputs, thing }) => shown(inputs, thing.state),
  nested: ["vpcConfig.clusterSecurityGroupId", "vpcConfig.vpcId", "kubernetesNetworkConfig.serviceIpv6Cidr"],
  settle: async (thing, { planeOf }) => {
    if (bootstraps(thing.inputs)) await planeOf(thing.id).setAdministrator(sessionArn(DEPLOYER_ROLE), "is");
  },
  release({ inputs, id }) {
    // Amazon EKS user guide, "Protect EKS clusters from accidental deletion".
    if (inputs.deletionProtection !== true) return;
    throw new Refusal(
      "InvalidRequestException",
      `Cluster ${id} has deletion protection enabled, and cannot be deleted.`,
    );
  },
  leave: async ({ id, inputs }, { planeOf, store }) => {
    const entries = store
      .read()
      .all(ACCESS_POLICY)
      .filter((entry) => entry.inputs.clusterName === id);
    const users = new Set(entries.map((entry) => sessionArn(roleNameOf(text(entry.inputs, "principalArn") ?? ""))));
    if (bootstraps(inputs)) users.add(sessionArn(DEPLOYER_ROLE));
    for (const user of users) await planeOf(id).setAdministrator(user, "is not");
  },
  held: () => new Refusal("ResourceInUseException", "Cluster has nodegroups attached"),
};

function bootstraps(inputs: PropertyMap): boolean {
  return isMap(inputs.accessConfig) ? inputs.accessConfig.bootstrapClusterCreatorAdminPermissions !== false : true;
}

function born({ inputs, region, cloud, world }: Request): ReturnType<Kind["born"]> {
  const name = text(inputs, "name") ?? "";
  const { server, ca } = world.planeOf(name).endpoint();
  const vpcId = text(cloud.get(SUBNET, texts(inputs, "vpcConfig", "subnetIds")[0] ?? "")?.inputs, "vpcId") ?? "";
  const group = clusterGroup(name, vpcId, region, cloud.newId("sg-"));
  cloud.add(group);
  for (const thing of [...creator(inputs, name, region), ...logs(inputs, name, region, cloud)]) cloud.add(thing);
  const issuer = `https://oidc.eks.${region}.amazonaws.com/id/${hex(32, group.id).toUpperCase()}`;
  const first: PropertyMap = {
    arn: regionalArn("eks", region, `cluster/${name}`),
    endpoint: server,
    certificateAuthority: { data: ca },
    createdAt: BEGINNING,
    identities: [{ oidcs: [{ issuer }] }],
    platformVersion: "eks.1",
    status: "ACTIVE",
    vpcConfig: { clusterSecurityGroupId: group.id, vpcId },
  };
  return { id: name, state: { ...first, ...shown(inputs, first) } };
}

/** Fields with their defaults filled in, as EKS describes the cluster. */
function shown(inputs: PropertyMap, state: PropertyMap): PropertyMap {
  const map = (value: Property | undefined): PropertyMap => (isMap(value) ? value : {});
  const { clusterSecurityGroupId = "", vpcId = "" } = map(state.vpcConfig);
  return {
    accessConfig: {
      authenticationMode: "CONFIG_MAP",
      bootstrapClusterCreatorAdminPermissions: true,
      ...map(inputs.accessConfig),
    },
    deletionProtection: inputs.deletionProtection ?? false,
    kubernetesNetworkConfig: {
      ipFamily: "ipv4",
      serviceIpv4Cidr: "172.20.0.0/16",
      serviceIpv6Cidr: "",
      elasticLoadBalancing: { enabled: false },
      ...map(inputs.kubernetesNetworkConfig),
    },
    upgradePolicy: { supportType: "EXTENDED", ...map(inputs.upgradePolicy) },
    version: inputs.version ?? state.version ?? NEWEST,
    vpcConfig: {
      endpointPrivateAccess: false,
      endpointPublicAccess: true,
      publicAccessCidrs: ["0.0.0.0/0"],
      ...map(inputs.vpcConfig),
      clusterSecurityGroupId,
      vpcId,
    },
  };
}

const NEWEST = "1.36";

/** Made with the cluster, on all its network interfaces, and in the way of the VPC's deletion as long as it is there. */
function clusterGroup(name: string, vpcId: string, region: string, id: string): Thing {
  const inputs = {
    name: `eks-cluster-sg-${name}-${hex(10, id)}`,
    description: "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
    vpcId,
    tags: { [`kubernetes.io/cluster/${name}`]: "owned" },
  };
  const state = { ...inputs, arn: regionalArn("ec2", region, `security-group/${id}`) };
  return { token: SECURITY_GROUP, id, region, inputs, state, holds: [], owner: name, hidden: {} };
}

/** What bootstrapClusterCreatorAdminPermissions makes: an entry like any other. */
function creator(inputs: PropertyMap, clusterName: string, region: string): Thing[] {
  if (!bootstraps(inputs)) return [];
  const principalArn = iamArn(`role/${DEPLOYER_ROLE}`);
  const entry = { clusterName, principalArn, type: "STANDARD", kubernetesGroups: [], userName: "" };
  return [
    {
      token: ACCESS_ENTRY,
      id: `${clusterName}:${principalArn}`,
      region,
      inputs: entry,
      state: entry,
      holds: [],
      owner: clusterName,
      hidden: {},
    },
  ];
}

/** Logs make themselves a group when there is none, which then stays for ever. */
function logs(inputs: PropertyMap, clusterName: string, region: string, cloud: Request["cloud"]): Thing[] {
  const name = `/aws/eks/${clusterName}/cluster`;
  if (texts(inputs, "enabledClusterLogTypes").length === 0 || cloud.get(LOG_GROUP, name)) return [];
  const state = { name, arn: regionalArn("logs", region, `log-group:${name}`) };
  return [{ token: LOG_GROUP, id: name, region, inputs: { name }, state, holds: [], hidden: {} }];
}

function refuseTwin({ inputs, cloud, thing }: Request): void {
  if (thing || !cloud.get(CLUSTER, text(inputs, "name") ?? "")) return;
  throw new Refusal("ResourceInUseException", `Cluster already exists with name: ${inputs.name}`);
}

function refuseRole({ inputs, cloud }: Request): void {
  const role = cloud.all(ROLE).find(({ state }) => state.arn === inputs.roleArn);
  if (trustedServices(role?.state.assumeRolePolicy).includes("eks.amazonaws.com")) return;
  const words = `Role with arn: ${inputs.roleArn}, could not be assumed because it does not exist or the trusted entity is not correct`;
  throw new Refusal("InvalidParameterException", words);
}

/** Amazon EKS user guide, "View Amazon EKS networking requirements for VPC and subnets". */
function refuseNetwork({ inputs, cloud }: Request): void {
  const subnets = texts(inputs, "vpcConfig", "subnetIds").map((id) => cloud.get(SUBNET, id));
  const zones = new Set(subnets.map((subnet) => text(subnet?.state, "availabilityZone")));
  if (zones.size < 2) {
    throw new Refusal("InvalidParameterException", "Subnets specified must be in at least two different AZs");
  }
  const networks = [...new Set(subnets.map((subnet) => text(subnet?.inputs, "vpcId") ?? ""))];
  if (networks.length > 1) throw new Refusal("InvalidParameterException", "Subnets specified are not in the same VPC");
  const range = text(cloud.get(VPC, networks[0] ?? "")?.inputs, "cidrBlock");
  const services = text(inputs, "kubernetesNetworkConfig", "serviceIpv4Cidr");
  if (range !== undefined && services !== undefined && overlaps(range, services)) {
    const words = `The specified serviceIpv4Cidr ${services} overlaps with the CIDR ${range} of the VPC`;
    throw new Refusal("InvalidParameterException", words);
  }
}

/** Amazon EKS user guide, "Update existing cluster to new Kubernetes version": one minor version up at a time. */
function refuseVersion({ inputs, thing }: Request): void {
  const [from, to] = [text(thing?.state, "version"), text(inputs, "version")].map((version) =>
    Number(version?.split(".")[1]),
  );
  if (thing === undefined || from === undefined || to === undefined || !(to !== from && to !== from + 1)) return;
  if (Number.isNaN(to)) return;
  const words = `Unsupported Kubernetes minor version update from ${thing.state.version} to ${inputs.version}`;
  throw new Refusal("InvalidParameterException", words);
}
