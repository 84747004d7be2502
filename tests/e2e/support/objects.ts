import type { ClusterApi } from "../../../components/cluster/api";

/** Every object of a cluster, as `Kind namespace/name`, with its resourceVersion. */
export type Versions = Readonly<Record<string, string>>;

/** What moves by itself: heartbeats, events, and what the API server keeps about its own queues. */
const IN_MOTION = new Set([
  "events",
  "leases",
  "nodes",
  "componentstatuses",
  "flowschemas",
  "prioritylevelconfigurations",
]);

const SETTLED_MS = 1000;

interface Kind {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

interface Listed {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion: string };
}

/** Everything there is, once the controllers have come to rest. */
export async function objects(api: ClusterApi): Promise<Versions> {
  for (let before = await read(api); ; ) {
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    const after = await read(api);
    if (Object.keys(differences(before, after)).length === 0) return after;
    before = after;
  }
}

/** What was added, changed and removed between two looks, each in alphabetical order; nothing where nothing was. */
export function differences(before: Versions, after: Versions): Record<string, string[]> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const kinds = {
    added: names.filter((name) => !(name in before)),
    changed: names.filter((name) => name in before && name in after && before[name] !== after[name]),
    removed: names.filter((name) => !(name in after)),
  };
  return Object.fromEntries(Object.entries(kinds).filter(([, list]) => list.length > 0));
}

async function read(api: ClusterApi): Promise<Versions> {
  const { groups } = await api.get<{ groups: { preferredVersion: { groupVersion: string } }[] }>("/apis");
  const roots = ["/api/v1", ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const entries = await Promise.all(roots.map((root) => inGroup(api, root)));
  return Object.fromEntries(entries.flat());
}

async function inGroup(api: ClusterApi, root: string): Promise<[string, string][]> {
  const { resources } = await api.get<{ resources: Kind[] }>(root);
  const kinds = resources.filter(
    ({ name, verbs }) => verbs.includes("list") && !name.includes("/") && !IN_MOTION.has(name),
  );
  const lists = kinds.map(async ({ name, kind }) => {
    const { items } = await api.get<{ items: Listed[] }>(`${root}/${name}`);
    return items.map(({ metadata }): [string, string] => [nameOf(kind, metadata), metadata.resourceVersion]);
  });
  return (await Promise.all(lists)).flat();
}

function nameOf(kind: string, { namespace, name }: Listed["metadata"]): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
