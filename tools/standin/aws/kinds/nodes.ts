import type { SimulatedNode, Taint } from "../../../controlplane/nodes";
import { isMap, type Property, type PropertyMap } from "../../plugin/properties";
import { hex } from "../account";
import { list, number, type Request, text, texts } from "../kind";
import { machineOf } from "../machines";
import type { Thing } from "../store";
import { NODE_GROUP, SUBNET } from "./tokens";
import { handlersOf } from "./user-data";

/** Where a node stands, told apart from every other by its address. */
interface Place {
  readonly name: string;
  readonly zone: string;
}

/** As many places as the group wants nodes: the oldest stay, new ones go to its subnets in turn. */
export function placed(
  { inputs, cloud, region }: Pick<Request, "inputs" | "cloud" | "region">,
  before: Property | undefined,
): Property[] {
  const desired = number(inputs, "scalingConfig", "desiredSize") ?? 0;
  const subnets = texts(inputs, "subnetIds");
  const places = (Array.isArray(before) ? before : []).slice(0, desired);
  const taken = new Set(
    cloud.all(NODE_GROUP).flatMap(({ hidden }) => list(hidden.nodes).map((node) => text(node, "name"))),
  );
  while (places.length < desired) {
    const subnet = cloud.get(SUBNET, subnets[places.length % subnets.length] ?? "");
    const name = freeName(text(subnet?.inputs, "cidrBlock") ?? "10.0.0.0/16", region, taken);
    taken.add(name);
    places.push({ name, zone: text(subnet?.state, "availabilityZone") ?? "" });
  }
  return places;
}

/** EC2's own way of naming hosts, from the first address of the subnet that is free; the first four and AWS's are not. */
function freeName(cidr: string, region: string, taken: ReadonlySet<string | undefined>): string {
  const [address = ""] = cidr.split("/");
  const base = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  for (let host = 10; ; host += 1) {
    const parts = [24, 16, 8, 0].map((shift) => Math.floor((base + host) / 2 ** shift) % 256);
    const name = `ip-${parts.join("-")}.${region}.compute.internal`;
    if (!taken.has(name)) return name;
  }
}

/** Marks the nodes of one group in the cluster; a label's value, so 63 characters at most. */
export function ownerOf({ id }: Thing): string {
  return `eks-${hex(20, id)}`;
}

/** The nodes of a group, with what the group says of them and what EKS and the kubelet add. */
export function nodesOf(thing: Thing, template: PropertyMap | undefined): SimulatedNode[] {
  const { inputs, state, region } = thing;
  const type = texts(state, "instanceTypes")[0] ?? "";
  const machine = machineOf(type);
  if (!machine) throw new Error(`${type} is no machine type`);
  const capacity = {
    cpu: String(machine.cpus),
    memory: `${machine.memoryGib * 1024}Mi`,
    pods: String(machine.pods),
    "ephemeral-storage": `${diskGib(inputs, template, text(state, "amiType") ?? "")}Gi`,
  };
  const places = list(thing.hidden.nodes).filter(isMap) as unknown as Place[];
  return places.map(({ name, zone }) => ({
    name,
    labels: {
      ...given(inputs.labels),
      ...templateLabels(inputs),
      "eks.amazonaws.com/nodegroup": text(inputs, "nodeGroupName") ?? "",
      "eks.amazonaws.com/capacityType": text(state, "capacityType") ?? "",
      "kubernetes.io/arch": machine.architecture,
      "node.kubernetes.io/instance-type": type,
      "topology.kubernetes.io/region": region,
      "topology.kubernetes.io/zone": zone,
    },
    taints: list(inputs.taints).map(taintOf),
    capacity,
    handlers: handlersOf(text(state, "amiType") ?? "", template),
  }));
}

function given(labels: Property | undefined): Record<string, string> {
  const entries = Object.entries(isMap(labels) ? labels : {});
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

function templateLabels({ launchTemplate }: PropertyMap): Record<string, string> {
  const id = text(launchTemplate, "id");
  const version = text(launchTemplate, "version");
  if (id === undefined || version === undefined) return {};
  return { "eks.amazonaws.com/sourceLaunchTemplateId": id, "eks.amazonaws.com/sourceLaunchTemplateVersion": version };
}

const EFFECTS: Readonly<Record<string, Taint["effect"]>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

function taintOf(taint: Property): Taint {
  const value = text(taint, "value");
  const effect = EFFECTS[text(taint, "effect") ?? ""] ?? "NoSchedule";
  return { key: text(taint, "key") ?? "", ...(value === undefined ? {} : { value }), effect };
}

/** Where pods keep what they write: Bottlerocket has a disk of its own for that. */
function diskGib(inputs: PropertyMap, template: PropertyMap | undefined, amiType: string): number {
  const device = amiType.startsWith("BOTTLEROCKET") ? "/dev/xvdb" : "/dev/xvda";
  const disk = list(template, "blockDeviceMappings").find((mapping) => text(mapping, "deviceName") === device);
  return number(disk, "ebs", "volumeSize") ?? number(inputs, "diskSize") ?? 20;
}
