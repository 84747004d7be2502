import { actorsOf } from "../actors";
import type { Problem } from "../problems";
import type { Guardrails, Subject } from "../schema";
import type { Draft } from "./index";
import { ownerOf } from "./naming";

/** Groups that the API server puts everybody into, or every pod that has a token. */
const EVERYBODY = ["system:authenticated", "system:unauthenticated", "system:serviceaccounts"];

const ACCOUNT = /^system:serviceaccounts?:([^:]+)/;

/** Whoever is exempted is held by no guardrail: that must be nobody who acts for a tenant. */
export function exemptionProblems(draft: Draft): Problem[] {
  if (!draft.guardrails) return [];
  const bearers = bearersOf(draft);
  return exempted(draft.guardrails).flatMap(({ path, name, kind }): Problem[] => {
    const rule = EVERYBODY.includes(name) ? EVERYBODY_RULE : tenantRule(`${kind} ${name}`, name, draft, bearers);
    return rule === undefined ? [] : [{ path: ["guardrails", "exemptions", ...path], value: name, rule }];
  });
}

interface Exempted {
  readonly path: readonly PropertyKey[];
  readonly name: string;
  readonly kind: "user" | "group";
}

function exempted({ exemptions }: Guardrails): Exempted[] {
  const { platformIdentities, schedulers, statusWriters } = exemptions;
  const listed = (names: readonly string[], kind: Exempted["kind"], ...path: string[]) =>
    names.map((name, index) => ({ path: [...path, index], name, kind }));
  return [
    ...listed(platformIdentities.users, "user", "platformIdentities", "users"),
    ...listed(platformIdentities.groups, "group", "platformIdentities", "groups"),
    ...listed(schedulers, "user", "schedulers"),
    ...listed(statusWriters, "user", "statusWriters"),
  ];
}

const EVERYBODY_RULE = "is a group that tenants' people and pods are in too; name one that only the platform's are in";

function tenantRule(
  identity: string,
  name: string,
  draft: Draft,
  bearers: ReadonlyMap<string, string>,
): string | undefined {
  const namespace = ACCOUNT.exec(name)?.[1];
  const owner = bearers.get(identity) ?? (namespace === undefined ? undefined : ownerOf(namespace, draft.ids));
  if (owner === undefined) return undefined;
  return `acts for tenant "${owner}", whom the guardrails would no longer hold; name an identity of the platform's own`;
}

/** Tenant that an identity acts for, by `user NAME` or `group NAME`. */
function bearersOf({ tenants }: Draft): ReadonlyMap<string, string> {
  return new Map(
    tenants.flatMap((tenant) => actorsOf(tenant).map((subject) => [exemptedAs(subject), tenant.id] as const)),
  );
}

/** How an exemption names somebody: an account by the user name that it has for the API server. */
function exemptedAs({ user, group, serviceAccount }: Subject): string {
  if (serviceAccount) return `user system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`;
  return user === undefined ? `group ${group}` : `user ${user}`;
}
