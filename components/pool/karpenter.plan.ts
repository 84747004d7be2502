import { virtualizationOf } from "../../config/machines";
import { MANAGED_LABEL, MANAGED_VALUE, TENANT_LABEL } from "../../config/names";
import type { Karpenter } from "../../config/schema";
import type { Manifest } from "../manifest";
import { machineOf } from "./foundation.plan";
import type { PoolPlan } from "./plan";

/*
 * What Karpenter reads of a pool: which nodes there may be (NodePool), and what a machine of AWS is made of
 * (EC2NodeClass). Fields as in sigs.k8s.io/karpenter and karpenter-provider-aws, pkg/apis/v1, 1.14.
 */

const CLASS = { group: "karpenter.k8s.aws", kind: "EC2NodeClass" } as const;

/** As Kubernetes calls what the kernel calls otherwise. */
const ARCHITECTURES: Readonly<Record<PoolPlan["architecture"], string>> = { x86_64: "amd64", aarch64: "arm64" };

/** Longer than the ten minutes that cluster-autoscaler waits would pay for idle nodes; shorter would churn. */
const IDLE = "10m";

/**
 * As long as a node may be drained before what is left on it is ended: with no bound, a tenant's own disruption budget
 * or its `karpenter.sh/do-not-disrupt` would keep an old node, and a whole cluster from going, for ever.
 */
const LONGEST_DRAIN = "1h";

export function nodePoolOf(plan: PoolPlan): Manifest {
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: {
      ...metadataOf(plan),
      // Ready when its class is: a role, an image or a subnet that AWS does not have fails the deployment that wrote it.
      annotations: { "pulumi.com/waitFor": "condition=Ready" },
    },
    spec: {
      template: {
        metadata: { labels: { ...plan.labels } },
        spec: {
          nodeClassRef: { ...CLASS, name: plan.name },
          requirements: requirementsOf(plan),
          taints: plan.taints.map((taint) => ({ ...taint })),
          ...(plan.startupTaints.length > 0
            ? { startupTaints: plan.startupTaints.map((taint) => ({ ...taint })) }
            : {}),
          expireAfter: `${plan.maxNodeAge}h`,
          terminationGracePeriod: LONGEST_DRAIN,
        },
      },
      limits: { nodes: String(mostNodes(plan)) },
      disruption: {
        consolidationPolicy: "WhenEmptyOrUnderutilized",
        consolidateAfter: IDLE,
        // As many at once as EKS updates of a managed group.
        budgets: [{ nodes: "33%" }],
      },
    },
  } as Manifest;
}

/**
 * No more nodes than written, and none that the tenant has no pod left for. Cores and memory are not bounded besides:
 * Karpenter counts whole machines, so a bound taken from the budget would keep the last one out that the budget pays
 * for (docs/decisions/0060).
 */
function mostNodes({ max, pods }: Pick<PoolPlan, "max" | "pods">): number {
  return pods === undefined ? max : Math.min(max, pods);
}

/** None names the tenant's key: a requirement that a label exists would let a pod choose its value. */
function requirementsOf({ machines, architecture, zones }: PoolPlan) {
  const among = (key: string, values: readonly string[]) => ({ key, operator: "In", values: [...values] });
  return [
    among("node.kubernetes.io/instance-type", machines),
    among("kubernetes.io/arch", [ARCHITECTURES[architecture]]),
    among("kubernetes.io/os", ["linux"]),
    among("topology.kubernetes.io/zone", zones),
    among("karpenter.sh/capacity-type", ["on-demand"]),
  ];
}

/** What only the cloud knows of a pool, as texts or as what will be some. */
export interface ClassFacts<Text> {
  /** Name of the profile with the pool's own role. */
  readonly instanceProfile: Text;
  /** Ids of the subnets of the pool's zones. */
  readonly subnets: readonly Text[];
  /** Ids of the pool's own group, and of the one that all nodes of Karpenter's carry. */
  readonly securityGroups: readonly Text[];
  /** ARN of the key of the pool's disks. */
  readonly diskKey: Text;
  readonly tags: Readonly<Record<string, string>>;
}

export function nodeClassOf<Text>(plan: PoolPlan, images: Karpenter["images"], facts: ClassFacts<Text>): Manifest {
  const { disks, metadataOptions, userData } = machineOf(plan);
  const ids = (texts: readonly Text[]) => texts.map((id) => ({ id }));
  const encrypted = { volumeType: "gp3", encrypted: true, kmsKeyID: facts.diskKey, deleteOnTermination: true };
  return {
    apiVersion: `${CLASS.group}/v1`,
    kind: CLASS.kind,
    metadata: metadataOf(plan),
    spec: {
      amiSelectorTerms: [{ alias: `${plan.image}@${images[plan.image]}` }],
      // Ours and not a role of which Karpenter makes one: then it needs no right to write IAM.
      instanceProfile: facts.instanceProfile,
      subnetSelectorTerms: ids(facts.subnets),
      securityGroupSelectorTerms: ids(facts.securityGroups),
      metadataOptions: { ...metadataOptions, httpProtocolIPv6: "disabled" },
      blockDeviceMappings: disks.map(({ device, sizeGiB, holds }) => ({
        deviceName: device,
        // What Karpenter calls so is the disk whose size it counts for pods.
        ...(holds === "containers" ? { rootVolume: true } : {}),
        ebs: { ...encrypted, volumeSize: `${sizeGiB}Gi` },
      })),
      tags: { ...facts.tags },
      ...(runsNested(plan) ? { cpuOptions: { nestedVirtualization: "enabled" } } : {}),
      // Karpenter adds its own part of nodeadm's configuration behind ours: cluster, taints, labels.
      ...(userData === undefined ? {} : { userData }),
    },
  } as Manifest;
}

/** A server of one's own has its virtualization anyway, and EC2 refuses the option there. */
function runsNested({ runtime, machines }: PoolPlan): boolean {
  return runtime === "kata" && machines.every((machine) => virtualizationOf(machine) === "nested");
}

function metadataOf({ name, owner }: PoolPlan): Manifest["metadata"] {
  const tenant = owner === undefined ? {} : { [TENANT_LABEL]: owner };
  return { name, labels: { [MANAGED_LABEL]: MANAGED_VALUE, ...tenant } };
}
