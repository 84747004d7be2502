import type { Manifest } from "../../../components/manifest";
import { podSpec } from "../../../proof/attacks/legal";
import type { Scene } from "../../../proof/attacks/scene";

/** What uses some of an amount of a budget. */
export interface Wanted {
  readonly resource: string;
  readonly body: Manifest;
  /** Sent by the platform, since a guard refuses it to a tenant before its quota is asked. */
  readonly byPlatform?: boolean;
}

/** An object that uses some of the amount, and is legal in all else. */
export function wants(key: string, scene: Scene): Wanted {
  const metadata = { name: "one-more" };
  const service = (type: string, spec: object) =>
    ({ apiVersion: "v1", kind: "Service", metadata, spec: { type, ports: [{ port: 80 }], ...spec } }) as Manifest;
  const [resource = "", group = ""] = key.replace(/^count\//, "").split(/\.(.*)/);
  if (key.startsWith("services")) {
    const type = { "services.loadbalancers": "LoadBalancer", "services.nodeports": "NodePort" }[key] ?? "ClusterIP";
    // A load balancer would take ports of nodes as well.
    const spec = type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: false } : {};
    return { resource: "services", body: service(type, spec), byPlatform: type === "NodePort" };
  }
  if (key === "requests.storage" || key === "persistentvolumeclaims") {
    const resources = { requests: { storage: "1Mi" } };
    const spec = { accessModes: ["ReadWriteOnce"], storageClassName: "standard", resources };
    const body = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec } as Manifest;
    return { resource: "persistentvolumeclaims", body };
  }
  const device = /^requests\.(.+\/.+)$/.exec(key)?.[1];
  if (device !== undefined) {
    const spec = podSpec(scene, { container: { resources: { limits: { [device]: "1" } } } });
    return { resource: "pods", body: { apiVersion: "v1", kind: "Pod", metadata, spec } as Manifest };
  }
  if (/^(requests|limits)\.|pods$/.test(key)) {
    return { resource: "pods", body: { apiVersion: "v1", kind: "Pod", metadata, spec: podSpec(scene) } as Manifest };
  }
  const [apiVersion, kind, spec] = KINDS[resource] ?? [];
  if (!apiVersion || !kind) throw new Error(`nothing is known that uses ${key} (${group})`);
  const template = { metadata: { labels: { app: "one" } }, spec: podSpec(scene) };
  return { resource, body: { apiVersion, kind, metadata, ...spec?.(template) } as Manifest };
}

type Template = Readonly<Record<string, unknown>>;
const selector = { matchLabels: { app: "one" } };
const ending = (template: Template) => ({
  spec: { template: { ...template, spec: { ...(template.spec as object), restartPolicy: "Never" } } },
});

const KINDS: Readonly<Record<string, readonly [apiVersion: string, kind: string, fields?: (it: Template) => object]>> =
  {
    configmaps: ["v1", "ConfigMap"],
    secrets: ["v1", "Secret"],
    serviceaccounts: ["v1", "ServiceAccount"],
    deployments: ["apps/v1", "Deployment", (template) => ({ spec: { selector, template } })],
    replicasets: ["apps/v1", "ReplicaSet", (template) => ({ spec: { selector, template } })],
    statefulsets: ["apps/v1", "StatefulSet", (template) => ({ spec: { selector, template, serviceName: "one" } })],
    daemonsets: ["apps/v1", "DaemonSet", (template) => ({ spec: { selector, template } })],
    jobs: ["batch/v1", "Job", ending],
    cronjobs: ["batch/v1", "CronJob", (it) => ({ spec: { schedule: "0 0 1 1 *", jobTemplate: ending(it) } })],
    horizontalpodautoscalers: [
      "autoscaling/v2",
      "HorizontalPodAutoscaler",
      () => ({ spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "one" } } }),
    ],
    poddisruptionbudgets: [
      "policy/v1",
      "PodDisruptionBudget",
      () => ({ spec: { maxUnavailable: 1, selector, unhealthyPodEvictionPolicy: "AlwaysAllow" } }),
    ],
    ingresses: [
      "networking.k8s.io/v1",
      "Ingress",
      () => ({ spec: { ingressClassName: "public", rules: [{ host: "www.umbrella.example.com" }] } }),
    ],
    leases: ["coordination.k8s.io/v1", "Lease"],
  };
