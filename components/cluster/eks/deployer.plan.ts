import { CLUSTER_TAG } from "../../../config/names";
import { ROLES_PATH, type Statement } from "./roles.plan";

/**
 * What whoever deploys may ask of AWS, by the resource it is for: make, look at, change and delete, and nothing that no
 * resource in use needs. From the provider's own calls (hashicorp/terraform-provider-aws, internal/service).
 */
export const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/vpc:Vpc": of("ec2", "CreateVpc DeleteVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute"),
  "aws:ec2/subnet:Subnet": of("ec2", "CreateSubnet DeleteSubnet DescribeSubnets ModifySubnetAttribute"),
  "aws:ec2/internetGateway:InternetGateway": of(
    "ec2",
    "CreateInternetGateway AttachInternetGateway DetachInternetGateway DeleteInternetGateway DescribeInternetGateways",
  ),
  "aws:ec2/natGateway:NatGateway": of("ec2", "CreateNatGateway DeleteNatGateway DescribeNatGateways"),
  "aws:ec2/eip:Eip": of(
    "ec2",
    "AllocateAddress ReleaseAddress DisassociateAddress DescribeAddresses DescribeAddressesAttribute",
  ),
  "aws:ec2/routeTable:RouteTable": of("ec2", "CreateRouteTable DeleteRouteTable DescribeRouteTables"),
  "aws:ec2/route:Route": of("ec2", "CreateRoute ReplaceRoute DeleteRoute DescribeRouteTables"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": of(
    "ec2",
    "AssociateRouteTable ReplaceRouteTableAssociation DisassociateRouteTable DescribeRouteTables",
  ),
  "aws:ec2/securityGroup:SecurityGroup": of(
    "ec2",
    "CreateSecurityGroup DeleteSecurityGroup DescribeSecurityGroups DescribeNetworkInterfaces RevokeSecurityGroupEgress",
  ),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": of(
    "ec2",
    "DescribeSecurityGroups RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": of(
    "ec2",
    "AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress ModifySecurityGroupRules DescribeSecurityGroupRules",
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": of(
    "ec2",
    "AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress ModifySecurityGroupRules DescribeSecurityGroupRules",
  ),
  "aws:ec2/vpcEndpoint:VpcEndpoint": of(
    "ec2",
    "CreateVpcEndpoint ModifyVpcEndpoint DeleteVpcEndpoints DescribeVpcEndpoints DescribePrefixLists",
  ),
  "aws:ec2/flowLog:FlowLog": [
    ...of("ec2", "CreateFlowLogs DeleteFlowLogs DescribeFlowLogs"),
    ...of("logs", "CreateLogDelivery DeleteLogDelivery"),
  ],
  "aws:ec2/launchTemplate:LaunchTemplate": of(
    "ec2",
    "CreateLaunchTemplate CreateLaunchTemplateVersion ModifyLaunchTemplate DeleteLaunchTemplate DescribeLaunchTemplates DescribeLaunchTemplateVersions",
  ),
  "aws:autoscaling/tag:Tag": of("autoscaling", "CreateOrUpdateTags DeleteTags DescribeTags"),
  "aws:iam/role:Role": of(
    "iam",
    "CreateRole GetRole DeleteRole UpdateRole UpdateAssumeRolePolicy PutRolePermissionsBoundary DeleteRolePermissionsBoundary TagRole UntagRole ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole",
  ),
  "aws:iam/rolePolicy:RolePolicy": of("iam", "PutRolePolicy GetRolePolicy DeleteRolePolicy"),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": of(
    "iam",
    "AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies",
  ),
  "aws:iam/instanceProfile:InstanceProfile": of(
    "iam",
    "CreateInstanceProfile GetInstanceProfile DeleteInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile",
  ),
  "aws:sqs/queue:Queue": of(
    "sqs",
    "CreateQueue GetQueueAttributes SetQueueAttributes DeleteQueue ListQueueTags TagQueue UntagQueue",
  ),
  "aws:sqs/queuePolicy:QueuePolicy": of("sqs", "GetQueueAttributes SetQueueAttributes"),
  "aws:cloudwatch/eventRule:EventRule": of(
    "events",
    "PutRule DescribeRule DeleteRule ListTagsForResource TagResource UntagResource",
  ),
  "aws:cloudwatch/eventTarget:EventTarget": of("events", "PutTargets ListTargetsByRule RemoveTargets"),
  "aws:kms/key:Key": of(
    "kms",
    "CreateKey DescribeKey GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation ScheduleKeyDeletion UpdateKeyDescription ListResourceTags TagResource UntagResource CreateGrant",
  ),
  "aws:kms/alias:Alias": of("kms", "CreateAlias UpdateAlias DeleteAlias ListAliases"),
  "aws:cloudwatch/logGroup:LogGroup": of(
    "logs",
    "CreateLogGroup DeleteLogGroup DescribeLogGroups PutRetentionPolicy AssociateKmsKey ListTagsForResource TagResource UntagResource",
  ),
  "aws:eks/cluster:Cluster": of(
    "eks",
    "CreateCluster DescribeCluster ListClusters DeleteCluster UpdateClusterConfig UpdateClusterVersion DescribeUpdate AssociateEncryptionConfig TagResource UntagResource",
  ),
  "aws:eks/nodeGroup:NodeGroup": of(
    "eks",
    "CreateNodegroup DescribeNodegroup ListNodegroups DeleteNodegroup UpdateNodegroupConfig UpdateNodegroupVersion DescribeUpdate",
  ),
  "aws:eks/addon:Addon": of("eks", "CreateAddon DescribeAddon UpdateAddon DeleteAddon DescribeUpdate"),
  "aws:eks/accessEntry:AccessEntry": of(
    "eks",
    "CreateAccessEntry DescribeAccessEntry UpdateAccessEntry DeleteAccessEntry",
  ),
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": of(
    "eks",
    "AssociateAccessPolicy DisassociateAccessPolicy ListAssociatedAccessPolicies",
  ),
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": of(
    "eks",
    "CreatePodIdentityAssociation DescribePodIdentityAssociation UpdatePodIdentityAssociation DeletePodIdentityAssociation",
  ),
};

/** Whatever EC2 makes is tagged when it is made, and EKS tries a launch template out before it takes it. */
const BESIDES = [
  ...of("ec2", "CreateTags DeleteTags DescribeTags RunInstances"),
  // Whether the account has the role of autoscaling groups is asked before anything is made.
  ...of("iam", "ListRoles"),
];

/** Services that get a role: cluster, machines, flow logs and pods. */
const ROLE_BEARERS = [
  "ec2.amazonaws.com",
  "eks.amazonaws.com",
  "pods.eks.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
];

const FATEFUL = {
  ec2: "DeleteFlowLogs DeleteInternetGateway DeleteLaunchTemplate DeleteNatGateway DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSubnet DeleteVpc DeleteVpcEndpoints ReleaseAddress",
  // For what is made in a cluster, that is the cluster's own tag: nobody is let into another one, either.
  eks: "AssociateAccessPolicy CreateAccessEntry CreateAddon CreateNodegroup DeleteAccessEntry DeleteAddon DeleteCluster DeleteNodegroup DisassociateAccessPolicy UpdateAccessEntry UpdateAddon UpdateClusterConfig UpdateClusterVersion UpdateNodegroupConfig UpdateNodegroupVersion",
  kms: "PutKeyPolicy ScheduleKeyDeletion",
};

/**
 * What ends things, or lets somebody in, and can be held to things that carry the tag of a cluster. Left out: what AWS
 * authorizes without the tags of the thing (rules of groups that EKS made, addresses that are taken off), the associations
 * that EKS makes for add-ons in the deployer's name, without our tags, and what Pulumi asks for in the same breath as a key
 * is made, because KMS knows a new tag up to five minutes later.
 */
const TAGGED = Object.entries(FATEFUL).flatMap(([service, names]) => of(service, names));

/** What writes roles and profiles, which have a path and so ARNs of their own. Who asks is a role of somewhere else, and read. */
const isOfRoles = (action: string) => /^iam:(?!Get|List)/.test(action);

/** What IAM can hold to a boundary (service authorization reference, condition key iam:PermissionsBoundary). */
const BOUNDED = of(
  "iam",
  "AttachRolePolicy CreateRole DetachRolePolicy DeleteRolePolicy PutRolePermissionsBoundary PutRolePolicy",
);

/** With a boundary on every role, nobody has to take one off. */
const UNBIND = "iam:DeleteRolePermissionsBoundary";

const ROLES = [`arn:*:iam::*:role${ROLES_PATH}*`, `arn:*:iam::*:instance-profile${ROLES_PATH}*`];

/**
 * The least that a deployment of every kind of stack on EKS asks for.
 * @param boundary ARN of the platform's permissionsBoundary; undefined where it has none, and then whoever deploys may give
 * a role any right that there is.
 */
export function deployerStatements(boundary: string | undefined): Statement[] {
  const actions = [...new Set([...Object.values(ACTIONS).flat(), ...BESIDES])].sort();
  const ofRoles = actions.filter(isOfRoles);
  const bounded = boundary === undefined ? [] : ofRoles.filter((action) => BOUNDED.includes(action));
  const free = ofRoles.filter((action) => !bounded.includes(action) && (boundary === undefined || action !== UNBIND));
  return [
    {
      Effect: "Allow",
      Action: actions.filter((action) => !isOfRoles(action) && !TAGGED.includes(action)),
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: actions.filter((action) => TAGGED.includes(action)),
      Resource: "*",
      Condition: { StringLike: { [`aws:ResourceTag/${CLUSTER_TAG}`]: "*" } },
    },
    { Effect: "Allow", Action: free, Resource: ROLES },
    ...(boundary === undefined
      ? []
      : [
          {
            Effect: "Allow",
            Action: bounded,
            Resource: ROLES,
            Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
          } as const,
        ]),
    {
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: ROLES.slice(0, 1),
      Condition: { StringEquals: { "iam:PassedToService": ROLE_BEARERS } },
    },
    {
      Effect: "Allow",
      Action: ["iam:CreateServiceLinkedRole"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "iam:AWSServiceName": ["autoscaling.amazonaws.com", "eks.amazonaws.com", "eks-nodegroup.amazonaws.com"],
        },
      },
    },
  ];
}

function of(service: string, names: string): string[] {
  return names.split(" ").map((name) => `${service}:${name}`);
}
