type Json = Readonly<Record<string, unknown>>;

/** What Pod Security's restricted level asks of a container. */
export const SECURE: Json = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  runAsUser: 1000,
  seccompProfile: { type: "RuntimeDefault" },
};

export function container(over: Json = {}): Json {
  return {
    name: "app",
    image: "registry.example.com/acme/app:1.2",
    imagePullPolicy: "Always",
    securityContext: SECURE,
    ...over,
  };
}

/** The specification of a pod that is legal for acme, which has nodes of its own. */
export function podSpec(over: Json = {}): Json {
  return { runtimeClassName: "bulkhead-acme", containers: [container()], ...over };
}

/** The same for globex, which has none. */
export function sharedPodSpec(over: Json = {}): Json {
  return { containers: [container()], ...over };
}

export function pod(spec: Json = podSpec(), metadata: Json = {}): Json {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "app", ...metadata }, spec };
}

export function deployment(spec: Json = podSpec(), over: Json = {}): Json {
  return workload("apps/v1", "Deployment", spec, { replicas: 1, ...over });
}

export function daemonSet(spec: Json): Json {
  return workload("apps/v1", "DaemonSet", spec, {});
}

export function workload(apiVersion: string, kind: string, spec: Json, over: Json): Json {
  const labels = { app: "app" };
  return {
    apiVersion,
    kind,
    metadata: { name: "app" },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec }, ...over },
  };
}

export function job(spec: Json, over: Json = {}): Json {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "app" },
    spec: { template: { spec: { restartPolicy: "Never", ...spec } }, ...over },
  };
}

export function cronJob(spec: Json): Json {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "app" },
    spec: { schedule: "0 0 1 1 *", jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", ...spec } } } } },
  };
}

export function service(over: Json = {}, metadata: Json = {}): Json {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "app", ...metadata },
    spec: { selector: { app: "app" }, ports: [{ port: 80 }], ...over },
  };
}

export function configMap(metadata: Json = {}): Json {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", ...metadata }, data: { colour: "blue" } };
}
