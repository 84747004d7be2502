import { isMap, type PropertyMap } from "../../plugin/properties";
import { complaint, type Kind, list, number, text } from "../kind";
import type { Complaint } from "../shapes";

const EFFECTS = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"];

/** What EKS refuses of a node group, whatever else there is. Amazon EKS API reference, CreateNodegroup. */
export const nodeGroupRules: NonNullable<Kind["rules"]> = [
  ({ nodeGroupName }) => nameFault("nodeGroupName", text(nodeGroupName), 63),
  // The provider appends 26 characters of its own.
  ({ nodeGroupNamePrefix }) => nameFault("nodeGroupNamePrefix", text(nodeGroupNamePrefix), 37),
  ({ scalingConfig }) => (isMap(scalingConfig) ? scalingFaults(scalingConfig) : []),
  ({ labels }) => Object.keys(isMap(labels) ? labels : {}).flatMap((key) => labelFault(key)),
  ({ labels }) =>
    Object.entries(isMap(labels) ? labels : {}).flatMap(([key, value]) =>
      (text(value)?.length ?? 0) > 63
        ? complaint(`labels["${key}"]`, "InvalidParameterException: Label value must be 63 characters or less")
        : [],
    ),
  ({ taints }) => taintFaults(list(taints)),
  templateFaults,
  ({ capacityType }) => oneOf("capacityType", text(capacityType), ["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"]),
  ({ amiType }) =>
    text(amiType) === undefined || /^(AL2023|AL2|BOTTLEROCKET|WINDOWS|CUSTOM)/.test(text(amiType) ?? "")
      ? []
      : complaint("amiType", `invalid value for amiType: ${text(amiType)}`),
  updateFaults,
];

function nameFault(property: string, name: string | undefined, longest: number): Complaint[] {
  if (name === undefined || (name.length <= longest && /^[0-9A-Za-z][\w-]*$/.test(name))) return [];
  return complaint(
    property,
    `expected length of ${property} to be in the range (0 - ${longest}), of letters, digits, hyphens and underscores, got ${name}`,
  );
}

function oneOf(property: string, value: string | undefined, allowed: readonly string[]): Complaint[] {
  if (value === undefined || allowed.includes(value)) return [];
  return complaint(property, `expected ${property} to be one of ${JSON.stringify(allowed)}, got ${value}`);
}

/** Amazon EKS API reference, NodegroupScalingConfig; 450 nodes is the quota of a group. */
function scalingFaults(scaling: PropertyMap): Complaint[] {
  const [least, wanted, most] = ["minSize", "desiredSize", "maxSize"].map((key) => number(scaling, key));
  const faults: [boolean, string, string][] = [
    [
      most !== undefined && (most < 1 || most > 450),
      "maxSize",
      `expected maxSize to be in the range (1 - 450), got ${most}`,
    ],
    [least !== undefined && least < 0, "minSize", `expected minSize to be at least (0), got ${least}`],
    [
      more(least, most),
      "minSize",
      `InvalidParameterException: Minimum capacity ${least} can't be greater than maximum size ${most}`,
    ],
    [
      more(least, wanted),
      "desiredSize",
      `InvalidParameterException: Minimum capacity ${least} can't be greater than desired size ${wanted}`,
    ],
    [
      more(wanted, most),
      "desiredSize",
      `InvalidParameterException: desired capacity ${wanted} can't be greater than max size ${most}`,
    ],
  ];
  return faults.filter(([wrong]) => wrong).map(([, key, reason]) => ({ property: `scalingConfig.${key}`, reason }));
}

function more(one: number | undefined, other: number | undefined): boolean {
  return one !== undefined && other !== undefined && one > other;
}

/**
 * Prefixes that are Kubernetes' and EKS's own: either the API refuses them, or the kubelet does and no node ever joins
 * (Kubernetes, NodeRestriction and the kubelet's --node-labels).
 */
function labelFault(key: string): Complaint[] {
  const prefix = key.includes("/") ? (key.split("/")[0] ?? "") : "";
  const reserved = ["kubernetes.io", "k8s.io", "eks.amazonaws.com"].find(
    (domain) => prefix === domain || prefix.endsWith(`.${domain}`),
  );
  if (reserved !== undefined) {
    return complaint(
      `labels["${key}"]`,
      `InvalidParameterException: Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]: ${key}`,
    );
  }
  const name = key.slice(prefix === "" ? 0 : prefix.length + 1);
  const valid = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(name);
  return valid ? [] : complaint(`labels["${key}"]`, `InvalidParameterException: invalid label key ${key}`);
}

/** Amazon EKS API reference, Taint, and "Recipe: Prevent pods from being scheduled on specific nodes". */
function taintFaults(taints: ReturnType<typeof list>): Complaint[] {
  const many =
    taints.length > 50 ? complaint("taints", `Too many list items. No more than 50 "taint" blocks are allowed`) : [];
  const each = taints.flatMap((taint, index) => [
    ...oneOf(`taints[${index}].effect`, text(taint, "effect"), EFFECTS),
    ...["key", "value"].flatMap((part) => {
      const length = text(taint, part)?.length ?? 0;
      return length > 63
        ? complaint(
            `taints[${index}].${part}`,
            `expected length of taints.${index}.${part} to be in the range (0 - 63)`,
          )
        : [];
    }),
  ]);
  return [...many, ...each];
}

/** Amazon EKS user guide, "Launch template configuration basics": what belongs to the template alone. */
function templateFaults(inputs: PropertyMap): Complaint[] {
  if (!isMap(inputs.launchTemplate)) return [];
  const { id, name } = inputs.launchTemplate;
  const both =
    id !== undefined && name !== undefined
      ? complaint("launchTemplate.name", '"launch_template.0.name": conflicts with launch_template.0.id')
      : [];
  const excluded = ["diskSize", "remoteAccess"].filter((key) => inputs[key] !== undefined);
  return [
    ...both,
    ...excluded.flatMap((key) =>
      complaint(key, `InvalidParameterException: ${key} cannot be specified together with a launch template`),
    ),
  ];
}

/** The real provider's schema: ExactlyOneOf, and each from 1 to 100. */
function updateFaults({ updateConfig }: PropertyMap): Complaint[] {
  if (!isMap(updateConfig)) return [];
  const [count, percentage] = [updateConfig.maxUnavailable, updateConfig.maxUnavailablePercentage];
  if (count !== undefined && percentage !== undefined) {
    return complaint(
      "updateConfig.maxUnavailable",
      "only one of `max_unavailable,max_unavailable_percentage` can be specified",
    );
  }
  const value = number(count) ?? number(percentage);
  return value !== undefined && (value < 1 || value > 100)
    ? complaint("updateConfig.maxUnavailable", `expected update_config to be in the range (1 - 100), got ${value}`)
    : [];
}
