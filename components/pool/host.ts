import type * as pulumi from "@pulumi/pulumi";

/** What a cluster on EKS gives to the pools of nodes that join it. The AWS provider comes with the component's options. */
export interface PoolHost {
  readonly clusterName: pulumi.Input<string>;
  /** aws, aws-cn or aws-us-gov. */
  readonly partition: string;
  readonly vpcId: pulumi.Input<string>;
  /** Private subnet of each zone, by the zone's name. */
  readonly subnets: ReadonlyMap<string, pulumi.Input<string>>;
  /** The group that EKS makes for the control plane. */
  readonly clusterSecurityGroupId: pulumi.Input<string>;
  /** The system pool's own group, where DNS answers; undefined for the system pool itself. */
  readonly systemSecurityGroupId: pulumi.Input<string> | undefined;
  /** Key that encrypts the nodes' disks; its policy lets the account's autoscaling role use it. */
  readonly diskKeyArn: pulumi.Input<string>;
  readonly permissionsBoundary: string | undefined;
  /** Path of the nodes' roles in IAM. */
  readonly nodeRolePath: string;
  /** Tags on everything that has tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** What has to work before a node joins, and as long as there is one: the add-ons that run on every node. */
  readonly addons: readonly pulumi.Resource[];
}
