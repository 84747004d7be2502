import { CLUSTER_TAG, POOL_TAG, SYSTEM_POOL, SYSTEM_TAINT } from "../../config/names";
import { clusterArn } from "../../config/platform";
import type { EksPlatform, Karpenter } from "../../config/schema";
import { policy, rolePath, type Statement } from "../cluster/eks/roles.plan";

/** A platform on which Karpenter is installed. */
export type KarpenterPlatform = EksPlatform & { readonly karpenter: Karpenter };

/** Where it runs, and as whom: with the cluster's own things, out of every tenant's reach. */
export const CONTROLLER = { namespace: "kube-system", account: "karpenter" } as const;

/** Path in IAM of the roles that Karpenter may give to machines: those of this cluster's pools, made by us. */
export function nodeRolePath({ name }: Pick<EksPlatform, "name">): string {
  return `${rolePath({ name })}nodes/`;
}

/**
 * What Karpenter may do in the account: look at everything, and make, tag and end only what carries the cluster's tag.
 * Conditions as upstream's (getting-started-with-karpenter/cloudformation.yaml, 1.14). Its rights to write instance
 * profiles are left out, since the pools' profiles are ours; a class that goes is held until Karpenter has looked for
 * profiles of its own (pkg/controllers/nodeclass), so it may read them.
 */
export function controllerRights(platform: EksPlatform, queueArn: string): string {
  const [, partition, , region, account] = clusterArn(platform).split(":");
  const owned = `kubernetes.io/cluster/${platform.name}`;
  const ec2 = (...kinds: string[]) => kinds.map((kind) => `arn:${partition}:ec2:${region}:*:${kind}/*`);
  const ofAws = (...kinds: string[]) => kinds.map((kind) => `arn:${partition}:ec2:${region}::${kind}/*`);
  const made = ec2("fleet", "instance", "volume", "network-interface", "launch-template");
  const pool = (what: "RequestTag" | "ResourceTag") => ({ [`aws:${what}/karpenter.sh/nodepool`]: "*" });
  const asked = { [`aws:RequestTag/${owned}`]: "owned", "aws:RequestTag/eks:eks-cluster-name": platform.name };
  const own: Statement["Condition"] = {
    StringEquals: { [`aws:ResourceTag/${owned}`]: "owned" },
    StringLike: pool("ResourceTag"),
  };
  const iam = (kind: string) => `arn:${partition}:iam::${account}:${kind}`;
  return policy([
    {
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: [...ofAws("image", "snapshot"), ...ec2("security-group", "subnet")],
    },
    {
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: ec2("launch-template"),
      Condition: own,
    },
    {
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      Resource: made,
      Condition: { StringEquals: asked, StringLike: pool("RequestTag") },
    },
    {
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: made,
      Condition: {
        StringEquals: { ...asked, "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"] },
        StringLike: pool("RequestTag"),
      },
    },
    {
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: ec2("instance"),
      Condition: {
        ...own,
        StringEqualsIfExists: { "aws:RequestTag/eks:eks-cluster-name": platform.name },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"] },
      },
    },
    {
      Effect: "Allow",
      Action: ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      Resource: ec2("instance", "launch-template"),
      Condition: own,
    },
    {
      Effect: "Allow",
      Action: [
        "ec2:DescribeCapacityReservations",
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribePlacementGroups",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSpotPriceHistory",
        "ec2:DescribeSubnets",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": platform.region } },
    },
    {
      Effect: "Allow",
      Action: ["ssm:GetParameter"],
      Resource: `arn:${partition}:ssm:${region}::parameter/aws/service/*`,
    },
    { Effect: "Allow", Action: ["pricing:GetProducts", "iam:ListInstanceProfiles"], Resource: "*" },
    { Effect: "Allow", Action: ["iam:GetInstanceProfile"], Resource: iam("instance-profile/*") },
    {
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: iam(`role${nodeRolePath(platform)}*`),
      Condition: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
    },
    { Effect: "Allow", Action: ["eks:DescribeCluster"], Resource: clusterArn(platform) },
    { Effect: "Allow", Action: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"], Resource: queueArn },
    ...diskRights(platform, `arn:${partition}:kms:${region}:${account}:key/*`),
  ]);
}

/** A machine is started as whoever starts it, so that one has to be let use the key of its disk: of this cluster, by EC2. */
function diskRights({ name, region }: EksPlatform, Resource: string): Statement[] {
  const ofCluster = { "kms:ViaService": `ec2.${region}.amazonaws.com`, [`aws:ResourceTag/${CLUSTER_TAG}`]: name };
  const use = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"];
  return [
    { Effect: "Allow", Action: use, Resource, Condition: { StringEquals: ofCluster } },
    {
      Effect: "Allow",
      Action: ["kms:CreateGrant"],
      Resource,
      Condition: { StringEquals: ofCluster, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/** Only EventBridge writes to the queue, and only for the rules that are ours; nobody reads it in the clear. */
export function queuePolicy(queueArn: string, ruleArns: readonly string[]): string {
  return policy([
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
    },
    {
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "sqs:*",
      Resource: queueArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}

/** What Karpenter has to hear of machines that nobody asked to end. All are on demand, so nothing of spot. */
export const EVENTS: Readonly<Record<string, { readonly source: string; readonly "detail-type": string }>> = {
  health: { source: "aws.health", "detail-type": "AWS Health Event" },
  state: { source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification" },
};

export function eventPattern({ source, "detail-type": type }: (typeof EVENTS)[string]): string {
  return JSON.stringify({ source: [source], "detail-type": [type] });
}

/** A chart as it is installed, without its values. */
export interface ChartPlan {
  readonly name: string;
  readonly chart: string;
  readonly version: string;
  readonly namespace: string;
}

export function chartPlan(name: "karpenter-crd" | "karpenter", { karpenter }: KarpenterPlatform): ChartPlan {
  const { source, version } = karpenter;
  return { name, chart: `${source}/${name}`, version, namespace: CONTROLLER.namespace };
}

/** What is not as the chart has it. Its image is pinned by digest in the chart, wherever a mirror keeps it. */
export function controllerValues<Text>({ karpenter, name, system, network }: KarpenterPlatform, queue: Text) {
  const isIsolated = network.nat === "none" && !network.given;
  return {
    // Two are never on one node, and a system pool of one has no place for a second.
    replicas: Math.min(2, system.min),
    serviceAccount: { name: CONTROLLER.account },
    nodeSelector: { [POOL_TAG]: SYSTEM_POOL },
    tolerations: [{ key: SYSTEM_TAINT, operator: "Exists", effect: "NoSchedule" }],
    controller: {
      image: { repository: `${karpenter.source.replace(/^oci:\/\//, "")}/controller` },
      resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } },
    },
    settings: { clusterName: name, interruptionQueue: queue, ...(isIsolated ? { isolatedVPC: true } : {}) },
  };
}
