import type { Login } from "../config/schema";

/** Somebody whom the API server is asked to believe in for one request. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

/** What every authenticated request carries; impersonation has to say it itself. */
const AUTHENTICATED = "system:authenticated";

/** Stands for a member of a group: the API server wants a user's name with every group. */
const MEMBER = "bulkhead-proof-member";

/** The identity that a subject of a tenant has once it is logged in. */
export function identityOf({ user, group, serviceAccount }: Login): Identity {
  if (serviceAccount) {
    const { namespace, name } = serviceAccount;
    return {
      user: `system:serviceaccount:${namespace}:${name}`,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, AUTHENTICATED],
    };
  }
  return group === undefined
    ? { user: user ?? MEMBER, groups: [AUTHENTICATED] }
    : { user: MEMBER, groups: [group, AUTHENTICATED] };
}

/** Headers that make a request somebody else's; whoever sends it needs the right to impersonate. */
export function impersonation({ user, groups }: Identity): Record<string, string | string[]> {
  return { "Impersonate-User": user, "Impersonate-Group": [...groups] };
}
