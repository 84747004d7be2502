import { isMap } from "../../plugin/properties";
import { hex, regionalArn } from "../account";
import { complaint, type Kind, list, number, type Request, text } from "../kind";
import { Incomplete, Refusal } from "../refusal";
import type { Cloud, Thing } from "../store";
import { BEGINNING } from "./identity";
import { ofServiceRole, withCluster } from "./missing";
import { documentRules, trustedServices } from "./policy-document";
import { ADDON, CLUSTER, NODE_GROUP, POD_IDENTITY, ROLE } from "./tokens";

/** Amazon EKS user guide, "AWS add-ons" and "Community add-ons". */
const NAMES = [
  "adot",
  "amazon-cloudwatch-observability",
  "aws-ebs-csi-driver",
  "aws-efs-csi-driver",
  "aws-fsx-csi-driver",
  "aws-guardduty-agent",
  "aws-mountpoint-s3-csi-driver",
  "aws-network-flow-monitoring-agent",
  "cert-manager",
  "coredns",
  "eks-node-monitoring-agent",
  "eks-pod-identity-agent",
  "external-dns",
  "kube-proxy",
  "kube-state-metrics",
  "metrics-server",
  "prometheus-node-exporter",
  "snapshot-controller",
  "vpc-cni",
];

/** Deployments, which are not active before a node takes their pods. The others are DaemonSets, content without any. */
const NEED_NODES = [
  "coredns",
  "metrics-server",
  "kube-state-metrics",
  "aws-ebs-csi-driver",
  "aws-efs-csi-driver",
  "cert-manager",
  "external-dns",
  "snapshot-controller",
];

export const addon: Kind = {
  token: ADDON,
  title: "EKS Add-On",
  fixed: ["clusterName", "addonName"],
  references: [withCluster, ofServiceRole("serviceAccountRoleArn")],
  rules: [
    ({ addonName }) =>
      text(addonName) === undefined || NAMES.includes(text(addonName) ?? "")
        ? []
        : complaint("addonName", `InvalidParameterException: Addon ${text(addonName)} specified is not supported`),
    ({ addonVersion }) =>
      text(addonVersion) === undefined || /^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(text(addonVersion) ?? "")
        ? []
        : complaint(
            "addonVersion",
            `InvalidParameterException: Addon version specified is not supported: ${text(addonVersion)}`,
          ),
    ({ configurationValues }) => jsonFault(text(configurationValues)),
    ({ resolveConflictsOnCreate }) =>
      oneOf("resolveConflictsOnCreate", text(resolveConflictsOnCreate), ["NONE", "OVERWRITE"]),
    ({ resolveConflictsOnUpdate }) =>
      oneOf("resolveConflictsOnUpdate", text(resolveConflictsOnUpdate), ["NONE", "OVERWRITE", "PRESERVE"]),
  ],
  admit(request) {
    refuseTwin(request);
    for (const identity of list(request.inputs.podIdentityAssociations))
      refuseRole(request.cloud, text(identity, "roleArn"));
  },
  born({ inputs, region }) {
    const { clusterName, addonName } = inputs;
    const id = `${clusterName}:${addonName}`;
    return {
      id,
      state: {
        arn: regionalArn("eks", region, `addon/${clusterName}/${addonName}/${hex(12, id)}`),
        addonVersion: inputs.addonVersion ?? "v1.0.0-eksbuild.1",
        configurationValues: inputs.configurationValues ?? "",
        createdAt: BEGINNING,
        modifiedAt: BEGINNING,
      },
    };
  },
  settle: async (thing, { store }) => refuseUnplaced(thing, store.read()),
};

function jsonFault(values: string | undefined) {
  try {
    if (values === undefined || values === "" || isMap(JSON.parse(values))) return [];
  } catch {
    // Not JSON at all is as wrong as JSON that is no object.
  }
  return complaint(
    "configurationValues",
    "InvalidParameterException: ConfigurationValue provided in request is not supported: it is no JSON object",
  );
}

function oneOf(property: string, value: string | undefined, allowed: readonly string[]) {
  if (value === undefined || allowed.includes(value)) return [];
  return complaint(property, `expected ${property} to be one of ${JSON.stringify(allowed)}, got ${value}`);
}

function refuseTwin({ inputs, cloud, thing }: Request): void {
  if (thing || !cloud.get(ADDON, `${inputs.clusterName}:${inputs.addonName}`)) return;
  throw new Refusal("ResourceInUseException", "Addon already exists.");
}

/** Tolerated by what needs nodes, as the add-ons' own manifests have it. */
const TOLERATED = "CriticalAddonsOnly";

/** Said at once, where EKS says it when its patience of twenty minutes ends. */
function refuseUnplaced({ inputs, region }: Thing, cloud: Cloud): void {
  if (!NEED_NODES.includes(text(inputs, "addonName") ?? "")) return;
  const auto = cloud.get(CLUSTER, text(inputs, "clusterName") ?? "")?.state.computeConfig;
  const groups = cloud
    .all(NODE_GROUP)
    .filter((group) => group.inputs.clusterName === inputs.clusterName && group.region === region);
  const takes = (group: Thing) =>
    group.state.status === "ACTIVE" &&
    (number(group.inputs, "scalingConfig", "desiredSize") ?? 0) > 0 &&
    list(group.inputs.taints).every(
      (taint) => text(taint, "key") === TOLERATED || text(taint, "effect") === "PREFER_NO_SCHEDULE",
    );
  if (groups.some(takes) || (isMap(auto) && auto.enabled === true)) return;
  throw new Incomplete(
    `unexpected state 'DEGRADED', wanted target 'ACTIVE'. last error: InsufficientNumberOfReplicas: The add-on is unhealthy because it doesn't have the desired number of replicas: no node takes the pods of ${inputs.addonName}`,
  );
}

/** Amazon EKS user guide, "Assign an IAM role to a Kubernetes service account". */
function refuseRole(cloud: Cloud, arn: string | undefined): void {
  const role = cloud.all(ROLE).find(({ state }) => state.arn === arn);
  if (!role) throw new Refusal("InvalidParameterException", `Role provided in the request does not exist: ${arn}`);
  if (trustedServices(role.state.assumeRolePolicy).includes("pods.eks.amazonaws.com")) return;
  const words = `Trust policy of role ${arn} does not allow pods.eks.amazonaws.com to assume it`;
  throw new Refusal("InvalidParameterException", words);
}

export const podIdentityAssociation: Kind = {
  token: POD_IDENTITY,
  title: "EKS Pod Identity Association",
  fixed: ["clusterName", "namespace", "serviceAccount"],
  references: [withCluster],
  rules: [
    ...documentRules("policy", "permission"),
    ({ policy, disableSessionTags }) =>
      policy !== undefined && disableSessionTags !== true
        ? complaint(
            "disableSessionTags",
            "InvalidParameterException: a session policy requires session tags to be disabled",
          )
        : [],
  ],
  admit({ inputs, cloud, thing }) {
    refuseRole(cloud, text(inputs, "roleArn"));
    const same = (other: Thing) =>
      ["clusterName", "namespace", "serviceAccount"].every((key) => other.inputs[key] === inputs[key]);
    const twin = cloud.all(POD_IDENTITY).find((other) => other.id !== thing?.id && same(other));
    if (twin) throw new Refusal("ResourceInUseException", `Association already exists: ${twin.id}`);
  },
  born({ inputs, region, cloud }) {
    const id = cloud.newId("a-");
    const associationArn = regionalArn("eks", region, `podidentityassociation/${inputs.clusterName}/${id}`);
    return { id, state: { associationId: id, associationArn, disableSessionTags: inputs.disableSessionTags ?? false } };
  },
};
