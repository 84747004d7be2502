import { createHash } from "node:crypto";

/** AWS's own account number for examples. */
export const ACCOUNT = "111122223333";

/** Who deploys: a session of a role that was there before anything else. */
export const DEPLOYER_ROLE = "platform";
export const SESSION = "session";

export function iamArn(resource: string): string {
  return `arn:aws:iam::${ACCOUNT}:${resource}`;
}

/** Of autoscaling groups. An account has it from its first group on, or by aws iam create-service-linked-role. */
export const LINKED_ROLE = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";

/**
 * ARNs of the roles that were there before anything. BULKHEAD_AWS_ACCOUNT=fresh: in an account that never had an
 * autoscaling group.
 */
export function rolesBefore({ BULKHEAD_AWS_ACCOUNT }: NodeJS.ProcessEnv): string[] {
  const names = BULKHEAD_AWS_ACCOUNT === "fresh" ? [DEPLOYER_ROLE] : [DEPLOYER_ROLE, LINKED_ROLE];
  return names.map((name) => iamArn(`role/${name}`));
}

export function regionalArn(service: string, region: string, resource: string): string {
  return `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;
}

/** Whom the API server of a cluster sees, when somebody who has assumed this role asks it. */
export function sessionArn(role: string): string {
  return `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${SESSION}`;
}

export const DEPLOYER = sessionArn(DEPLOYER_ROLE);

/** The last part of a role's ARN; paths in between belong to the ARN only. */
export function roleNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

export function zonesOf(region: string): string[] {
  return ["a", "b", "c"].map((letter) => `${region}${letter}`);
}

/** A text of hexadecimal digits that is always the same for the same parts. */
export function hex(length: number, ...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, length);
}

/** A zone's name that is the same in every account, which its letter is not. */
export function zoneIdOf(zone: string): string {
  const [area = "", direction = "", last = ""] = zone.split("-");
  return `${area}${direction[0] ?? ""}${last.slice(0, -1)}-az${(last.codePointAt(last.length - 1) ?? 97) - 96}`;
}
