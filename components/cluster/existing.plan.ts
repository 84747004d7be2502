import type { Node } from "kubernetes-types/core/v1";
import type { Estate, Tenant } from "../../config/estate";
import { profileRoleName, runtimeLabel, STACK_ANNOTATION, TAINT_EFFECTS, TENANT_LABEL } from "../../config/names";
import { poolsOf } from "../../config/platform";
import type { Problem } from "../../config/problems";
import type { Guardrails, Platform } from "../../config/schema";
import { taintText } from "../pool/spelling";
import type { Resident } from "./residents";

/**
 * Roles and guardrails are there once for a cluster, so a second stack would take them from the first.
 * @param owner As project/stack, from the cluster; undefined when it is nobody's.
 */
export function ownerProblems(owner: string | undefined, stack: string): Problem[] {
  if (owner === undefined || owner === stack) return [];
  const rule = `is there already, and a cluster has one: add the tenants to its stack, or destroy that first. If it is this stack under an earlier name: kubectl annotate clusterrole ${profileRoleName("admin")} ${STACK_ANNOTATION}-`;
  return [{ path: ["stack"], value: owner, rule }];
}

/**
 * Holds the nodes of a cluster that somebody else runs against the estate. Nothing is ever written: a taint list is
 * one atomic field that the cloud's pool API owns, and whoever patches it wipes what others put there.
 */
export function nodeProblems(
  { platform, guardrails, tenants }: Estate,
  nodes: readonly Node[],
  residents: readonly Pick<Resident, "id">[],
): Problem[] {
  // Whose pool goes first has no pod that could start, and whose namespaces go first may leave its nodes behind.
  const staying = tenants.filter(({ state }) => state !== "leaving");
  const removed = residents.filter(({ id }) => !tenants.some((tenant) => tenant.id === id));
  const leaving = new Set([...removed, ...tenants.filter(({ state }) => state === "leaving")].map(({ id }) => id));
  return [
    ...staying.flatMap((tenant) => homeProblems(tenant, platform, nodes.filter(isHome(tenant, guardrails)))),
    ...nodes.filter((node) => !leaving.has(ownerOf(node) ?? "")).flatMap((node) => strayProblems(node, staying)),
  ];
}

/** Nodes on which a tenant's pods can be: its own, or everybody's that it may enter. */
function isHome({ id, isolation }: Tenant, guardrails: Guardrails): (node: Node) => boolean {
  if (isolation.nodes === "dedicated") return (node) => ownerOf(node) === id;
  return (node) => ownerOf(node) === undefined && isOpen(node, guardrails.exemptions.tolerations);
}

function homeProblems(tenant: Tenant, platform: Platform, home: readonly Node[]): Problem[] {
  const { id, isolation, pool } = tenant;
  const own = isolation.nodes === "dedicated";
  // A pool that may shrink to nothing has no node to look at until somebody needs one.
  if (home.length === 0 && (mayBeEmpty(tenant, platform) || (own && pool?.min === 0))) return [];
  if (home.length === 0) return [own ? noNodes(id) : noSharedNodes(id)];
  const taints = own ? home.flatMap((node) => taintProblems(node, id)) : [];
  return [...taints, ...sandboxProblems(tenant, platform, home)];
}

/** Whether the platform declares a pool for this tenant's pods of which there need be no node. */
function mayBeEmpty(tenant: Tenant, platform: Platform): boolean {
  const { runtime } = tenant.isolation;
  return poolsOf(platform, tenant).some(({ min, runtimes }) => min === 0 && runtimes.includes(runtime));
}

/**
 * Whether pods may come: a taint keeps them off for good, unless it says how the node is at the moment, or every tenant
 * may tolerate it.
 */
function isOpen({ spec }: Node, exempted: readonly string[]): boolean {
  return !(spec?.taints ?? []).some(
    ({ key, effect }) =>
      effect !== "PreferNoSchedule" && !key.startsWith("node.kubernetes.io/") && !exempted.includes(key),
  );
}

function noNodes(id: string): Problem {
  const rule = `has no node labelled ${TENANT_LABEL}=${id}; label and taint its pool where the pool is defined: label ${TENANT_LABEL}=${id}, taints ${taints(id)}. Where an autoscaler may take the pool to nothing, write tenants.${id}.pool: { min: 0 }`;
  return { path: ["tenants", id, "isolation", "nodes"], value: "dedicated", rule };
}

function noSharedNodes(id: string): Problem {
  const rule = `has no node to run on: every node belongs to a tenant or is tainted; add a pool without taints and without the label ${TENANT_LABEL}. Where an autoscaler may take that to nothing, write platform.pools.NAME: { min: 0 }; where every tenant may tolerate its taint, add the key to guardrails.exemptions.tolerations`;
  return { path: ["tenants", id, "isolation", "nodes"], value: "shared", rule };
}

function taintProblems(node: Node, id: string): Problem[] {
  const there = (node.spec?.taints ?? [])
    .filter(({ key, value }) => key === TENANT_LABEL && value === id)
    .map(({ effect }) => effect);
  const missing = TAINT_EFFECTS.filter((effect) => !there.includes(effect));
  if (missing.length === 0) return [];
  const rule = `lacks the taint ${missing.map((effect) => taintText({ key: TENANT_LABEL, value: id, effect })).join(" and ")}; add it to the node's pool, or other tenants' pods land there`;
  return [{ path: ["node", nameOf(node)], rule }];
}

/** Nodes of a tenant that the estate does not know are tainted for nobody, or for somebody who should be gone. */
function strayProblems(node: Node, tenants: readonly Tenant[]): Problem[] {
  const owner = ownerOf(node);
  if (owner === undefined) return [];
  const tenant = tenants.find(({ id }) => id === owner);
  if (tenant?.isolation.nodes === "dedicated") return [];
  const why = tenant ? "runs on shared nodes, so nobody would use it" : "is not a tenant of this estate";
  return [
    {
      path: ["node", nameOf(node), "labels", TENANT_LABEL],
      value: owner,
      rule: `${why}; remove the label and the taints from the node's pool`,
    },
  ];
}

/** Whether those that are labelled tell the truth is asked of all clusters alike (components/runtime/handlers.ts). */
function sandboxProblems(tenant: Tenant, platform: Platform, own: readonly Node[]): Problem[] {
  const { id, isolation } = tenant;
  const { runtime } = isolation;
  const label = runtimeLabel(runtime);
  if (runtime === "native" || own.some(({ metadata }) => metadata?.labels?.[label] === "true")) return [];
  const path = ["tenants", id, "isolation", "runtime"];
  if (mayBeEmpty(tenant, platform)) return [];
  const rule = `has no node labelled ${label}=true; install ${runtime} on one of its nodes' pools and label it`;
  return [{ path, value: runtime, rule }];
}

function ownerOf({ metadata }: Node): string | undefined {
  return metadata?.labels?.[TENANT_LABEL];
}

function nameOf({ metadata }: Node): string {
  return metadata?.name ?? "(unnamed)";
}

function taints(id: string): string {
  return TAINT_EFFECTS.map((effect) => taintText({ key: TENANT_LABEL, value: id, effect })).join(" and ");
}
