import type { Plan } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";
import { administersItsCluster } from "../../config/own-cluster";
import { capabilitiesOf } from "../../config/platform";
import { budgetProblems } from "./budget";
import { reachableRoles } from "./identities";
import { type Reachability, reachability } from "./network";
import { ownClusterFindings } from "./own-cluster";
import { placementProblems } from "./placement";
import { rightsProblems } from "./rights";

/** What follows, or does not, from what the plan makes: nothing was asked of any cluster. */
export interface Derivation {
  readonly tenant: string;
  /** Id of the claim it is about. */
  readonly claim: string;
  readonly holds: boolean;
  /** `declared` where it follows from the plan, but the platform does not say that the plan is obeyed. */
  readonly level: "declared" | "derived";
  /** What was found, as a sentence. */
  readonly finding: string;
}

export function derive(plan: Plan): Derivation[] {
  const flows = reachability(plan);
  return plan.tenants.flatMap((tenant) => [
    ...ownClusterDerivations(plan, tenant),
    ...(administersItsCluster(tenant.tenant) ? [] : heldByGuards(plan, tenant, flows)),
  ]);
}

function ownClusterDerivations(plan: Plan, tenant: TenantPlan): Derivation[] {
  if (tenant.tenant.isolation.cluster === "shared") return [];
  return ownClusterFindings(plan).map(({ claim, problems, holds }) => derivation(tenant, claim, problems, holds));
}

function heldByGuards(plan: Plan, tenant: TenantPlan, flows: Reachability): Derivation[] {
  return [
    derivation(tenant, "border", rightsProblems(plan, tenant), "no right of its people reaches beyond its namespaces"),
    derivation(tenant, "rights", rightsProblems(plan, tenant), "no right of its people can be used to get another"),
    derivation(
      tenant,
      "budget",
      budgetProblems(plan, tenant),
      "every kind it may write is counted, and its shares add up",
    ),
    ...(tenant.tenant.isolation.nodes === "dedicated"
      ? [
          derivation(tenant, "home", placementProblems(tenant), "its class leads to its own nodes"),
          derivation(tenant, "fence", strangersClasses(plan, tenant), "no other tenant's class leads to its nodes"),
        ]
      : []),
    ...(plan.identities.length > 0
      ? [
          derivation(
            tenant,
            "identity",
            reachableRoles(plan, tenant),
            "no other tenant's role in the account trusts its pods",
          ),
        ]
      : []),
    networkDerivation(plan, tenant, flows.problemsOf(tenant)),
  ];
}

function derivation({ tenant }: TenantPlan, claim: string, problems: readonly string[], holds: string): Derivation {
  const finding = problems.length === 0 ? holds : problems.join("; ");
  return { tenant: tenant.id, claim, holds: problems.length === 0, level: "derived", finding };
}

function strangersClasses(plan: Plan, { tenant }: TenantPlan): string[] {
  const others = plan.tenants.filter((other) => other.tenant.id !== tenant.id);
  return others.flatMap((other) => placementProblems(other).map((problem) => `${other.tenant.id}: ${problem}`));
}

function networkDerivation(plan: Plan, tenant: TenantPlan, problems: readonly string[]): Derivation {
  const found = derivation(tenant, "network", problems, "its policies open only what is declared");
  if (capabilitiesOf(plan.estate.platform).networkPolicy === "enforced") return found;
  return {
    ...found,
    level: "declared",
    finding: `${found.finding}; the platform does not say that its network plugin obeys policies`,
  };
}
