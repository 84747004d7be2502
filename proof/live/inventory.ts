import { type ClusterApi, messageOf, Unreachable } from "../../components/cluster/api";
import { collection } from "../../components/cluster/collection";
import { apiVersionOf, type ServedKind, servedKinds, servedName } from "./served";

/** What is in a namespace: names by kind, as `deployments.apps`. Contents are not read. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

interface Named {
  /** The server writes an empty list of these as null. */
  readonly items: readonly { readonly metadata: { readonly name: string } }[] | null;
}

/** A list of names is smaller than the objects, and holds no secret. */
const NAMES = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** Events tell of what has been and are gone within the hour. */
const PASSING = ["events", "events.events.k8s.io"];

/**
 * What is in some namespaces, by the namespace's name.
 * @throws Unreachable, with the server's words, where a kind cannot be listed: an inventory with holes is no evidence.
 */
export async function inventoriesOf(
  api: ClusterApi,
  namespaces: readonly string[],
): Promise<Record<string, Inventory>> {
  const kinds = (await servedKinds(api)).filter(isRecorded);
  const all = namespaces.map(async (namespace) => [namespace, await inventoryOf(api, namespace, kinds)] as const);
  return Object.fromEntries(await Promise.all(all));
}

function isRecorded(kind: ServedKind): boolean {
  const isListed = kind.namespaced && kind.subresource === undefined && kind.verbs.includes("list");
  return isListed && !PASSING.includes(servedName(kind));
}

async function inventoryOf(api: ClusterApi, namespace: string, kinds: readonly ServedKind[]): Promise<Inventory> {
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const path = collection(apiVersionOf(kind), kind.resource, { namespace });
      const answer = await api.ask(path, { headers: { accept: NAMES } });
      // Served, but with nothing to list: a kind that only reviews.
      if (answer.status === 405) return [servedName(kind), []] as const;
      if (answer.status >= 300) throw new Unreachable(`${path}: ${messageOf(answer)}`);
      return [servedName(kind), namesIn(answer.body as Named)] as const;
    }),
  );
  return Object.fromEntries(
    lists.filter(([, names]) => names.length > 0).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function namesIn({ items }: Named): string[] {
  return (items ?? []).map(({ metadata }) => metadata.name).sort();
}
