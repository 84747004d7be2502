import { isMap, type PropertyMap } from "../../plugin/properties";
import { hex, regionalArn } from "../account";
import { clusterOf, type Kind, list, type Request, text, texts } from "../kind";
import { machineOf } from "../machines";
import { Incomplete, Refusal } from "../refusal";
import type { Cloud, Thing } from "../store";
import { endTags } from "./autoscaling";
import { joinFaults } from "./joining";
import { templateVersion } from "./launch-templates";
import { ofCluster, ofLaunchTemplate, ofServiceRole, ofSubnets } from "./missing";
import { nodeGroupRules } from "./node-group-rules";
import { nodesOf, ownerOf, placed } from "./nodes";
import { ACCESS_ENTRY, CLUSTER, LAUNCH_TEMPLATE, NODE_GROUP, SUBNET } from "./tokens";
import { userDataFault } from "./user-data";

/** Amazon EKS user guide, "View and manage Amazon EKS and Fargate service quotas". */
const MOST_GROUPS = 30;

export const nodeGroup: Kind = {
  token: NODE_GROUP,
  title: "EKS Node Group",
  naming: { field: "nodeGroupName", longest: 63 },
  fixed: [
    "amiType",
    "capacityType",
    "clusterName",
    "diskSize",
    "instanceTypes",
    "launchTemplate.id",
    "launchTemplate.name",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "nodeRoleArn",
    "remoteAccess",
    "subnetIds",
  ],
  references: [
    // The cluster cannot go before its groups.
    ofCluster,
    ofServiceRole("nodeRoleArn"),
    ofSubnets("subnetIds"),
    { ...ofLaunchTemplate("launchTemplate.id"), without: "stays" },
  ],
  rules: nodeGroupRules,
  admit(request) {
    refuseTwin(request);
    refuseTemplate(request);
    refusePlace(request);
    refuseMachines(request);
  },
  born,
  changed: ({ inputs, cloud, thing, region }) => shown(inputs, cloud, thing.state, region, thing),
  settle: async (thing, { planeOf, store }) => {
    const cloud = store.read();
    const template = templateOf(thing.inputs, cloud);
    const [fault] = joinFaults(thing, template, cloud);
    if (fault !== undefined) throw new Incomplete(`NodeCreationFailure: ${fault}`);
    await planeOf(clusterOf(thing)).settleNodes(ownerOf(thing), nodesOf(thing, template));
  },
  gone: farewell,
  leave: async (thing, { planeOf }) => planeOf(clusterOf(thing)).settleNodes(ownerOf(thing), []),
};

function born(request: Request): ReturnType<Kind["born"]> {
  const { inputs, region, cloud } = request;
  const [cluster, name] = [text(inputs, "clusterName") ?? "", text(inputs, "nodeGroupName") ?? ""];
  const unique = hex(32, cloud.newId("ng-")).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  welcome(cloud, cluster, text(inputs, "nodeRoleArn") ?? "", region);
  const first: PropertyMap = {
    arn: regionalArn("eks", region, `nodegroup/${cluster}/${name}/${unique}`),
    resources: [{ autoscalingGroups: [{ name: `eks-${name}-${unique}` }], remoteAccessSecurityGroupId: "" }],
    status: "ACTIVE",
  };
  const hidden = { nodes: placed(request, []) };
  const template = templateOf(inputs, cloud);
  const groups = texts(template, "vpcSecurityGroupIds");
  const own = text(cloud.get(CLUSTER, cluster)?.state, "vpcConfig", "clusterSecurityGroupId") ?? "";
  // Interfaces of the nodes carry the template's groups, or the cluster's when it names none.
  const holds = groups.length > 0 ? groups : [own];
  return { id: `${cluster}:${name}`, state: { ...first, ...shown(inputs, cloud, first, region) }, hidden, holds };
}

/** The entry by which nodes of this role join, which EKS makes itself. */
function welcome(cloud: Cloud, clusterName: string, principalArn: string, region: string): void {
  const id = `${clusterName}:${principalArn}`;
  if (cloud.get(ACCESS_ENTRY, id)) return;
  const inputs = { clusterName, principalArn, type: "EC2_LINUX", kubernetesGroups: ["system:nodes"] };
  cloud.add({
    token: ACCESS_ENTRY,
    id,
    region,
    inputs,
    state: inputs,
    holds: [],
    owner: clusterName,
    hidden: { auto: true },
  });
}

/** The entry that came with the first group of a role goes with the last. */
function farewell(thing: Thing, cloud: Cloud): void {
  const { clusterName, nodeRoleArn } = thing.inputs;
  endTags(thing, cloud);
  const entry = cloud.get(ACCESS_ENTRY, `${clusterName}:${nodeRoleArn}`);
  const others = cloud
    .all(NODE_GROUP)
    .some(({ inputs }) => inputs.clusterName === clusterName && inputs.nodeRoleArn === nodeRoleArn);
  if (entry?.hidden.auto === true && !others) cloud.remove(entry);
}

function shown(inputs: PropertyMap, cloud: Cloud, state: PropertyMap, region: string, thing?: Thing): PropertyMap {
  const template = templateOf(inputs, cloud);
  const version =
    inputs.version ?? state.version ?? cloud.get(CLUSTER, text(inputs, "clusterName") ?? "")?.state.version ?? "";
  if (thing) {
    // Another version of the template means other machines, and so other nodes.
    const same = text(thing.inputs, "launchTemplate", "version") === text(inputs, "launchTemplate", "version");
    thing.hidden.nodes = placed({ inputs, cloud, region }, same ? thing.hidden.nodes : []);
  }
  return {
    amiType: template?.imageId === undefined ? (inputs.amiType ?? "AL2023_x86_64_STANDARD") : "CUSTOM",
    capacityType: inputs.capacityType ?? "ON_DEMAND",
    diskSize: inputs.diskSize ?? (template ? 0 : 20),
    instanceTypes: machineTypes(inputs, template),
    labels: inputs.labels ?? {},
    nodeRepairConfig: inputs.nodeRepairConfig ?? { enabled: false },
    releaseVersion: inputs.releaseVersion ?? `${version}.0-20260101`,
    updateConfig: inputs.updateConfig ?? { maxUnavailable: 1 },
    version,
  };
}

function templateOf(inputs: PropertyMap, cloud: Cloud): PropertyMap | undefined {
  const wanted = inputs.launchTemplate;
  if (!isMap(wanted)) return undefined;
  const found = cloud
    .all(LAUNCH_TEMPLATE)
    .find(({ id, inputs: { name } }) => id === wanted.id || (wanted.name !== undefined && name === wanted.name));
  return found && templateVersion(found.hidden, found.state, text(wanted, "version"));
}

export function machineTypes(inputs: PropertyMap, template: PropertyMap | undefined): string[] {
  const own = texts(inputs, "instanceTypes");
  const theirs = text(template, "instanceType");
  return own.length > 0 ? own : [theirs ?? "t3.medium"];
}

function refuseTwin({ inputs, cloud, thing }: Request): void {
  if (thing) return;
  const groups = cloud.all(NODE_GROUP).filter((other) => other.inputs.clusterName === inputs.clusterName);
  if (groups.some((other) => other.inputs.nodeGroupName === inputs.nodeGroupName)) {
    const words = `NodeGroup already exists with name ${inputs.nodeGroupName} and cluster name ${inputs.clusterName}`;
    throw new Refusal("ResourceInUseException", words);
  }
  if (groups.length >= MOST_GROUPS) {
    const words = `Managed node groups per cluster: ${MOST_GROUPS} is the most that this account may have`;
    throw new Refusal("ResourceLimitExceededException", words);
  }
}

/** Amazon EKS user guide, "Customize managed nodes with launch templates". */
function refuseTemplate({ inputs, cloud }: Request): void {
  if (!isMap(inputs.launchTemplate)) return;
  const template = templateOf(inputs, cloud);
  const missing = `Launch template version ${text(inputs.launchTemplate, "version")} does not exist`;
  const [fault] = template ? templateFaults(inputs, template) : [missing];
  if (fault !== undefined) throw new Refusal("InvalidParameterException", fault);
}

function templateFaults(inputs: PropertyMap, template: PropertyMap): string[] {
  const excluded = ["amiType", "version", "releaseVersion"].filter((key) => inputs[key] !== undefined);
  const faults: [boolean, string][] = [
    [
      list(template.networkInterfaces).some((one) => isMap(one) && one.subnetId !== undefined),
      "Subnets cannot be specified in the launch template",
    ],
    [template.iamInstanceProfile !== undefined, "IAM instance profile cannot be specified in the launch template"],
    [
      template.instanceType !== undefined && texts(inputs, "instanceTypes").length > 0,
      "You cannot specify instance types in both the launch template and the CreateNodegroup API request",
    ],
    [
      template.imageId !== undefined && excluded.length > 0,
      `You cannot specify ${excluded.join(", ")} when the launch template specifies an image ID`,
    ],
  ];
  const userData = userDataFault(text(inputs, "amiType") ?? "", template);
  return [
    ...faults.filter(([wrong]) => wrong).map(([, words]) => words),
    ...(userData === undefined ? [] : [userData]),
  ];
}

/** Amazon EKS API reference, CreateNodegroup: nodes stand in the cluster's network and are no newer than it. */
function refusePlace({ inputs, cloud }: Request): void {
  const cluster = cloud.get(CLUSTER, text(inputs, "clusterName") ?? "");
  const home = text(cluster?.state, "vpcConfig", "vpcId");
  const strays = texts(inputs, "subnetIds").filter((id) => text(cloud.get(SUBNET, id)?.inputs, "vpcId") !== home);
  if (strays.length > 0) {
    throw new Refusal("InvalidParameterException", `Subnets [${strays.join(", ")}] are not in the VPC of the cluster`);
  }
  const [own, theirs] = [inputs.version, cluster?.state.version].map((version) => Number(text(version)?.split(".")[1]));
  if (own !== undefined && theirs !== undefined && own > theirs) {
    const words = `Requested Nodegroup version ${inputs.version} is newer than the cluster's, ${cluster?.state.version}`;
    throw new Refusal("InvalidParameterException", words);
  }
}

function refuseMachines({ inputs, cloud }: Request): void {
  const types = machineTypes(inputs, templateOf(inputs, cloud));
  const strange = types.filter((type) => machineOf(type) === undefined);
  if (strange.length > 0) {
    const words = `The following supplied instance types do not exist: [${strange.join(", ")}]`;
    throw new Refusal("InvalidParameterException", words);
  }
  const architecture = /_ARM_64|_arm64/i.test(text(inputs, "amiType") ?? "") ? "arm64" : "amd64";
  const wrong = types.filter((type) => machineOf(type)?.architecture !== architecture);
  if (wrong.length === 0 || templateOf(inputs, cloud)?.imageId !== undefined) return;
  const words = `[${wrong.join(", ")}] is not a valid instance type for requested amiType ${text(inputs, "amiType") ?? "AL2023_x86_64_STANDARD"}`;
  throw new Refusal("InvalidParameterException", words);
}
