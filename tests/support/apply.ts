import { type ClusterApi, messageOf } from "../../components/cluster/api";
import type { Manifest } from "../../components/manifest";
import type { Plan } from "../../components/plan";

const FIELD_MANAGER = "bulkhead";
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** Makes what a plan says, in the order in which the components do, without the Pulumi engine. */
export async function applyPlan(api: ClusterApi, plan: Plan): Promise<void> {
  await applyAll(api, plan.roles);
  await applyAll(
    api,
    plan.tenants.flatMap(({ runtimeClasses }) => runtimeClasses),
  );
  const spaces = plan.tenants.flatMap((tenant) => tenant.spaces);
  await applyAll(
    api,
    spaces.map(({ namespace }) => namespace),
  );
  await applyAll(
    api,
    spaces.flatMap(({ guards, defaultAccount }) => [...guards, defaultAccount]),
  );
  for (const { namespace } of spaces) await quotasCounted(api, namespace.metadata.name);
  await applyAll(
    api,
    spaces.flatMap(({ grants }) => grants),
  );
}

export async function applyAll(api: ClusterApi, manifests: readonly Manifest[]): Promise<void> {
  await Promise.all(manifests.map((manifest) => apply(api, manifest)));
}

/** Server-side apply, as an administrator's. */
export async function apply(api: ClusterApi, manifest: Manifest): Promise<void> {
  const answer = await api.ask(`${pathOf(manifest)}?fieldManager=${FIELD_MANAGER}&force=true`, {
    method: "PATCH",
    contentType: "application/apply-patch+yaml",
    body: manifest,
  });
  if (answer.status >= 300) throw new Error(`${pathOf(manifest)}: ${messageOf(answer)}`);
}

export async function remove(api: ClusterApi, manifest: Manifest): Promise<void> {
  const answer = await api.ask(pathOf(manifest), { method: "DELETE" });
  if (answer.status >= 300 && answer.status !== 404) throw new Error(`${pathOf(manifest)}: ${messageOf(answer)}`);
}

/** Plurals that are not the kind's name and an s. */
const PLURALS: Readonly<Record<string, string>> = {
  NetworkPolicy: "networkpolicies",
  RuntimeClass: "runtimeclasses",
  PriorityClass: "priorityclasses",
  StorageClass: "storageclasses",
  Ingress: "ingresses",
  IngressClass: "ingressclasses",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
  MutatingAdmissionPolicy: "mutatingadmissionpolicies",
};

export function pathOf({ apiVersion, kind, metadata }: Manifest): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${root}${place}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}/${metadata.name}`;
}

/** A quota refuses nothing before the controller has written down what it may refuse. */
async function quotasCounted(api: ClusterApi, namespace: string): Promise<void> {
  type Quota = { spec: { hard?: Record<string, string> }; status?: { hard?: Record<string, string> } };
  await until(`quotas of ${namespace} are counted`, async () => {
    const { items } = await api.get<{ items: Quota[] }>(`/api/v1/namespaces/${namespace}/resourcequotas`);
    return items.every(({ spec, status }) => same(Object.keys(spec.hard ?? {}), Object.keys(status?.hard ?? {})));
  });
}

function same(one: string[], other: string[]): boolean {
  return one.sort().join() === other.sort().join();
}

/** Polls a condition. @throws when it does not come true in time. */
export async function until(
  condition: string,
  holds: () => Promise<boolean>,
  patienceMs: number = PATIENCE_MS,
): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${patienceMs / 1000} s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
