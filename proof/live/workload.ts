import type { Deployment } from "kubernetes-types/apps/v1";
import type { PodSpec } from "kubernetes-types/core/v1";
import type { TenantPlan } from "../../components/tenant/plan";

/** Name of the Deployment that shows a tenant at work; it is removed afterwards. */
export const WORKLOAD = "first-look";

const IMAGE_WITHOUT_REGISTRY = "registry.example.com/pause:3.10";

/** The plainest legal workload of a tenant: what Pod Security's restricted level, its class and its registries ask for. */
export function workload(plan: TenantPlan, replicas: number): Deployment {
  const labels = { app: WORKLOAD };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: WORKLOAD, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: legalPodSpec(plan) } },
  };
}

export function legalPodSpec({ tenant, runtimeClassName }: TenantPlan): PodSpec {
  const [registry] = tenant.images;
  return {
    ...(runtimeClassName === undefined ? {} : { runtimeClassName }),
    ...(tenant.isolation.userNamespaces === "required" ? { hostUsers: false } : {}),
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "app",
        image: registry === undefined ? IMAGE_WITHOUT_REGISTRY : `${registry}pause:3.10`,
        imagePullPolicy: "Always",
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
}
