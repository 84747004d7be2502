import { actorsOf } from "../../../config/actors";
import type { Estate } from "../../../config/estate";
import { titleOf } from "../../naming";

/** Somebody of IAM who acts for tenants, and for them alone. */
export interface Person {
  readonly principal: string;
  /** Part of a resource's name, and told apart from everybody else's. */
  readonly title: string;
  /** Groups of the tenants' access, sorted. */
  readonly groups: readonly string[];
}

/**
 * Whom the cluster lets in for tenants. What they may do is what the tenants' own bindings give to their groups, never a
 * policy of EKS: those for a namespace let whoever has them act as its accounts and delete its network policies.
 */
export function planPeople({ platform, tenants }: Estate): Person[] {
  if (platform.kind !== "eks") return [];
  const groups = new Map<string, Set<string>>();
  for (const { group, principals } of tenants.flatMap(actorsOf)) {
    for (const principal of principals) {
      groups.set(principal, (groups.get(principal) ?? new Set()).add(group ?? ""));
    }
  }
  return [...groups]
    .map(([principal, of]) => ({ principal, title: titleOf(principal), groups: [...of].sort() }))
    .sort((one, other) => (one.principal < other.principal ? -1 : 1));
}
