import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";
import type { EksPlatform } from "../../config/schema";
import { rolePath } from "../cluster/eks/roles.plan";
import { joined, titleOf } from "../naming";
import type { IdentityPlan } from "./plan";

export interface WorkloadIdentityArgs {
  readonly plan: IdentityPlan;
  readonly clusterName: pulumi.Input<string>;
  readonly platform: EksPlatform;
}

/** A role in the cloud account that the pods of one service account take, and nobody else. */
export class WorkloadIdentity extends pulumi.ComponentResource {
  constructor(name: string, args: WorkloadIdentityArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:identity:WorkloadIdentity", name, {}, opts);
    const parent = { parent: this };
    const { plan, clusterName, platform } = args;
    const { permissionsBoundary } = platform;
    const { tenant, namespace, account: serviceAccount, policies, trust, denials } = plan;
    const role = new Role(
      name,
      {
        // A role's name has 64 characters at most, a namespace's 63.
        namePrefix: `${`${namespace}-${serviceAccount}`.slice(0, 30)}-`,
        path: rolePath(platform),
        assumeRolePolicy: trust,
        description: `Pods of ${namespace}/${serviceAccount}`,
        tags: { "bulkhead.dev/tenant": tenant },
        ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
      },
      parent,
    );
    const fence = new RolePolicy(name, { name: "denials", role: role.name, policy: denials }, parent);
    const fenced = { ...parent, dependsOn: fence };
    const rights = policies.map(
      (policyArn) => new RolePolicyAttachment(joined(name, titleOf(policyArn)), { role: role.name, policyArn }, fenced),
    );
    new PodIdentityAssociation(
      name,
      // Without the tags the role's trust lets nobody in; with them each session says in CloudTrail whose it is.
      { clusterName, namespace, serviceAccount, roleArn: role.arn, disableSessionTags: false },
      { ...parent, dependsOn: rights },
    );
    this.registerOutputs({});
  }
}
