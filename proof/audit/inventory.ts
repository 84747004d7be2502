import type { ClusterApi } from "../../components/cluster/api";
import { collection } from "../../components/cluster/collection";
import { SYSTEM_NAMESPACES } from "../../components/guardrails/bindings";
import { CANARY_NAMESPACE } from "../../components/guardrails/canary";
import { guards } from "../../components/guardrails/guards";
import { NO_EXEMPTIONS } from "../../components/guardrails/identities";
import { isSpecific, matrix } from "../../components/guardrails/matrix";
import { MANAGED_LABEL, MANAGED_VALUE } from "../../config/names";
import { apiVersionOf, type ServedKind, servedKinds } from "../live/served";
import { controllerOf, type Stored } from "./replay";

/** Something that is on the cluster and would have to pass the guardrails if it were made again. */
export interface Entry {
  readonly kind: ServedKind;
  readonly object: Stored;
  /** What people know it by: the workload at the top, where a controller made the object. */
  readonly root: string;
}

/** Written by the control plane, drivers and kubelets, in nobody's name. */
const WRITTEN_BY_CONTROLLERS = ["csistoragecapacities", "podcertificaterequests"];

/**
 * What people made in namespaces that are not the platform's, and one pod of each workload, since what a controller
 * or a webhook adds to a template is seen on pods only.
 */
export async function inventory(api: ClusterApi, platformNamespaces: readonly string[]): Promise<Entry[]> {
  const spared = new Set([...SYSTEM_NAMESPACES, CANARY_NAMESPACE, ...platformNamespaces]);
  const kinds = (await servedKinds(api)).filter(isGuarded);
  const all: { kind: ServedKind; object: Stored }[] = [];
  for (const kind of kinds) for (const object of await listed(api, kind)) all.push({ kind, object });
  const byUid = new Map(all.map(({ object }) => [object.metadata.uid, object]));
  const here = all.filter(({ object }) => !spared.has(object.metadata.namespace) && isAlive(object));
  const chosen = here.filter(({ object }) => !isPlatforms(object) && !isGenerated(object, here));
  const entries = chosen.map(({ kind, object }) => ({ kind, object, root: spelt(rootOf(object, byUid)) }));
  return onePodEach(entries.filter(({ kind, object }) => kind.resource === "pods" || !controllerOf(object)));
}

const GUARDED = new Set(
  matrix(guards(NO_EXEMPTIONS))
    .filter((row) => isSpecific(row) && row.watch.some(({ operations }) => operations.includes("CREATE")))
    .map(({ group, resource }) => `${group}/${resource}`),
);

function isGuarded({ group, resource, subresource, namespaced, verbs }: ServedKind): boolean {
  const isWritten = namespaced && subresource === undefined && verbs.includes("create") && verbs.includes("list");
  return isWritten && GUARDED.has(`${group}/${resource}`) && !WRITTEN_BY_CONTROLLERS.includes(resource);
}

const PAGE = 500;

async function listed(api: ClusterApi, served: ServedKind): Promise<Stored[]> {
  const { resource, kind } = served;
  const apiVersion = apiVersionOf(served);
  const place = collection(apiVersion, resource);
  // Secrets are judged by their type, and there is one that matters: nobody's passwords are read.
  const only = resource === "secrets" ? "&fieldSelector=type%3Dkubernetes.io%2Fservice-account-token" : "";
  const found: Stored[] = [];
  let next: string | undefined = "";
  while (next !== undefined) {
    const page: { items: Stored[]; metadata?: { continue?: string } } = await api.get(
      `${place}?limit=${PAGE}${only}${next === "" ? "" : `&continue=${encodeURIComponent(next)}`}`,
    );
    found.push(...page.items.map((item) => ({ ...item, apiVersion, kind })));
    next = page.metadata?.continue || undefined;
  }
  return found;
}

function isAlive({ metadata, status }: Stored): boolean {
  return metadata.deletionTimestamp === undefined && !["Succeeded", "Failed"].includes(status?.phase ?? "");
}

function isPlatforms({ metadata }: Stored): boolean {
  return metadata.labels?.[MANAGED_LABEL] === MANAGED_VALUE || /^bulkhead[-:]/.test(metadata.name);
}

/** Endpoints of a Service with a selector are its controller's, and do not say so. */
function isGenerated({ kind, metadata }: Stored, all: readonly { object: Stored }[]): boolean {
  if (kind !== "Endpoints") return false;
  const { name, namespace } = metadata;
  return all.some(
    ({ object }) =>
      object.kind === "Service" &&
      object.metadata.name === name &&
      object.metadata.namespace === namespace &&
      object.spec?.selector !== undefined,
  );
}

function rootOf(object: Stored, byUid: ReadonlyMap<string | undefined, Stored>): Pick<Stored, "kind" | "metadata"> {
  const controller = controllerOf(object);
  if (!controller) return object;
  const owner = byUid.get(controller.uid);
  if (owner) return rootOf(owner, byUid);
  return { kind: controller.kind, metadata: { name: controller.name, namespace: object.metadata.namespace } };
}

function spelt({ kind, metadata }: Pick<Stored, "kind" | "metadata">): string {
  return `${kind} ${metadata.name}`;
}

/** Pods of one workload are alike. */
function onePodEach(entries: readonly Entry[]): Entry[] {
  const seen = new Set<string>();
  return entries.filter(({ kind, object, root }) => {
    if (kind.resource !== "pods") return true;
    const key = `${object.metadata.namespace}/${root}`;
    return !seen.has(key) && seen.add(key);
  });
}
