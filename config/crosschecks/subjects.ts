import type { Tenant } from "../estate";
import type { Problem } from "../problems";
import type { Subject } from "../schema";
import type { Draft } from "./index";

const PROFILES = ["admins", "developers", "viewers"] as const;

interface Named {
  readonly tenant: Tenant;
  readonly subject: Subject;
  readonly path: PropertyKey[];
}

/** Who may act for a tenant: one identity each, none of the cluster's own, and nobody in two tenants by accident. */
export function subjectProblems({ tenants, ids }: Draft): Problem[] {
  const named = tenants.flatMap(namedSubjects);
  const owners = new Map(tenants.flatMap(({ id, namespaces }) => namespaces.map(({ name }) => [name, id] as const)));
  return [
    ...named.flatMap((entry) => shapeProblems(entry, owners)),
    ...named.flatMap((entry) => unknownSharers(entry, ids)),
    ...sharedByAccident(named),
  ];
}

function namedSubjects(tenant: Tenant): Named[] {
  return PROFILES.flatMap((profile) =>
    tenant.access[profile].map((subject, index) => ({
      tenant,
      subject,
      path: ["tenants", tenant.id, "access", profile, index],
    })),
  );
}

function shapeProblems({ tenant, subject, path }: Named, owners: ReadonlyMap<string, string>): Problem[] {
  const { user, group, serviceAccount } = subject;
  const said = [user, group, serviceAccount].filter((name) => name !== undefined).length;
  if (said !== 1)
    return [{ path, rule: "names nobody or more than one; write exactly one of user, group, serviceAccount" }];
  const name = user ?? group;
  if (name?.startsWith("system:")) {
    return [{ path, value: name, rule: "is an identity of the cluster itself; name people's own users and groups" }];
  }
  const namespace = serviceAccount?.namespace;
  if (namespace === undefined) return [];
  const at = [...path, "serviceAccount", "namespace"];
  const owner = owners.get(namespace);
  if (owner !== undefined && owner !== tenant.id) {
    return [
      {
        path: at,
        value: namespace,
        rule: `belongs to tenant "${owner}": whoever runs pods there would act for "${tenant.id}"; use a namespace of its own`,
      },
    ];
  }
  if (namespace === "kube-system") {
    return [
      {
        path: at,
        value: namespace,
        rule: "holds the cluster's own accounts; give the deployer a namespace of its own",
      },
    ];
  }
  return [];
}

function unknownSharers({ subject, path }: Named, ids: ReadonlySet<string>): Problem[] {
  return subject.sharedWith.flatMap((id, index) =>
    ids.has(id) ? [] : [{ path: [...path, "sharedWith", index], value: id, rule: "is not a tenant of this estate" }],
  );
}

/** Both sides have to say so: a tenant must not be able to invite itself. */
function sharedByAccident(named: readonly Named[]): Problem[] {
  const byIdentity = new Map<string, Named[]>();
  for (const entry of named) {
    const identity = identityOf(entry.subject);
    byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), entry]);
  }
  return [...byIdentity.values()].flatMap((entries) =>
    entries.flatMap((entry) => {
      const others = [...new Set(entries.map(({ tenant }) => tenant.id))].filter((id) => id !== entry.tenant.id);
      const unsaid = others.filter((id) => !entry.subject.sharedWith.includes(id));
      if (unsaid.length === 0) return [];
      const rule = `also acts for tenant "${unsaid.join('", "')}"; use another subject, or add sharedWith: [${unsaid.join(", ")}] here and its twin there`;
      return [{ path: entry.path, value: identityOf(entry.subject), rule }];
    }),
  );
}

function identityOf({ user, group, serviceAccount }: Subject): string {
  if (serviceAccount) return `serviceAccount ${serviceAccount.namespace}/${serviceAccount.name}`;
  return user === undefined ? `group ${group}` : `user ${user}`;
}
