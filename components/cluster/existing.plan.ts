import type { Node } from "kubernetes-types/core/v1";
import type { Estate, Tenant } from "../../config/estate";
import { profileRoleName, runtimeLabel, STACK_ANNOTATION, TAINT_EFFECTS, TENANT_LABEL } from "../../config/names";
import type { Problem } from "../../config/problems";
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
  { tenants }: Estate,
  nodes: readonly Node[],
  residents: readonly Pick<Resident, "id">[],
): Problem[] {
  // Whose pool goes first has no pod that could start, and whose namespaces go first may leave its nodes behind.
  const staying = tenants.filter(({ state }) => state !== "leaving");
  const removed = residents.filter(({ id }) => !tenants.some((tenant) => tenant.id === id));
  const leaving = new Set([...removed, ...tenants.filter(({ state }) => state === "leaving")].map(({ id }) => id));
  return [
    ...staying.flatMap((tenant) => homeProblems(tenant, nodes)),
    ...nodes.filter((node) => !leaving.has(ownerOf(node) ?? "")).flatMap((node) => strayProblems(node, staying)),
  ];
}

function homeProblems(tenant: Tenant, nodes: readonly Node[]): Problem[] {
  const { id, isolation, pool } = tenant;
  if (isolation.nodes === "shared") {
    const shared = nodes.filter((node) => ownerOf(node) === undefined && isOpen(node));
    return shared.length === 0 ? [noSharedNodes(id)] : sandboxProblems(tenant, shared);
  }
  const own = nodes.filter((node) => ownerOf(node) === id);
  // A pool that may shrink to nothing has no node to look at until somebody needs one.
  if (own.length === 0) return pool?.min === 0 ? [] : [noNodes(id)];
  return [...own.flatMap((node) => taintProblems(node, id)), ...sandboxProblems(tenant, own)];
}

/** Whether any pod may come: a taint keeps them off for good, unless it says how the node is at the moment. */
function isOpen({ spec }: Node): boolean {
  return !(spec?.taints ?? []).some(
    ({ key, effect }) => effect !== "PreferNoSchedule" && !key.startsWith("node.kubernetes.io/"),
  );
}

function noNodes(id: string): Problem {
  const rule = `has no node labelled ${TENANT_LABEL}=${id}; label and taint its pool where the pool is defined: label ${TENANT_LABEL}=${id}, taints ${taints(id)}. Where an autoscaler may take the pool to nothing, write tenants.${id}.pool: { min: 0 }`;
  return { path: ["tenants", id, "isolation", "nodes"], value: "dedicated", rule };
}

function noSharedNodes(id: string): Problem {
  const rule = `has no node to run on: every node belongs to a tenant or is tainted; add a pool without taints and without the label ${TENANT_LABEL}`;
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
function sandboxProblems({ id, isolation }: Tenant, own: readonly Node[]): Problem[] {
  const { runtime } = isolation;
  const label = runtimeLabel(runtime);
  if (runtime === "native" || own.some(({ metadata }) => metadata?.labels?.[label] === "true")) return [];
  const path = ["tenants", id, "isolation", "runtime"];
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
