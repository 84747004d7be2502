import type { Tenant } from "../estate";
import { accountIn, identityNamespace } from "../platform";
import type { Problem } from "../problems";
import type { Platform } from "../schema";
import type { Draft } from "./index";

/** Policies of AWS's own that are as good as the account itself: who may write roles may write any right. */
const WHOLE_ACCOUNT = ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"];

/** A role for pods has to be in one of the tenant's own namespaces, and must not be the account. */
export function identityProblems({ platform, tenants }: Draft): Problem[] {
  return tenants.flatMap((tenant) => [
    ...(platform ? cloudless(tenant, platform) : []),
    ...Object.entries(tenant.identities).flatMap(([account, { namespace, policies }]) => [
      ...homeless(tenant, account, namespace),
      ...policies.flatMap((arn, index) => excessive(tenant, account, arn, index)),
      ...policies.flatMap((arn, index) => foreign(tenant, account, arn, index, platform)),
    ]),
  ]);
}

function cloudless({ id, identities }: Tenant, platform: Platform): Problem[] {
  if (platform.kind === "eks" || Object.keys(identities).length === 0) return [];
  const rule = `have no cloud account on a platform of kind "${platform.kind}"; remove them, or move the tenant to kind eks`;
  return [{ path: ["tenants", id, "identities"], rule }];
}

function homeless(tenant: Tenant, account: string, part: string | undefined): Problem[] {
  if (identityNamespace(tenant, part)) return [];
  const path = ["tenants", tenant.id, "identities", account, "namespace"];
  const parts = tenant.namespaces.map((namespace) => namespace.part).join(", ");
  if (part === undefined) return [{ path, rule: `is missing, and the tenant has several; write one of ${parts}` }];
  return [{ path, value: part, rule: `is no namespace of the tenant (${parts})` }];
}

/** A role takes policies of its own account, and AWS's. */
function foreign(
  { id }: Tenant,
  account: string,
  arn: string,
  index: number,
  platform: Platform | undefined,
): Problem[] {
  const [, , , , owner = ""] = arn.split(":");
  if (platform?.kind !== "eks" || owner === "aws" || owner === accountIn(platform.admins)) return [];
  const rule = `is of another account than the cluster (${accountIn(platform.admins)}); name a policy there`;
  return [{ path: ["tenants", id, "identities", account, "policies", index], value: arn, rule }];
}

function excessive({ id }: Tenant, account: string, arn: string, index: number): Problem[] {
  const policy = arn.split("/").at(-1) ?? "";
  if (!arn.includes(":aws:policy/") || !WHOLE_ACCOUNT.includes(policy)) return [];
  const rule = "hands over the account, other tenants' rights included; name a policy with what the workload needs";
  return [{ path: ["tenants", id, "identities", account, "policies", index], value: arn, rule }];
}
