import { expect } from "chai";
import type { ClusterApi } from "../../../components/cluster/api";
import { guards } from "../../../components/guardrails/guards";
import { NO_EXEMPTIONS } from "../../../components/guardrails/identities";
import { isSpecific, matrix } from "../../../components/guardrails/matrix";
import { OPEN } from "../../../components/guardrails/open";
import type { Operation } from "../../../components/guardrails/targets";

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** What can be written in a namespace of a live server: group/resource and operation. */
export async function writable(api: ClusterApi): Promise<Map<string, Set<Operation>>> {
  const { groups } = await api.get<{ groups: { versions: { groupVersion: string }[] }[] }>("/apis");
  const versions = groups.flatMap((group) => group.versions.map(({ groupVersion }) => `apis/${groupVersion}`));
  const found = new Map<string, Set<Operation>>();
  for (const version of ["api/v1", ...versions]) {
    const group = version === "api/v1" ? "" : (version.split("/")[1] ?? "");
    const { resources } = await api.get<{ resources: Resource[] }>(`/${version}`);
    for (const resource of resources.filter(({ namespaced }) => namespaced)) {
      const key = `${group}/${resource.name}`;
      const operations = operationsOf(resource);
      if (operations.length > 0) found.set(key, new Set([...(found.get(key) ?? []), ...operations]));
    }
  }
  return found;
}

/** Removal is the lock's, for every kind alike. A connection is asked for as if it were made or read. */
function operationsOf({ kind, verbs }: Resource): Operation[] {
  if (kind.endsWith("Options")) return ["CONNECT"];
  const operations: Operation[] = [];
  if (verbs.includes("create")) operations.push("CREATE");
  if (verbs.includes("update") || verbs.includes("patch")) operations.push("UPDATE");
  return operations;
}

/** Operations of each resource that no rule looks at. Rules for a tenant's last days are none for the days before. */
function unwatched(served: ReadonlyMap<string, ReadonlySet<Operation>>): string[] {
  const always = guards(NO_EXEMPTIONS).filter(({ concern }) => concern !== "state");
  const rows = new Map(
    matrix(always)
      .filter(isSpecific)
      .map((row) => [`${row.group}/${row.resource}`, row]),
  );
  return [...served].flatMap(([resource, operations]) => {
    const watched = new Set(rows.get(resource)?.watch.flatMap((watch) => watch.operations));
    return [...operations]
      .filter((operation) => !watched.has(operation))
      .map((operation) => `${resource} ${operation}`);
  });
}

export function describeDiscovery(api: () => ClusterApi): void {
  describe("the matrix, held against what the server can be asked", () => {
    it("no kind and no subresource can be written that no rule looks at, unless it is open for a reason", async () => {
      const open = unwatched(await writable(api())).filter((entry) => !((entry.split(" ")[0] ?? "") in OPEN));
      expect(open).to.deep.equal([]);
    });

    it("nothing is called open that is watched, or that nobody serves", async () => {
      const open = new Set(unwatched(await writable(api())).map((entry) => entry.split(" ")[0]));
      expect(Object.keys(OPEN).filter((resource) => !open.has(resource))).to.deep.equal([]);
    });
  });
}
