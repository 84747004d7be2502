import topLevelDomains from "tlds";
import type { Tenant } from "../estate";
import { NAMESPACE_LIMIT, TENANT_ID_LIMIT } from "../names";
import type { Problem } from "../problems";
import type { Draft } from "./index";

const TENANT_ID = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const RESERVED = /^(default|bulkhead|kube|openshift|system)(-|$)/;
const TOP_LEVEL = new Set(topLevelDomains);

/** Names have to be unique, tell tenants apart, and belong to nobody else already. */
export function nameProblems({ tenants, ids, guardrails }: Draft): Problem[] {
  const platformNamespaces = new Set(guardrails?.platformNamespaces);
  return [
    ...[...ids].flatMap((id) => idProblems(id, ids)),
    ...tenants.flatMap((tenant) => namespaceProblems(tenant, platformNamespaces)),
    ...duplicateNamespaces(tenants),
  ];
}

function idProblems(id: string, ids: ReadonlySet<string>): Problem[] {
  const path = ["tenants", id];
  if (!TENANT_ID.test(id)) {
    return [
      {
        path,
        rule: "is not a tenant id; use lower-case letters, digits and dashes, a letter first, no dash at the end",
      },
    ];
  }
  if (id.length > TENANT_ID_LIMIT) {
    return [{ path, rule: `is ${id.length} characters long; a tenant id has at most ${TENANT_ID_LIMIT}` }];
  }
  // acme and acme-dev could both own acme-dev-web, and every prefix match elsewhere would mix them up.
  const shorter = [...ids].find((other) => id.startsWith(`${other}-`));
  return shorter
    ? [{ path, rule: `starts with the id of tenant "${shorter}" and a dash; choose an id that is not part of another` }]
    : [];
}

function namespaceProblems(tenant: Tenant, platformNamespaces: ReadonlySet<string>): Problem[] {
  return tenant.namespaces.flatMap(({ name, part }, index) => {
    const written = name === tenant.id ? ["tenants", tenant.id] : ["tenants", tenant.id, "namespaces", index];
    const rule = namespaceRule(name, platformNamespaces);
    return rule ? [name === tenant.id ? { path: written, rule } : { path: written, value: part, rule }] : [];
  });
}

function namespaceRule(name: string, platformNamespaces: ReadonlySet<string>): string | undefined {
  if (name.length > NAMESPACE_LIMIT)
    return `makes the namespace "${name}", ${name.length} characters long; at most ${NAMESPACE_LIMIT}`;
  if (RESERVED.test(name))
    return `makes the namespace "${name}", which is reserved for the platform; choose another name`;
  if (platformNamespaces.has(name))
    return `makes the namespace "${name}", which guardrails.platformNamespaces gives to the platform`;
  if (TOP_LEVEL.has(name)) {
    return `makes the namespace "${name}", which is a top-level domain: a Service in it would answer for other people's host names; choose another name or add namespaces: [app]`;
  }
  return undefined;
}

function duplicateNamespaces(tenants: readonly Tenant[]): Problem[] {
  const owners = new Map<string, string>();
  return tenants.flatMap((tenant) =>
    tenant.namespaces.flatMap(({ name, part }, index) => {
      const owner = owners.get(name);
      owners.set(name, tenant.id);
      const path = ["tenants", tenant.id, "namespaces", index];
      return owner === undefined
        ? []
        : [
            {
              path,
              value: part,
              rule: `makes the namespace "${name}", which tenant "${owner}" has already; choose another name`,
            },
          ];
    }),
  );
}
