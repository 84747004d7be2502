import { z } from "zod";

/** A name of AWS's for one thing. `resource` is what follows the account, `account` a customer's unless AWS has such too. */
export function arn(service: string, resource: RegExp, example: string, account = /\d{12}/) {
  return z
    .string()
    .regex(
      new RegExp(`^arn:aws(-[a-z]+)*:${service}::(${account.source}):${resource.source}$`),
      `is not an ARN; write it as ${example}`,
    );
}

/** Whom IAM lets in: a role or a user, never a session of one. */
export const principal = arn("iam", /(role|user)\/[\w+=,.@/-]+/, "arn:aws:iam::111122223333:role/platform");

/** Policy that bounds what roles may be given: of the account's own, or AWS's, as arn:aws:iam::aws:policy/PowerUserAccess. */
export const boundary = arn("iam", /policy\/[\w+=,.@/-]+/, "arn:aws:iam::111122223333:policy/boundary", /\d{12}|aws/);
