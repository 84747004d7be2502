import type { RuntimeClass } from "kubernetes-types/node/v1";
import type { Tenant } from "../../config/estate";
import {
  MANAGED_LABEL,
  MANAGED_VALUE,
  runtimeClassName,
  runtimeLabel,
  TAINT_EFFECTS,
  TENANT_ANCHOR,
  TENANT_LABEL,
} from "../../config/names";
import { overheadOf } from "../../config/overheads";
import { scalingOf } from "../../config/pools";
import type { Platform } from "../../config/schema";
import type { Manifest } from "../manifest";

/** Name of the class every pod of the tenant has to carry; undefined for a tenant on shared nodes without a sandbox. */
export function tenantRuntimeClass({ id, isolation }: Pick<Tenant, "id" | "isolation">): string | undefined {
  return isolation.nodes === "dedicated" || isolation.runtime !== "native" ? runtimeClassName(id) : undefined;
}

/**
 * Placement and sandbox in one object. The API server merges selector and tolerations into each pod on every
 * version and refuses a pod whose own selector disagrees, which PodNodeSelector would do too were it to be had on
 * managed clusters.
 * @param handler As the nodes call the tenant's runtime; undefined when the platform does not offer it.
 */
export function runtimeClassManifest(
  tenant: Tenant,
  platform: Platform,
  handler: string | undefined,
): (RuntimeClass & Manifest) | undefined {
  const name = tenantRuntimeClass(tenant);
  if (name === undefined || handler === undefined) return undefined;
  const { runtime } = tenant.isolation;
  return {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name, labels: { [MANAGED_LABEL]: MANAGED_VALUE, [TENANT_LABEL]: tenant.id } },
    handler,
    scheduling: scheduling(tenant, platform),
    ...(runtime === "native" ? {} : { overhead: { podFixed: overheadOf(runtime, handler) } }),
  };
}

/**
 * Labels of the nodes that the tenant's pods run on, and that its pods ask for; none for shared nodes without a sandbox.
 * Both sides read it here, or a pod would ask for a label that no node has.
 */
export function tenantNodeSelector(
  tenant: Pick<Tenant, "id" | "isolation" | "pool">,
  platform: Platform,
): Record<string, string> {
  const { id, isolation } = tenant;
  const sandbox = isolation.runtime === "native" ? {} : { [runtimeLabel(isolation.runtime)]: "true" };
  if (isolation.nodes === "shared") return sandbox;
  const isAnchored = platform.kind === "eks" && scalingOf(tenant, platform) === "karpenter";
  return { [TENANT_LABEL]: id, ...(isAnchored ? { [TENANT_ANCHOR]: id } : {}), ...sandbox };
}

function scheduling(tenant: Tenant, platform: Platform): NonNullable<RuntimeClass["scheduling"]> {
  const nodeSelector = tenantNodeSelector(tenant, platform);
  if (tenant.isolation.nodes === "shared") return { nodeSelector };
  return {
    nodeSelector,
    tolerations: TAINT_EFFECTS.map((effect) => ({ key: TENANT_LABEL, operator: "Equal", value: tenant.id, effect })),
  };
}
