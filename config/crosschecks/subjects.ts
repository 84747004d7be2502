import type { Tenant } from "../estate";
import { didYouMean, type Problem } from "../problems";
import type { Subject } from "../schema";
import { type Draft, strangerRule } from "./index";
import { ownerOf } from "./naming";

const PROFILES = ["admins", "developers", "viewers"] as const;

interface Named {
  readonly tenant: Tenant;
  readonly subject: Subject;
  /** Whom it is about, as a complaint names them: the subject itself, or one of its principals. */
  readonly identity: string;
  readonly path: readonly PropertyKey[];
}

/** Who may act for a tenant: one identity each, none of the cluster's own, and nobody in two tenants by accident. */
export function subjectProblems(draft: Draft): Problem[] {
  const named = draft.tenants.flatMap(namedSubjects);
  const bearers = bearersOf([...named, ...named.flatMap(namedPrincipals)]);
  return [
    ...named.flatMap(systemProblems),
    ...named.flatMap((entry) => accountProblems(entry, draft, bearers)),
    ...named.flatMap((entry) => sharerProblems(entry, draft)),
    ...[...bearers.values()].flatMap(sharedByAccident),
  ];
}

function namedSubjects(tenant: Tenant): Named[] {
  return PROFILES.flatMap((profile) =>
    tenant.access[profile].map((subject, index) => ({
      tenant,
      subject,
      identity: identityOf(subject),
      path: ["tenants", tenant.id, "access", profile, index],
    })),
  );
}

function namedPrincipals({ tenant, subject, path }: Named): Named[] {
  return subject.principals.map((principal, index) => ({
    tenant,
    subject,
    identity: `principal ${principal}`,
    path: [...path, "principals", index],
  }));
}

function systemProblems({ subject: { user, group }, path }: Named): Problem[] {
  const name = user ?? group;
  if (!name?.startsWith("system:")) return [];
  const at = [...path, user === undefined ? "group" : "user"];
  const [, , namespace, account] = name.startsWith("system:serviceaccount:") ? name.split(":") : [];
  const rule = account
    ? `is a service account; write serviceAccount: { namespace: ${namespace}, name: ${account} }`
    : "is an identity of the cluster itself; name people's own users and groups";
  return [{ path: at, value: name, rule }];
}

/** Whoever runs pods in a namespace can act as its accounts: it has to be the tenant's own, or the platform's. */
function accountProblems(entry: Named, draft: Draft, bearers: Bearers): Problem[] {
  const { tenant, subject, path } = entry;
  const namespace = subject.serviceAccount?.namespace;
  if (namespace === undefined || tenant.namespaces.some(({ name }) => name === namespace)) return [];
  const owner = ownerOf(namespace, draft.ids);
  const rule =
    owner === undefined || owner === tenant.id
      ? homeRule(entry, namespace, draft)
      : foreignRule(entry, owner, bearers, draft);
  return rule === undefined ? [] : [{ path: [...path, "serviceAccount", "namespace"], value: namespace, rule }];
}

/** A namespace that no tenant has is the platform's, unless it looks like a slip for one of the tenant's own. */
function homeRule({ tenant }: Named, namespace: string, draft: Draft): string | undefined {
  if (/^kube-/.test(namespace)) return "holds the cluster's own accounts; give the deployer a namespace of its own";
  if (draft.guardrails?.platformNamespaces.includes(namespace)) return undefined;
  const own = tenant.namespaces.map(({ name }) => name);
  const meant = tenant.namespaces.find(({ part }) => part === namespace)?.name;
  const isClaimed = ownerOf(namespace, draft.ids) === tenant.id;
  if (meant === undefined && !isClaimed) return undefined;
  const hint = meant === undefined ? didYouMean(namespace, own) : `; did you mean "${meant}"?`;
  return `is not a namespace of the tenant${hint} (${own.join(", ")})`;
}

function foreignRule({ tenant, subject }: Named, owner: string, bearers: Bearers, draft: Draft): string | undefined {
  const twin = bearers.get(identityOf(subject))?.find((other) => other.tenant.id === owner);
  const isAnswered = draft.unsure.has(owner) || twin?.subject.sharedWith.includes(tenant.id);
  if (subject.sharedWith.includes(owner) && isAnswered) return undefined;
  return `belongs to tenant "${owner}": whoever runs pods there would act for "${tenant.id}"; use a namespace of its own, or let both tenants name the account, each with sharedWith the other`;
}

function sharerProblems({ tenant, subject, path }: Named, draft: Draft): Problem[] {
  return subject.sharedWith.flatMap((id, index): Problem[] => {
    const rule = id === tenant.id ? "is the tenant itself; remove it" : strangerRule(id, draft);
    return rule === undefined ? [] : [{ path: [...path, "sharedWith", index], value: id, rule }];
  });
}

/** Entries of one identity each, in all tenants. */
type Bearers = ReadonlyMap<string, readonly Named[]>;

function bearersOf(named: readonly Named[]): Bearers {
  const bearers = new Map<string, Named[]>();
  for (const entry of named) {
    const same = bearers.get(entry.identity) ?? [];
    bearers.set(entry.identity, same);
    same.push(entry);
  }
  return bearers;
}

const MOST_NAMED = 3;

/** Both sides have to say so: a tenant must not be able to invite itself. */
function sharedByAccident(entries: readonly Named[]): Problem[] {
  const tenants = new Set(entries.map(({ tenant }) => tenant.id));
  if (tenants.size === 1) return [];
  return entries.flatMap(({ tenant, subject, identity, path }): Problem[] => {
    const said = new Set([tenant.id, ...subject.sharedWith]);
    const unsaid = tenants.size - [...said].filter((id) => tenants.has(id)).length;
    if (unsaid === 0) return [];
    const others = enumerated(firstBeside(tenants, said), unsaid);
    const rule = `also acts for ${others}; use another subject, or let each of them name the others in sharedWith`;
    return [{ path, value: identity, rule }];
  });
}

/** As many as a message names. Thousands of tenants may share one subject, and each has its message. */
function firstBeside(ids: ReadonlySet<string>, said: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const id of ids) {
    if (!said.has(id)) found.push(id);
    if (found.length === MOST_NAMED) break;
  }
  return found;
}

function enumerated(named: readonly string[], count: number): string {
  const more = count > named.length ? ` and ${count - named.length} more` : "";
  return `tenant${count > 1 ? "s" : ""} ${named.map((id) => `"${id}"`).join(", ")}${more}`;
}

/** How a tenant names somebody. */
function identityOf({ user, group, serviceAccount }: Subject): string {
  if (serviceAccount) return `serviceAccount ${serviceAccount.namespace}/${serviceAccount.name}`;
  return user === undefined ? `group ${group}` : `user ${user}`;
}
