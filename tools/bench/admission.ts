import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { ClusterApi, messageOf, readKubeconfig } from "../../components/cluster/api";
import { guardrailManifests } from "../../components/guardrails/plan";
import type { Manifest } from "../../components/manifest";
import { startControlPlane, wipeControlPlane } from "../controlplane";
import { progressPrinter, provideToolchain } from "../toolchain";

const PAIRS = 400;
const WARM_UP = 60;
const GUARDED = "bench-guarded";
/** Of the platform, and so without guardrails; like the other in everything else. */
const FREE = "bench-free";

const estate = { guardrails: { mode: "enforce" as const, platformNamespaces: [FREE] }, tenants: [] };

/** Run by itself: what the guardrails add to the making of a pod, each with and without in turns. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const report = progressPrinter();
  try {
    const toolchain = await provideToolchain({ report });
    const { kubeconfig } = await startControlPlane({ toolchain, report, folder });
    const api = await ClusterApi.connect(readKubeconfig(kubeconfig));
    const { policies, bindings, mutations, mutationBindings } = guardrailManifests(estate, { mutatingPolicies: "v1" });
    for (const namespace of [GUARDED, FREE]) await furnish(api, namespace);
    for (const manifest of [...policies, ...mutations, ...bindings, ...mutationBindings]) await make(api, manifest);
    await bite(api);
    console.log(`${policies.length} policies, ${mutations.length} mutations; ${PAIRS} pods each`);
    console.log(table(await pairs(api)));
    api.close();
  } finally {
    await wipeControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  }
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
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = metadata.namespace === undefined ? root : `${root}/namespaces/${metadata.namespace}`;
  const plural = kind.endsWith("Policy") ? kind.replace(/y$/, "ies") : `${kind}s`;
  const answer = await api.ask(`${place}/${plural.toLowerCase()}`, { method: "POST", body: manifest });
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
function pod() {
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

interface Times {
  readonly free: readonly number[];
  readonly guarded: readonly number[];
}

async function pairs(api: ClusterApi): Promise<Times> {
  for (let round = 0; round < WARM_UP; round++) await Promise.all([GUARDED, FREE].map((name) => timed(api, name)));
  const free: number[] = [];
  const guarded: number[] = [];
  for (let round = 0; round < PAIRS; round++) {
    // In turns, so that neither is always the one that pays for the other.
    if (round % 2 === 0) free.push(await timed(api, FREE));
    guarded.push(await timed(api, GUARDED));
    if (round % 2 === 1) free.push(await timed(api, FREE));
  }
  return { free, guarded };
}

/** Milliseconds until a pod is made. Its removal is waited for, and not counted. */
async function timed(api: ClusterApi, namespace: string): Promise<number> {
  const start = performance.now();
  const answer = await api.ask(`/api/v1/namespaces/${namespace}/pods`, { method: "POST", body: pod() });
  const taken = performance.now() - start;
  if (answer.status !== 201) throw new Error(`${namespace}: ${messageOf(answer)}`);
  const { name } = (answer.body as { metadata: { name: string } }).metadata;
  await api.ask(`/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`, { method: "DELETE" });
  return taken;
}

function table({ free, guarded }: Times): string {
  const sheet = new Table({
    head: ["", "without", "with", "added", "ratio"],
    style: { head: [], border: [] },
  });
  for (const [what, share] of [
    ["median", 0.5],
    ["99 of 100", 0.99],
  ] as const) {
    const [without, with_] = [quantile(free, share), quantile(guarded, share)];
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    sheet.push([what, ms(without), ms(with_), ms(with_ - without), (with_ / without).toFixed(2)]);
  }
  return sheet.toString();
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
