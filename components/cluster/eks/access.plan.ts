import { accountOf } from "../../../config/platform";
import type { Problem } from "../../../config/problems";
import type { EksPlatform } from "../../../config/schema";
import { titleOf } from "../../naming";
import { SCALING_ROLE } from "./roles.plan";

/** Somebody of IAM who administers the cluster. */
export interface Administrator {
  readonly arn: string;
  /** Part of a resource's name, and told apart from everybody else's. */
  readonly title: string;
}

export function administratorsOf({ admins }: Pick<EksPlatform, "admins">): Administrator[] {
  return admins.map((arn) => ({ arn, title: titleOf(arn) }));
}

/**
 * Whoever deploys has to be an administrator: the entry of the cluster's creator is off, and the Kubernetes half of
 * the deployment would end in a 401.
 * @param caller ARN of whoever asks AWS, and of the role behind it where it is a session.
 */
export function deployerProblems({ admins }: Pick<EksPlatform, "admins">, caller: string): Problem[] {
  if (admins.includes(caller)) return [];
  const rule = `does not name you, and nobody but those named reaches the cluster's API; AWS sees you as ${caller}: add that, or deploy as one of them`;
  return [{ path: ["platform", "admins"], value: admins, rule }];
}

/**
 * Every pool's disks have a key that names the role of autoscaling groups.
 * @param roles Names of the account's roles at that one's path.
 */
export function accountProblems(platform: EksPlatform, roles: readonly string[]): Problem[] {
  const { service, name } = SCALING_ROLE;
  if (roles.includes(name)) return [];
  const { account } = accountOf(platform);
  const rule = `needs the role ${name}, which account ${account} does not have yet: the keys of the nodes' disks name it, and KMS takes no key that names nobody; make it once: aws iam create-service-linked-role --aws-service-name ${service}`;
  return [{ path: ["platform"], rule }];
}

/** Text of a kubeconfig that asks AWS for a token each time: it holds no secret, and is kept as one all the same. */
export function kubeconfigText({ name, region }: EksPlatform, arn: string, server: string, authority: string): string {
  const args = ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"];
  const apiVersion = "client.authentication.k8s.io/v1beta1";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: arn, cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: arn, user: { exec: { apiVersion, command: "aws", args, interactiveMode: "IfAvailable" } } }],
    contexts: [{ name: arn, context: { cluster: arn, user: arn } }],
    "current-context": arn,
  });
}
