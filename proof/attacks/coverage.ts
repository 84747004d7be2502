import { guards } from "../../components/guardrails/guards";
import { NO_EXEMPTIONS } from "../../components/guardrails/identities";
import { matrix } from "../../components/guardrails/matrix";
import type { CoversTemplates } from "./paths";

/** Which rules judge the template of a kind already, read from the matrix that the policies are made of. */
export function templateCoverage(): CoversTemplates {
  const rows = matrix(guards(NO_EXEMPTIONS));
  const rulesOn = new Map(
    rows.map(({ resource, watch }) => [resource, new Set(watch.flatMap(({ rules }) => rules))] as const),
  );
  return (rule, resource) => rulesOn.get(resource)?.has(rule) ?? false;
}
