import topLevelDomains from "tlds";
import type { Tenant } from "../estate";
import { NAMESPACE_LIMIT, TENANT_ID_LIMIT } from "../names";
import { lookAlike, type Problem } from "../problems";
import { TENANT_ID } from "../schema/grammar";
import type { Draft } from "./index";

/** Namespaces that Kubernetes, its distributions and Bulkhead keep for themselves; platforms call theirs …-system. */
const RESERVED = /^(default|bulkhead|kube|openshift|system|gke|gmp)(-|$)|-system$/;

/**
 * A short host name is first looked up below the cluster's own domain: in a namespace named like the end of other
 * people's host names, a Service answers for them. `svc` is the end of the cluster's own (`kubernetes.default.svc`);
 * RFC 6761 and ICANN keep the rest of the second list for private use.
 */
const ENDS_OF_HOSTS = new Set([
  ...topLevelDomains,
  ...["svc", "pod", "cluster", "local", "localhost", "localdomain", "arpa", "alt", "onion", "test", "example"],
  ...["invalid", "internal", "intranet", "private", "corp", "home", "lan"],
]);

/** Names have to be unique, tell tenants apart, and belong to nobody else already. */
export function nameProblems({ tenants, ids, guardrails }: Draft): Problem[] {
  const platformNamespaces = guardrails?.platformNamespaces ?? [];
  const declared = new Set(tenants.flatMap(({ namespaces }) => namespaces.map(({ name }) => name)));
  const faults = new Map([...ids].map((id) => [id, idFault(id, ids)]));
  return [
    ...[...faults].flatMap(([id, rule]) => (rule === undefined ? [] : [{ path: ["tenants", id], value: id, rule }])),
    ...tenants.flatMap((tenant) =>
      faults.get(tenant.id) === undefined ? namespaceProblems(tenant, new Set(platformNamespaces)) : [],
    ),
    ...duplicateNamespaces(tenants),
    ...platformNamespaces.flatMap((name, index) => platformNamespaceProblems(name, index, ids, declared)),
  ];
}

function idFault(id: string, ids: ReadonlySet<string>): string | undefined {
  if (!TENANT_ID.test(id)) {
    const near = id
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^[^a-z]+|-+$/g, "");
    const example =
      lookAlike(id) === "" && TENANT_ID.test(near) && near.length <= TENANT_ID_LIMIT ? `, as ${near}` : "";
    return `is not a tenant id${lookAlike(id)}; use lower-case letters, digits and dashes, a letter first, no dash at the end${example}`;
  }
  if (id.length > TENANT_ID_LIMIT) return `is ${id.length} characters long; a tenant id has at most ${TENANT_ID_LIMIT}`;
  if (RESERVED.test(id)) return "is reserved for the platform; choose another id";
  // acme and acme-dev could both own acme-dev-web, and every prefix match elsewhere would mix them up.
  const shorter = prefixOwner(id, ids);
  if (shorter === undefined) return undefined;
  return `starts with the id of tenant "${shorter}" and a dash; choose an id that is not part of another`;
}

function namespaceProblems({ id, namespaces }: Tenant, platformNamespaces: ReadonlySet<string>): Problem[] {
  return namespaces.flatMap(({ name, part }, index): Problem[] => {
    const rule = namespaceFault(name, platformNamespaces);
    if (rule === undefined) return [];
    const path = name === id ? ["tenants", id] : ["tenants", id, "namespaces", index];
    return [{ path, value: part, rule: `makes the namespace "${name}", ${rule}` }];
  });
}

function namespaceFault(name: string, platformNamespaces: ReadonlySet<string>): string | undefined {
  if (name.length > NAMESPACE_LIMIT) return `${name.length} characters long; at most ${NAMESPACE_LIMIT} are possible`;
  if (RESERVED.test(name)) return "which is reserved for the platform; choose another name";
  if (platformNamespaces.has(name)) {
    return "which guardrails.platformNamespaces gives to the platform; choose another name";
  }
  // Top-level domains in other alphabets are spelt xn--….
  if (!ENDS_OF_HOSTS.has(name) && !name.startsWith("xn--")) return undefined;
  return "with which other people's host names end: a Service in it would answer for them; choose another id or add namespaces: [app]";
}

/** Only names that break the rule about ids can meet here; both are told, since either could be the one to change. */
function duplicateNamespaces(tenants: readonly Tenant[]): Problem[] {
  const owners = new Map<string, string>();
  return tenants.flatMap(({ id, namespaces }) =>
    namespaces.flatMap(({ name, part }, index): Problem[] => {
      const owner = owners.get(name) ?? id;
      owners.set(name, owner);
      if (owner === id) return [];
      const path = ["tenants", id, "namespaces", index];
      const rule = `makes the namespace "${name}", which tenant "${owner}" has already; choose another name`;
      return [{ path: name === id ? ["tenants", id] : path, value: part, rule }];
    }),
  );
}

function platformNamespaceProblems(
  name: string,
  index: number,
  ids: ReadonlySet<string>,
  declared: ReadonlySet<string>,
): Problem[] {
  const owner = ownerOf(name, ids);
  // Where the tenant declares exactly this namespace, the complaint stands at the tenant.
  if (owner === undefined || declared.has(name)) return [];
  const rule = `belongs by its name to tenant "${owner}"; give that tenant another id, or the platform another namespace`;
  return [{ path: ["guardrails", "platformNamespaces", index], value: name, rule }];
}

/**
 * Tenant to whom a namespace belongs by its name, whether it declares it or not. There is one at most, because no id
 * is another id plus a dash.
 */
export function ownerOf(namespace: string, ids: ReadonlySet<string>): string | undefined {
  return ids.has(namespace) ? namespace : prefixOwner(namespace, ids);
}

/** The id that is the beginning of a name, up to one of its dashes. */
function prefixOwner(name: string, ids: ReadonlySet<string>): string | undefined {
  for (let dash = name.indexOf("-"); dash !== -1; dash = name.indexOf("-", dash + 1)) {
    const prefix = name.slice(0, dash);
    if (ids.has(prefix)) return prefix;
  }
  return undefined;
}
