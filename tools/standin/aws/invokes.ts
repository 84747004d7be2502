import { isMap, type Property, type PropertyMap } from "../plugin/properties";
import { ACCOUNT, DEPLOYER, hex, iamArn, roleNameOf, zoneIdOf, zonesOf } from "./account";
import { list, text, type World } from "./kind";
import { ACCESS_ENTRY, CLUSTER, NODE_GROUP, ROLE, SUBNET, VPC } from "./kinds/tokens";
import type { Thing } from "./store";

type Invoke = (args: PropertyMap, world: World) => PropertyMap;

/** What programs ask without making anything. By token. */
export const INVOKES: Readonly<Record<string, Invoke>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: ACCOUNT,
    arn: DEPLOYER,
    id: ACCOUNT,
    userId: `AROA${hex(17, DEPLOYER).toUpperCase()}:session`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    id: "aws",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": (args, world) => {
    const region = regionOf(args, world);
    return { id: region, name: region, region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args, world) => {
    const region = regionOf(args, world);
    const names = zonesOf(region);
    return { ...args, id: region, region, names, zoneIds: names.map(zoneIdOf), groupNames: [region] };
  },
  "aws:iam/getSessionContext:getSessionContext": sessionContext,
  "aws:iam/getRoles:getRoles": getRoles,
  "aws:eks/getClusters:getClusters": (args, world) => {
    const region = regionOf(args, world);
    const clusters = world.store
      .read()
      .all(CLUSTER)
      .filter((cluster) => cluster.region === region);
    return { id: region, region, names: clusters.map(({ id }) => id) };
  },
  "aws:eks/getCluster:getCluster": getCluster,
  "aws:eks/getNodeGroup:getNodeGroup": getNodeGroup,
  "aws:eks/getNodeGroups:getNodeGroups": ({ clusterName }, world) => {
    const groups = world.store.read().all(NODE_GROUP);
    const names = groups.flatMap(({ state }) =>
      state.clusterName === clusterName ? (text(state, "nodeGroupName") ?? []) : [],
    );
    return { id: clusterName ?? "", clusterName: clusterName ?? "", region: regionOf({}, world), names };
  },
  "aws:eks/getAccessEntry:getAccessEntry": (args, world) => {
    const id = `${args.clusterName}:${args.principalArn}`;
    const found = world.store.read().get(ACCESS_ENTRY, id);
    if (!found) throw new Error(`reading EKS Access Entry (${id}): couldn't find resource`);
    return { ...found.state, id, tags: tagsOf(found) };
  },
  "aws:ec2/getVpc:getVpc": (args, world) => {
    const found = the(world.store.read().all(VPC), args, "EC2 VPC");
    const associations = [
      {
        cidrBlock: found.state.cidrBlock ?? "",
        associationId: `vpc-cidr-assoc-${hex(17, found.id)}`,
        state: "associated",
      },
    ];
    return {
      ...found.state,
      id: found.id,
      state: "available",
      default: false,
      cidrBlockAssociations: associations,
      ipv6CidrBlockAssociations: [],
      tags: tagsOf(found),
    };
  },
  "aws:ec2/getSubnet:getSubnet": (args, world) => {
    const found = the(world.store.read().all(SUBNET), args, "EC2 Subnet");
    const size = 2 ** (32 - Number(text(found.state, "cidrBlock")?.split("/")[1] ?? 32)) - 5;
    return {
      ...found.state,
      id: found.id,
      state: "available",
      defaultForAz: false,
      availableIpAddressCount: size,
      tags: tagsOf(found),
    };
  },
};

function regionOf(args: PropertyMap, world: World): string {
  return text(args, "region") ?? world.region;
}

function tagsOf({ state }: Thing): Property {
  return state.tags ?? {};
}

/** Whose session an ARN is: arn:aws:sts::111122223333:assumed-role/platform/session is one of arn:aws:iam::111122223333:role/platform. */
function sessionContext(args: PropertyMap): PropertyMap {
  const arn = text(args, "arn") ?? "";
  const [, issuerName, sessionName] = /^arn:aws:sts::\d{12}:assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? [];
  if (issuerName === undefined || sessionName === undefined) {
    return { arn, id: arn, issuerArn: arn, issuerId: "", issuerName: "", sessionName: "" };
  }
  const issuerId = `AROA${hex(17, issuerName).toUpperCase()}`;
  return { arn, id: arn, issuerArn: iamArn(`role/${issuerName}`), issuerId, issuerName, sessionName };
}

/** By the beginning of their paths, or all; another filter is nobody's here. */
function getRoles(args: PropertyMap, world: World): PropertyMap {
  const made = world.store
    .read()
    .all(ROLE)
    .flatMap(({ state }) => text(state, "arn") ?? []);
  const prefix = text(args, "pathPrefix") ?? "/";
  const arns = [...world.rolesBefore, ...made].filter((arn) => arn.startsWith(iamArn(`role${prefix}`)));
  return { ...args, id: world.region, arns, names: arns.map(roleNameOf) };
}

/** Objects that the resource has once are lists in what is looked up. */
const PLURAL: Readonly<Record<string, string>> = {
  accessConfig: "accessConfigs",
  certificateAuthority: "certificateAuthorities",
  computeConfig: "computeConfigs",
  kubernetesNetworkConfig: "kubernetesNetworkConfigs",
  remoteNetworkConfig: "remoteNetworkConfigs",
  storageConfig: "storageConfigs",
  upgradePolicy: "upgradePolicies",
  zonalShiftConfig: "zonalShiftConfigs",
  launchTemplate: "launchTemplates",
  remoteAccess: "remoteAccesses",
  scalingConfig: "scalingConfigs",
  updateConfig: "updateConfigs",
};

function lookedUp({ state, id }: Thing): PropertyMap {
  const entries = Object.entries(state).map(([key, value]): [string, Property] => {
    const plural = PLURAL[key];
    return plural === undefined ? [key, value] : [plural, isMap(value) && Object.keys(value).length > 0 ? [value] : []];
  });
  return { ...Object.fromEntries(Object.values(PLURAL).map((key) => [key, []])), ...Object.fromEntries(entries), id };
}

function getCluster(args: PropertyMap, world: World): PropertyMap {
  const name = text(args, "name") ?? "";
  const found = world.store.read().get(CLUSTER, name);
  if (!found || found.region !== regionOf(args, world))
    throw new Error(`reading EKS Cluster (${name}): couldn't find resource`);
  return { ...lookedUp(found), name, tags: tagsOf(found) };
}

function getNodeGroup(args: PropertyMap, world: World): PropertyMap {
  const id = `${args.clusterName}:${args.nodeGroupName}`;
  const found = world.store.read().get(NODE_GROUP, id);
  if (!found) throw new Error(`reading EKS Node Group (${id}): couldn't find resource`);
  return { taints: [], ...lookedUp(found), tags: tagsOf(found) };
}

/** The one that is meant. @throws Error when there is none, or several. */
function the(things: readonly Thing[], args: PropertyMap, title: string): Thing {
  const found = things.filter((thing) => isMeant(thing, args));
  if (found.length === 1 && found[0]) return found[0];
  const fault = found.length === 0 ? "no matching" : "multiple";
  throw new Error(`reading ${title}: ${fault} ${title} found`);
}

const FILTERS: Readonly<Record<string, string>> = {
  "vpc-id": "vpcId",
  "cidr-block": "cidrBlock",
  "availability-zone": "availabilityZone",
};

function isMeant(thing: Thing, args: PropertyMap): boolean {
  const plain = ["id", "cidrBlock", "vpcId", "availabilityZone"].every(
    (key) => args[key] === undefined || args[key] === (key === "id" ? thing.id : thing.state[key]),
  );
  const tags = Object.entries(isMap(args.tags) ? args.tags : {}).every(
    ([key, value]) => text(thing.state, "tags", key) === value,
  );
  return plain && tags && list(args.filters).every((filter) => passes(thing, filter));
}

function passes(thing: Thing, filter: Property): boolean {
  const name = text(filter, "name") ?? "";
  const value = name.startsWith("tag:") ? text(thing.state, "tags", name.slice(4)) : thing.state[FILTERS[name] ?? ""];
  return list(filter, "values").includes(value ?? null);
}
