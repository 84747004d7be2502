import type { EksPlatform } from "../../../config/schema";

/** First part of the path in IAM of all roles of all clusters: deployers may write roles there and nowhere else. */
export const ROLES_PATH = "/bulkhead/";

/** Path in IAM of a cluster's roles, those of tenants' pods among them. */
export function rolePath({ name }: Pick<EksPlatform, "name">): string {
  return `${ROLES_PATH}${name}/`;
}

/** Who may take a role, as IAM's policy language spells it. */
export function trustOf(service: string, actions: readonly string[] = ["sts:AssumeRole"]): string {
  return policy([{ Effect: "Allow", Principal: { Service: service }, Action: actions }]);
}

/** Pods of one service account. */
export interface PodAccount {
  readonly namespace: string;
  readonly account: string;
}

/**
 * Trust of a role that pods of one account on one cluster take by EKS Pod Identity. EKS stamps each session with where the
 * pod is, and pods cannot choose these tags: an association made by mistake, one that turns the tags off, or one on
 * another cluster with a namespace of the same name gets nowhere with the role.
 * @param cluster ARN, in which the account and the region are.
 */
export function podIdentityTrust(cluster: string, { namespace, account }: PodAccount): string {
  return policy([
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: {
          "aws:RequestTag/eks-cluster-arn": cluster,
          "aws:RequestTag/kubernetes-namespace": namespace,
          "aws:RequestTag/kubernetes-service-account": account,
        },
      },
    },
  ]);
}

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[] | string;
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export function policy(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** ARN of a policy that AWS keeps. */
export function awsPolicy(partition: string, name: string): string {
  return `arn:${partition}:iam::aws:policy/${name}`;
}

/**
 * Policy of a key: the account's IAM decides who administers it, and the named services may use it.
 * @param users Principals, or services with the condition under which they may.
 */
export function keyPolicy({ partition, account }: Account, users: readonly Statement[]): string {
  const root: Statement = {
    Effect: "Allow",
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  };
  return policy([root, ...users]);
}

export interface Account {
  /** aws, aws-cn or aws-us-gov. */
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

/** CloudWatch may use a key for log groups of this account and region only. */
export function logsMayUse({ partition, account, region }: Account): Statement {
  return {
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: USE,
    Resource: "*",
    Condition: {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` },
    },
  };
}

/**
 * What autoscaling groups act as. AWS makes it with an account's first group, so that a fresh account has none, and KMS takes
 * no key whose policy names somebody who does not exist (API reference, CreateKey).
 */
export const SCALING_ROLE = {
  service: "autoscaling.amazonaws.com",
  path: "/aws-service-role/autoscaling.amazonaws.com/",
  name: "AWSServiceRoleForAutoScaling",
} as const;

/** Without both statements an autoscaling group starts machines that end at once, and says so nowhere near. */
export function autoscalingMayUse({ partition, account }: Account): Statement[] {
  const role = `arn:${partition}:iam::${account}:role${SCALING_ROLE.path}${SCALING_ROLE.name}`;
  const principal = { Principal: { AWS: role }, Resource: "*" };
  return [
    { Effect: "Allow", ...principal, Action: USE },
    {
      Effect: "Allow",
      ...principal,
      Action: ["kms:CreateGrant"],
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}
