import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";
import type { IdentityPlan } from "./plan";

export interface WorkloadIdentityArgs {
  readonly plan: IdentityPlan;
  readonly clusterName: pulumi.Input<string>;
  readonly permissionsBoundary: string | undefined;
}

/** A role in the cloud account that the pods of one service account take, and nobody else. */
export class WorkloadIdentity extends pulumi.ComponentResource {
  constructor(name: string, args: WorkloadIdentityArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:identity:WorkloadIdentity", name, {}, opts);
    const parent = { parent: this };
    const { plan, clusterName, permissionsBoundary } = args;
    const { tenant, namespace, account: serviceAccount, policies, trust } = plan;
    const role = new Role(
      name,
      {
        // A role's name has 64 characters at most, a namespace's 63.
        namePrefix: `${name.slice(0, 30)}-`,
        assumeRolePolicy: trust,
        description: `Pods of ${namespace}/${serviceAccount}`,
        tags: { "bulkhead.dev/tenant": tenant },
        ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
      },
      parent,
    );
    const rights = policies.map(
      (policyArn) =>
        new RolePolicyAttachment(`${name}-${policyArn.split("/").at(-1)}`, { role: role.name, policyArn }, parent),
    );
    new PodIdentityAssociation(
      name,
      { clusterName, namespace, serviceAccount, roleArn: role.arn },
      { ...parent, dependsOn: rights },
    );
    this.registerOutputs({});
  }
}
