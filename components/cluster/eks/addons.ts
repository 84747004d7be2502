import { Addon } from "@pulumi/aws/eks/addon";
import type * as pulumi from "@pulumi/pulumi";
import { clusterArn } from "../../../config/platform";
import type { EksPlatform } from "../../../config/schema";
import { type AddonName, addonPlan } from "./addons.plan";
import { serviceRole } from "./roles";
import { type Account, awsPolicy, podIdentityTrust, rolePath } from "./roles.plan";

export interface AddonArgs {
  readonly platform: EksPlatform;
  readonly account: Account;
  readonly clusterName: pulumi.Input<string>;
}

/** Installs one of EKS's add-ons in exactly the version that the stack file names. */
export function addon(
  prefix: string,
  addonName: AddonName,
  args: AddonArgs,
  opts: pulumi.CustomResourceOptions,
): Addon {
  const name = `${prefix}-${addonName}`;
  const { platform, account, clusterName } = args;
  const { version, configuration, identity } = addonPlan(addonName, platform);
  const role =
    identity &&
    serviceRole(
      name,
      {
        trust: podIdentityTrust(clusterArn(platform), { namespace: "kube-system", account: identity.account }),
        policies: [awsPolicy(account.partition, identity.policy)],
        permissionsBoundary: platform.permissionsBoundary,
        path: rolePath(platform),
      },
      { ...(opts.parent ? { parent: opts.parent } : {}) },
    );
  const waits = [opts.dependsOn ?? []].flat() as pulumi.Input<pulumi.Resource>[];
  return new Addon(
    name,
    {
      clusterName,
      addonName,
      addonVersion: version,
      ...(configuration ? { configurationValues: JSON.stringify(configuration) } : {}),
      ...(role ? { podIdentityAssociations: [{ roleArn: role.arn, serviceAccount: identity.account }] } : {}),
      // Fields that somebody changed by hand go back to what the file says, as everywhere else.
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
    },
    { ...opts, dependsOn: [...waits, ...(role?.rights ?? [])] },
  );
}
