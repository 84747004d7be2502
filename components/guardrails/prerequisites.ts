import type { Estate, Tenant } from "../../config/estate";
import { OLDEST_MINOR } from "../../config/names";
import { userNamespacesFault } from "../../config/platform";
import type { Problem } from "../../config/problems";
import { minorOf } from "../../config/releases";
import { type Exemptions, platformIdentities } from "./identities";

/** What the guardrails ask of a cluster and of whoever deploys to it. */
export interface Prerequisites {
  /** As 1.36. */
  readonly minor: string;
  /** Who deploys, as the cluster sees them. */
  readonly deployer: Deployer;
}

export interface Deployer {
  readonly username: string;
  readonly groups: readonly string[];
}

/** Why the guardrails cannot be bound on this cluster by this person; nothing is made before all of it is mended. */
export function prerequisiteProblems(
  { guardrails, tenants }: Pick<Estate, "guardrails" | "tenants">,
  { minor, deployer }: Prerequisites,
): Problem[] {
  return [
    ...versionProblems(minor),
    ...tenants.flatMap((tenant) => userNamespaceProblems(tenant, minor)),
    ...lockoutProblems(guardrails.exemptions, deployer),
  ];
}

function userNamespaceProblems({ id, isolation }: Tenant, minor: string): Problem[] {
  const rule = isolation.userNamespaces === "required" ? userNamespacesFault(minor) : undefined;
  const path = ["tenants", id, "isolation", "userNamespaces"];
  return rule === undefined ? [] : [{ path, value: "required", rule }];
}

function versionProblems(minor: string): Problem[] {
  if (minorOf(minor) >= OLDEST_MINOR) return [];
  const rule = `is older than 1.${OLDEST_MINOR}, which is the first with the admission policies that the guardrails need; upgrade the cluster`;
  return [{ path: ["version"], value: minor, rule }];
}

/** Guards that lock the platform's objects lock out whoever they do not know, at the latest in the next deployment. */
function lockoutProblems(exemptions: Exemptions, { username, groups }: Deployer): Problem[] {
  const known = platformIdentities(exemptions);
  if (known.users.includes(username) || groups.some((group) => known.groups.includes(group))) return [];
  const seen = groups.length > 0 ? `, in the groups ${groups.join(", ")}` : "";
  const rule = `does not name you, and the guardrails would refuse your next deployment; the cluster sees you as "${username}"${seen}: write users: ["${username}"], or a group that only the platform's people are in`;
  return [{ path: ["guardrails", "exemptions", "platformIdentities"], rule }];
}
