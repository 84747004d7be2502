import type { PolicyResource } from "@pulumi/policy";
import { TENANT_LABEL } from "../config/names";
import { field, has, type KubernetesObject, objectsOf, text } from "./objects";
import { known, Unknown } from "./unknown";

/** A namespace that the stack makes a tenant's, with what the stack puts into it. */
export interface FurnishedNamespace {
  readonly resource: PolicyResource;
  readonly networkPolicies: unknown[];
  readonly resourceQuotas: unknown[];
  readonly limitRanges: unknown[];
}

type Guards = Exclude<keyof FurnishedNamespace, "resource">;

const GUARDS: Readonly<Record<string, Guards>> = {
  "networking.k8s.io/NetworkPolicy": "networkPolicies",
  "core/ResourceQuota": "resourceQuotas",
  "core/LimitRange": "limitRanges",
};

interface Guard {
  readonly resource: PolicyResource;
  readonly body: unknown;
  readonly place: Guards;
}

/**
 * The stack's namespaces, in one pass over its resources and one over its guards. A namespace of no tenant counts
 * too: who forgets the label must not lose the guards with it.
 * @throws UnknownValueError when a guard could be any namespace's.
 */
export function furnishedNamespaces(resources: readonly PolicyResource[]): FurnishedNamespace[] {
  const guards: Guard[] = [];
  const byName = new Map<string, FurnishedNamespace>();
  const byUrn = new Map<string, FurnishedNamespace>();
  for (const resource of resources) {
    for (const object of objectsOf(resource)) {
      const place = GUARDS[`${object.group}/${object.kind}`];
      if (place) guards.push({ resource, body: object.body, place });
      if (!isTenantNamespace(object)) continue;
      const namespace = { resource, networkPolicies: [], resourceQuotas: [], limitRanges: [] };
      byUrn.set(resource.urn, namespace);
      const name = known(() => field(object.body, "metadata", "name"));
      byName.set(name instanceof Unknown ? resource.urn : address(resource, name), namespace);
    }
  }
  for (const { resource, body, place } of guards) {
    for (const namespace of homes(resource, body)) namespace[place].push(body);
  }
  return [...byName.values()];

  function homes(resource: PolicyResource, body: unknown): FurnishedNamespace[] {
    const name = known(() => field(body, "metadata", "namespace"));
    if (!(name instanceof Unknown)) return present([byName.get(address(resource, name))]);
    // A name that is not known yet comes from the namespace itself, so the guard depends on it.
    const depended = present(resource.dependencies.map(({ urn }) => byUrn.get(urn)));
    if (depended.length === 0) throw name.error;
    return depended;
  }
}

/** A patch makes a namespace a tenant's by its label; any other patch is of somebody else's namespace. */
function isTenantNamespace({ group, kind, form, body }: KubernetesObject): boolean {
  if (group !== "core" || kind !== "Namespace") return false;
  return form === "whole" || has(field(body, "metadata", "labels"), TENANT_LABEL);
}

/** Two clusters of one stack may have a namespace of the same name. */
function address({ provider }: PolicyResource, name: unknown): string {
  return `${provider?.urn} ${text(name)}`;
}

function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}
