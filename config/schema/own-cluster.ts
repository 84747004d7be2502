import { z } from "zod";
import { boundary, principal } from "./aws";
import { cidr, listOf, oneOf, word } from "./grammar";
import { VPC_SIZE, VPC_SIZE_RULE } from "./vpc";

/** What a cluster for one tenant has of its own; everything else is as on the platform that gives it. */
export const ownCluster = z
  .strictObject({
    cidr: cidr
      .refine((range) => VPC_SIZE.test(range), VPC_SIZE_RULE)
      .optional()
      .describe(
        "Addresses of its VPC, which no other cluster of this estate has; never changed later. Unset: refused, with a range that is free.",
      ),
    admins: listOf(principal)
      .default([])
      .describe(
        "IAM roles and users that administer the cluster, the one that deploys among them; those of another account have it made there. Unset: as platform.admins.",
      ),
    permissionsBoundary: boundary
      .optional()
      .describe("Policy that bounds every role made for the cluster. Unset: as platform.permissionsBoundary."),
    clusterAdmin: oneOf("a choice", ["platform", "tenant"])
      .default("platform")
      .describe(
        "Who may do everything inside: the platform alone, or the tenant's `access.admins` too, whom no guard holds then and of whom nothing else is claimed. Unset: the platform alone.",
      ),
  })
  .meta({
    id: "ownCluster",
    title: "Own cluster",
    description: "A cluster for one tenant, which a stack of its own makes (`npx bulkhead stacks`).",
  });

/** Where a stack for one tenant comes from. */
export const parent = z.strictObject({
  stack: word.describe("Stack that gives the tenant this cluster, as staging."),
  tenant: z.string().describe("Id of the tenant, the only one here."),
  cluster: z
    .string()
    .regex(
      /^arn:aws(-[a-z]+)*:eks:[a-z0-9-]+:\d{12}:cluster\/[\w-]+$/,
      "is not a cluster's ARN; npx bulkhead stacks writes it",
    )
    .describe("ARN of the cluster that the others share."),
});
