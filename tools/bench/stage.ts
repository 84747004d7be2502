import { ClusterApi, messageOf, readKubeconfig } from "../../components/cluster/api";
import { collection } from "../../components/cluster/collection";
import { type GuardrailManifests, guardrailManifests } from "../../components/guardrails/plan";
import type { Manifest } from "../../components/manifest";
import { onSite } from "./site";

export const GUARDED = "bench-guarded";
/** Of the platform, and so without guardrails; like the other in everything else. */
export const FREE = "bench-free";

const estate = { guardrails: { mode: "enforce" as const, platformNamespaces: [FREE] }, tenants: [] };

/** A control plane of its own with the guardrails and two namespaces, for as long as somebody measures. */
export async function onGuardedStage(
  measure: (api: ClusterApi, guardrails: GuardrailManifests) => Promise<void>,
): Promise<void> {
  await onSite(async ({ kubeconfig }) => {
    const api = await ClusterApi.connect(readKubeconfig(kubeconfig));
    const guardrails = guardrailManifests(estate, { mutatingPolicies: "v1" });
    const { policies, bindings, mutations, mutationBindings } = guardrails;
    for (const namespace of [GUARDED, FREE]) await furnish(api, namespace);
    for (const manifest of [...policies, ...mutations, ...bindings, ...mutationBindings]) await make(api, manifest);
    await bite(api);
    await measure(api, guardrails);
    api.close();
  });
}

async function furnish(api: ClusterApi, name: string): Promise<void> {
  const bounds = { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" };
  await make(api, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: { "bulkhead.dev/tenant": "bench", "pod-security.kubernetes.io/enforce": "restricted" },
      annotations: {
        "bulkhead.dev/images": "registry.example.com/bench/,registry.example.com/shared/",
        "bulkhead.dev/state": "active",
        "bulkhead.dev/hosts": "bench.example.com",
      },
    },
  });
  await make(api, {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "bounds", namespace: name },
    spec: { limits: [{ type: "Container", default: bounds, defaultRequest: bounds }] },
  } as Manifest);
  await until(async () => (await api.ask(`/api/v1/namespaces/${name}/serviceaccounts/default`)).status === 200);
}

async function make(api: ClusterApi, manifest: Manifest): Promise<void> {
  const { apiVersion, kind, metadata } = manifest;
  const plural = kind.endsWith("Policy") ? kind.replace(/y$/, "ies") : `${kind}s`;
  const path = collection(apiVersion, plural.toLowerCase(), metadata);
  const answer = await api.ask(path, { method: "POST", body: manifest });
  if (answer.status >= 300) throw new Error(`${kind} ${metadata.name}: ${messageOf(answer)}`);
}

/** The guardrails are taken up a moment after they were made. */
async function bite(api: ClusterApi): Promise<void> {
  const body = { ...pod(), spec: { ...pod().spec, tolerations: [{ operator: "Exists" }] } };
  await until(async () => {
    const answer = await api.ask(`/api/v1/namespaces/${GUARDED}/pods?dryRun=All`, { method: "POST", body });
    return answer.status === 403;
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

const SETTLE_MS = 5000;
const POLL_MS = 100;

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** As charts have it: an application, a sidecar, probes, a few variables and volumes. Gated, so nothing else is measured. */
export function pod() {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: "RuntimeDefault" },
  };
  const env = Array.from({ length: 12 }, (_, index) => ({ name: `SETTING_${index}`, value: `value ${index}` }));
  const probe = { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 10 };
  const container = (name: string) => ({
    name,
    image: `registry.example.com/bench/${name}:1.2`,
    imagePullPolicy: "Always",
    securityContext,
    env,
    livenessProbe: probe,
    readinessProbe: probe,
    volumeMounts: [{ name: "config", mountPath: "/etc/app" }],
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { generateName: "app-", labels: { app: "app", "app.kubernetes.io/name": "app" } },
    spec: {
      schedulingGates: [{ name: "bench.example.com/never" }],
      containers: [container("app"), container("sidecar")],
      volumes: [
        { name: "config", configMap: { name: "app" } },
        { name: "scratch", emptyDir: {} },
      ],
    },
  };
}
