import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation";
import { Cluster } from "@pulumi/aws/eks/cluster";
import type { Key } from "@pulumi/aws/kms/key";
import * as pulumi from "@pulumi/pulumi";
import { PLATFORM_GROUP } from "../../../config/names";
import type { EksPlatform } from "../../../config/schema";
import { administratorsOf } from "./access.plan";
import type { EksNetwork } from "./network";
import { serviceRole } from "./roles";
import { type Account, awsPolicy, rolePath, trustOf } from "./roles.plan";

export interface ControlPlaneArgs {
  readonly platform: EksPlatform;
  readonly account: Account;
  /** Private subnets, by zone. */
  readonly subnets: EksNetwork["subnets"];
  /** Encrypts what the API server keeps, and what it writes down. */
  readonly key: Key;
}

/** All that EKS can write down about a control plane. */
const LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** The cluster itself, who administers it, and nobody else: its creator has no entry by that alone. */
export class ControlPlane extends pulumi.ComponentResource {
  readonly cluster: Cluster;
  /** Without them nobody's request is answered: the Kubernetes provider waits for them and goes before they do. */
  readonly administrators: readonly pulumi.CustomResource[];

  constructor(name: string, args: ControlPlaneArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:cluster:ControlPlane", name, {}, opts);
    const parent = { parent: this };
    const { platform, account, subnets, key } = args;
    const { endpoint, deletionProtection, permissionsBoundary } = platform;
    const role = serviceRole(
      name,
      {
        trust: trustOf("eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]),
        policies: [awsPolicy(account.partition, "AmazonEKSClusterPolicy")],
        permissionsBoundary,
        path: rolePath(platform),
      },
      parent,
    );
    // EKS would make the group itself, and keep everything for ever.
    const logs = new LogGroup(
      name,
      { name: `/aws/eks/${platform.name}/cluster`, retentionInDays: platform.logDays, kmsKeyId: key.arn },
      parent,
    );
    const isProtected = deletionProtection === "on";
    this.cluster = new Cluster(
      name,
      {
        name: platform.name,
        version: platform.version,
        roleArn: role.arn,
        upgradePolicy: { supportType: platform.support.toUpperCase() },
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
        // No network plugin runs before the one that enforces policies.
        bootstrapSelfManagedAddons: false,
        deletionProtection: isProtected,
        enabledClusterLogTypes: LOGS,
        encryptionConfig: { provider: { keyArn: key.arn }, resources: ["secrets"] },
        kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: platform.network.serviceCidr },
        vpcConfig: {
          subnetIds: [...subnets.values()],
          // Nodes never leave the VPC to reach it; without this a list of public ranges would lock them out.
          endpointPrivateAccess: true,
          endpointPublicAccess: endpoint.publicCidrs.length > 0,
          ...(endpoint.publicCidrs.length > 0 ? { publicAccessCidrs: endpoint.publicCidrs } : {}),
        },
      },
      { ...parent, dependsOn: [...role.rights, logs], protect: isProtected },
    );
    this.administrators = administratorsOf(platform).flatMap(({ arn, title }) => {
      const entry = new AccessEntry(
        `${name}-${title}`,
        { clusterName: this.cluster.name, principalArn: arn, kubernetesGroups: [PLATFORM_GROUP], type: "STANDARD" },
        parent,
      );
      const right = new AccessPolicyAssociation(
        `${name}-${title}`,
        {
          clusterName: this.cluster.name,
          principalArn: entry.principalArn,
          policyArn: `arn:${account.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
          accessScope: { type: "cluster" },
        },
        parent,
      );
      return [entry, right];
    });
    this.registerOutputs({ arn: this.cluster.arn });
  }
}
