import type { Tenant } from "../estate";
import { didYouMean, type Problem } from "../problems";
import type { Guardrails, Platform } from "../schema";
import type { DraftTenant } from "../written";
import { budgetProblems } from "./budget";
import { capacityProblems } from "./capacity";
import { eksProblems } from "./eks";
import { exemptionProblems } from "./exemptions";
import { identityProblems } from "./identities";
import { isolationProblems } from "./isolation";
import { nameProblems } from "./naming";
import { networkProblems } from "./network";
import { peopleProblems } from "./people";
import { scalingProblems } from "./scaling";
import { subjectProblems } from "./subjects";

/** What could be parsed so far. A part with problems of its own is missing, and nothing is said about it twice. */
export interface Draft {
  readonly platform: Platform | undefined;
  readonly guardrails: Guardrails | undefined;
  readonly tenants: readonly Tenant[];
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

const CHECKS: readonly Check[] = [
  { problems: nameProblems, reads: ["namespaces"] },
  { problems: subjectProblems, reads: ["access", "namespaces"] },
  { problems: peopleProblems, reads: ["access"] },
  { problems: exemptionProblems, reads: ["access", "namespaces"] },
  { problems: networkProblems, reads: ["network", "namespaces"] },
  { problems: isolationProblems, reads: ["isolation", "pool"] },
  { problems: identityProblems, reads: ["identities", "namespaces"] },
  { problems: budgetProblems, reads: ["budget", "limits", "namespaces"] },
  { problems: eksProblems, reads: ["isolation", "pool"] },
  { problems: scalingProblems, reads: ["isolation", "pool"] },
  { problems: capacityProblems, reads: ["budget", "isolation", "pool"] },
];

/** Everything that needs two fields or two tenants to be seen. */
export function crosschecks(draft: Omit<Draft, "tenants" | "unsure">, tenants: readonly DraftTenant[]): Problem[] {
  const blanks = new Set(
    tenants.flatMap(({ tenant, wrongEntries }) => wrongEntries.map((at) => key([tenant.id, ...at]))),
  );
  const found = CHECKS.flatMap(({ problems, reads }) => {
    const readable = tenants.filter(({ wrongFields }) => !reads.some((field) => wrongFields.has(field)));
    const whole = readable.filter(
      ({ wrongEntries }) => !wrongEntries.some(([field]) => reads.some((it) => it === field)),
    );
    const sure = new Set(whole.map(({ tenant }) => tenant.id));
    const unsure = new Set([...draft.ids].filter((id) => !sure.has(id)));
    return problems({ ...draft, tenants: readable.map(({ tenant }) => tenant), unsure });
  });
  return found.filter(({ path }) => !blanks.has(key(path.slice(1, 5))));
}

function key(path: readonly PropertyKey[]): string {
  return path.map(String).join("\n");
}

/** What is wrong with naming this tenant; undefined for one that is there, or that may be there unread. */
export function strangerRule(id: string, { ids, complete }: Draft): string | undefined {
  if (!complete || ids.has(id)) return undefined;
  return `is not a tenant of this estate${didYouMean(id, [...ids])}`;
}
