import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import type * as pulumi from "@pulumi/pulumi";

export interface ServiceRole {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** What the role may do: whoever uses the role waits for them, and goes before they do. */
  readonly rights: readonly pulumi.Resource[];
}

export interface ServiceRoleArgs {
  /** Who may take it, in IAM's policy language. */
  readonly trust: string;
  /** ARNs of policies that AWS keeps. Unset: none. */
  readonly policies?: readonly string[];
  /** Rights of its own, in IAM's policy language. Unset: none. */
  readonly rights?: pulumi.Input<string>;
  readonly permissionsBoundary: string | undefined;
  /** Where it lies in IAM, as /bulkhead/staging/: others may be let use all roles that lie there. */
  readonly path: string;
}

/** A role of a service of AWS, or of pods, with exactly what it may do. */
export function serviceRole(name: string, args: ServiceRoleArgs, opts: pulumi.CustomResourceOptions): ServiceRole {
  const { trust, policies = [], rights, permissionsBoundary, path } = args;
  const role = new Role(
    name,
    {
      path,
      assumeRolePolicy: trust,
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    },
    opts,
  );
  const attached = policies.map(
    (policyArn) =>
      new RolePolicyAttachment(`${name}-${policyArn.split("/").at(-1)}`, { role: role.name, policyArn }, opts),
  );
  const own = rights === undefined ? [] : [new RolePolicy(name, { role: role.name, policy: rights }, opts)];
  return { name: role.name, arn: role.arn, rights: [...attached, ...own] };
}
