import type { Tenant } from "../estate";
import { livesApart, ownPlatform } from "../own-cluster";
import { didYouMean, type Problem } from "../problems";
import type { Guardrails, Parent, Platform } from "../schema";
import type { DraftTenant } from "../written";
import { budgetProblems } from "./budget";
import { capacityProblems } from "./capacity";
import { eksProblems } from "./eks";
import { exemptionProblems } from "./exemptions";
import { identityProblems } from "./identities";
import { isolationProblems } from "./isolation";
import { locationProblems } from "./location";
import { nameProblems } from "./naming";
import { addressProblems, networkProblems } from "./network";
import { ownClusterProblems } from "./own-cluster";
import { peopleProblems } from "./people";
import { scalingProblems } from "./scaling";
import { subjectProblems } from "./subjects";
import { versionProblems } from "./versions";

/** What could be parsed so far. A part with problems of its own is missing, and nothing is said about it twice. */
export interface Draft {
  readonly platform: Platform | undefined;
  readonly guardrails: Guardrails | undefined;
  readonly parent: Parent | undefined;
  readonly tenants: readonly Tenant[];
  /** Those of them that have a cluster of their own, made by another stack. */
  readonly apart: ReadonlySet<string>;
  /** Every id that is written, parsed or not: a reference to a tenant with a typo inside is no dangling reference. */
  readonly ids: ReadonlySet<string>;
  /** Whether `ids` are all there are. Where some could not be read, no reference can be said to dangle. */
  readonly complete: boolean;
  /** Tenants that are not, or not wholly, among `tenants` for what was wrong with them: what they lack may be there. */
  readonly unsure: ReadonlySet<string>;
}

interface Check {
  readonly problems: (draft: Draft) => Problem[];
  /** Fields of a tenant that the check believes. */
  readonly reads: readonly (keyof Tenant)[];
}

/** Of all tenants, on whatever cluster they are. */
const OF_ALL: readonly Check[] = [
  { problems: nameProblems, reads: ["namespaces"] },
  { problems: subjectProblems, reads: ["access", "namespaces"] },
  { problems: exemptionProblems, reads: ["access", "namespaces"] },
  { problems: networkProblems, reads: ["network", "namespaces"] },
  { problems: ownClusterProblems, reads: ["isolation", "cluster", "access"] },
  { problems: locationProblems, reads: ["cluster"] },
];

/** Of those that share a cluster. */
const OF_CLUSTER: readonly Check[] = [
  { problems: peopleProblems, reads: ["access"] },
  { problems: addressProblems, reads: ["network"] },
  { problems: isolationProblems, reads: ["isolation", "pool"] },
  { problems: identityProblems, reads: ["identities", "namespaces"] },
  { problems: budgetProblems, reads: ["budget", "limits", "namespaces"] },
  { problems: eksProblems, reads: ["isolation", "pool"] },
  { problems: scalingProblems, reads: ["isolation", "pool"] },
  { problems: versionProblems, reads: [] },
  { problems: capacityProblems, reads: ["budget", "isolation", "pool"] },
];

type Known = Omit<Draft, "tenants" | "apart" | "unsure">;

/** Everything that needs two fields or two tenants to be seen. */
export function crosschecks(known: Known, tenants: readonly DraftTenant[]): Problem[] {
  const { platform, parent } = known;
  const isApart = ({ tenant }: DraftTenant) => livesApart(tenant, platform, parent);
  const apart = tenants.filter(isApart);
  const draft = { ...known, apart: new Set(apart.map(({ tenant }) => tenant.id)) };
  const here = tenants.filter((tenant) => !isApart(tenant));
  const found = [
    ...checked(OF_ALL, draft, tenants),
    ...checked(OF_CLUSTER, draft, here),
    // What its own stack would refuse is refused before that stack is written.
    ...apart.flatMap((tenant) => checked(OF_CLUSTER, { ...draft, ...ownCluster(platform, tenant) }, [tenant])),
  ];
  const blanks = new Set(
    tenants.flatMap(({ tenant, wrongEntries }) => wrongEntries.map((at) => key([tenant.id, ...at]))),
  );
  return found.filter(({ path }) => !blanks.has(key(path.slice(1, 5))));
}

function ownCluster(platform: Platform | undefined, { tenant }: DraftTenant): Pick<Known, "platform"> {
  return { platform: platform?.kind === "eks" ? ownPlatform(platform, tenant) : undefined };
}

function checked(
  checks: readonly Check[],
  draft: Omit<Draft, "tenants" | "unsure">,
  tenants: readonly DraftTenant[],
): Problem[] {
  return checks.flatMap(({ problems, reads }) => {
    const readable = tenants.filter(({ wrongFields }) => !reads.some((field) => wrongFields.has(field)));
    const whole = readable.filter(
      ({ wrongEntries }) => !wrongEntries.some(([field]) => reads.some((it) => it === field)),
    );
    const sure = new Set(whole.map(({ tenant }) => tenant.id));
    const unsure = new Set([...draft.ids].filter((id) => !sure.has(id)));
    return problems({ ...draft, tenants: readable.map(({ tenant }) => tenant), unsure });
  });
}

function key(path: readonly PropertyKey[]): string {
  return path.map(String).join("\n");
}

/** What is wrong with naming this tenant; undefined for one that is there, or that may be there unread. */
export function strangerRule(id: string, { ids, complete }: Draft): string | undefined {
  if (!complete || ids.has(id)) return undefined;
  return `is not a tenant of this estate${didYouMean(id, [...ids])}`;
}
