import type { Tenant } from "../estate";
import type { Problem } from "../problems";
import type { Guardrails, Platform } from "../schema";
import { budgetProblems } from "./budget";
import { isolationProblems } from "./isolation";
import { nameProblems } from "./naming";
import { networkProblems } from "./network";
import { subjectProblems } from "./subjects";

/** What could be parsed so far. A part with problems of its own is missing, and nothing is said about it twice. */
export interface Draft {
  readonly platform: Platform | undefined;
  readonly guardrails: Guardrails | undefined;
  readonly tenants: readonly Tenant[];
  /** Every id that is written, parsed or not: a reference to a tenant with a typo inside is no dangling reference. */
  readonly ids: ReadonlySet<string>;
}

/** A tenant as far as it could be parsed; the fields named hold defaults in place of what was wrong. */
export interface DraftTenant {
  readonly tenant: Tenant;
  readonly wrongFields: ReadonlySet<string>;
}

interface Check {
  readonly problems: (draft: Draft) => Problem[];
  /** Fields of a tenant that the check believes. */
  readonly reads: readonly (keyof Tenant)[];
}

const CHECKS: readonly Check[] = [
  { problems: nameProblems, reads: ["namespaces"] },
  { problems: subjectProblems, reads: ["access", "namespaces"] },
  { problems: networkProblems, reads: ["network", "namespaces"] },
  { problems: isolationProblems, reads: ["isolation", "pool", "namespaces"] },
  { problems: budgetProblems, reads: ["budget", "limits", "isolation", "namespaces"] },
];

/** Everything that needs two fields or two tenants to be seen. */
export function crosschecks(draft: Omit<Draft, "tenants">, tenants: readonly DraftTenant[]): Problem[] {
  return CHECKS.flatMap(({ problems, reads }) => {
    const readable = tenants.filter(({ wrongFields }) => !reads.some((field) => wrongFields.has(field)));
    return problems({ ...draft, tenants: readable.map(({ tenant }) => tenant) });
  });
}
