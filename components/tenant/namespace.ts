import type { Namespace as NamespaceManifest } from "kubernetes-types/core/v1";
import type { Namespace, Tenant } from "../../config/estate";
import { ANNOTATIONS, MANAGED_LABEL, MANAGED_VALUE, MODE_LABEL, TENANT_LABEL } from "../../config/names";
import type { Guardrails } from "../../config/schema";
import { tokenAudiences } from "../identity/audiences";
import type { Manifest } from "../manifest";
import { tenantRuntimeClass } from "../runtime/plan";

type Mode = Guardrails["mode"];

/**
 * The namespace, and on it everything the guardrails know about its tenant. Nobody in a tenant may write a
 * Namespace, so what stands here can be believed.
 * @param nodeSelector Labels of the nodes that the tenant's pods run on.
 */
export function namespaceManifest(
  tenant: Tenant,
  namespace: Namespace,
  mode: Mode,
  minor: string,
  nodeSelector: Readonly<Record<string, string>>,
): NamespaceManifest & Manifest {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespace.name,
      labels: {
        [MANAGED_LABEL]: MANAGED_VALUE,
        [TENANT_LABEL]: tenant.id,
        [MODE_LABEL]: mode,
        ...podSecurity(mode, minor),
      },
      annotations: tenantAnnotations(tenant, nodeSelector),
    },
  };
}

/**
 * Pinned to the cluster's minor: `latest` relaxes by itself with an upgrade (1.35 allows more to pods in a user
 * namespace), and an old pin misses what was learnt since (1.34 forbids probes of other hosts).
 */
function podSecurity(mode: Mode, minor: string): Record<string, string> {
  const levels = mode === "enforce" ? ["enforce", "audit", "warn"] : ["audit", "warn"];
  return Object.fromEntries(
    levels.flatMap((level) => [
      [`pod-security.kubernetes.io/${level}`, "restricted"],
      [`pod-security.kubernetes.io/${level}-version`, `v${minor}`],
    ]),
  );
}

function tenantAnnotations(tenant: Tenant, selector: Readonly<Record<string, string>>): Record<string, string> {
  const runtimeClass = tenantRuntimeClass(tenant);
  const nodeSelector = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  const { hosts, ingressClasses } = tenant.network;
  const audiences = tokenAudiences(tenant);
  const devices = Object.keys(tenant.budget.devices).sort();
  return {
    [ANNOTATIONS.state]: tenant.state,
    [ANNOTATIONS.hosts]: hosts.join(","),
    ...(tenant.contact === undefined ? {} : { [ANNOTATIONS.contact]: tenant.contact }),
    ...(runtimeClass === undefined ? {} : { [ANNOTATIONS.runtimeClass]: runtimeClass }),
    ...(nodeSelector.length === 0 ? {} : { [ANNOTATIONS.nodeSelector]: nodeSelector.join(",") }),
    ...(tenant.images.length === 0 ? {} : { [ANNOTATIONS.images]: tenant.images.join(",") }),
    ...(tenant.storageClasses === undefined ? {} : { [ANNOTATIONS.storageClasses]: tenant.storageClasses.join(",") }),
    ...(devices.length === 0 ? {} : { [ANNOTATIONS.devices]: devices.join(",") }),
    ...(ingressClasses === undefined ? {} : { [ANNOTATIONS.ingressClasses]: ingressClasses.join(",") }),
    ...(audiences.length === 0 ? {} : { [ANNOTATIONS.audiences]: audiences.join(",") }),
    ...(tenant.isolation.userNamespaces === "required" ? { [ANNOTATIONS.userNamespaces]: "required" } : {}),
  };
}
