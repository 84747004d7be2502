import type { Deployment } from "kubernetes-types/apps/v1";
import type { PolicyRule } from "kubernetes-types/rbac/v1";
import { MANAGED_LABEL, MANAGED_VALUE, POOL_TAG, SYSTEM_POOL, SYSTEM_TAINT } from "../../config/names";
import { clusterArn } from "../../config/platform";
import type { EksPlatform } from "../../config/schema";
import { policy } from "../cluster/eks/roles.plan";
import type { Manifest } from "../manifest";

/** A platform with managed pools that something has to size. */
export type ScaledPlatform = EksPlatform & { readonly autoscaler: NonNullable<EksPlatform["autoscaler"]> };

/** Where it runs, and as whom: with the cluster's own things, out of every tenant's reach. */
export const AUTOSCALER = { namespace: "kube-system", account: "cluster-autoscaler" } as const;

/**
 * What it may do in the account: look at everything, and change the size of this cluster's groups only. EKS tags the
 * groups it makes for discovery, and so does the condition (cluster-autoscaler, cloudprovider/aws/README.md).
 */
export function autoscalerRights(platform: EksPlatform): string {
  const owned = { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${platform.name}`]: "owned" };
  const [, partition, , region, account] = clusterArn(platform).split(":");
  return policy([
    {
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: ["eks:DescribeNodegroup"],
      Resource: `arn:${partition}:eks:${region}:${account}:nodegroup/${platform.name}/*`,
    },
    {
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      Condition: { StringEquals: owned },
    },
  ]);
}

const LABELS = { "app.kubernetes.io/name": "cluster-autoscaler", [MANAGED_LABEL]: MANAGED_VALUE };

/** In the order in which they are made. The rights are upstream's own (charts/cluster-autoscaler), without its Secrets. */
export function autoscalerManifests(platform: ScaledPlatform): Manifest[] {
  const name = "bulkhead:cluster-autoscaler";
  const { namespace, account } = AUTOSCALER;
  const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
  const rbac = "rbac.authorization.k8s.io";
  const roleRef = (kind: string) => ({ apiGroup: rbac, kind, name });
  const metadata = { name, labels: LABELS };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace, labels: LABELS } },
    { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata, rules: CLUSTER_RULES },
    { apiVersion: `${rbac}/v1`, kind: "ClusterRoleBinding", metadata, roleRef: roleRef("ClusterRole"), subjects },
    { apiVersion: `${rbac}/v1`, kind: "Role", metadata: { ...metadata, namespace }, rules: NAMESPACE_RULES },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { ...metadata, namespace },
      roleRef: roleRef("Role"),
      subjects,
    },
    deployment(platform),
  ] as Manifest[];
}

const LOOK = ["get", "list", "watch"];
const rule = (apiGroup: string, resources: string[], verbs: string[], resourceNames?: string[]): PolicyRule => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
  ...(resourceNames ? { resourceNames } : {}),
});

const CLUSTER_RULES: PolicyRule[] = [
  rule("", ["events"], ["create", "patch"]),
  rule("", ["nodes"], [...LOOK, "update", "patch", "delete"]),
  rule("", ["pods/eviction"], ["create"]),
  rule("", ["pods/status"], ["update"]),
  rule(
    "",
    ["namespaces", "pods", "services", "replicationcontrollers", "persistentvolumeclaims", "persistentvolumes"],
    LOOK,
  ),
  rule("apps", ["daemonsets", "replicasets", "statefulsets"], LOOK),
  rule("batch", ["jobs", "cronjobs"], LOOK),
  rule("policy", ["poddisruptionbudgets"], LOOK),
  rule(
    "storage.k8s.io",
    ["storageclasses", "csinodes", "csidrivers", "csistoragecapacities", "volumeattachments"],
    LOOK,
  ),
  rule("resource.k8s.io", ["deviceclasses", "resourceclaims", "resourceslices"], LOOK),
];

const STATUS = "cluster-autoscaler-status";
const NAMESPACE_RULES: PolicyRule[] = [
  rule("", ["configmaps"], ["create"]),
  rule("", ["configmaps"], ["get", "update", "patch", "delete"], [STATUS]),
  rule("coordination.k8s.io", ["leases"], ["create"]),
  rule("coordination.k8s.io", ["leases"], ["get", "update"], ["cluster-autoscaler"]),
];

function deployment({ name, region, autoscaler }: ScaledPlatform): Deployment & Manifest {
  const { namespace, account } = AUTOSCALER;
  const matchLabels = { "app.kubernetes.io/name": "cluster-autoscaler" };
  const discovery = `asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${name}`;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "cluster-autoscaler", namespace, labels: LABELS },
    spec: {
      replicas: 1,
      selector: { matchLabels },
      template: {
        metadata: { labels: matchLabels },
        spec: {
          serviceAccountName: account,
          priorityClassName: "system-cluster-critical",
          // Out of every tenant's nodes, and there before any of them is.
          nodeSelector: { [POOL_TAG]: SYSTEM_POOL },
          tolerations: [{ key: SYSTEM_TAINT, operator: "Exists", effect: "NoSchedule" }],
          securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "cluster-autoscaler",
              image: autoscaler.image,
              command: [
                "./cluster-autoscaler",
                "--cloud-provider=aws",
                `--node-group-auto-discovery=${discovery}`,
                `--namespace=${namespace}`,
                "--expander=least-waste",
                // Otherwise a pod with a local volume keeps its node for ever.
                "--skip-nodes-with-local-storage=false",
              ],
              env: [{ name: "AWS_REGION", value: region }],
              resources: { requests: { cpu: "100m", memory: "600Mi" }, limits: { memory: "600Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                readOnlyRootFilesystem: true,
              },
            },
          ],
        },
      },
    },
  };
}
