import type { Plan } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";
import { tenant as tenantSchema } from "../../config/schema";
import { shares } from "../../config/shares";
import { CATALOGUE } from "./catalogue";
import { controllerIdentity, type Trial, trialsOf } from "./paths";
import { type Scene, type SceneFacts, targetOf } from "./scene";

/** Stands in reports for whoever is in a namespace that nobody labelled. */
const NOBODY = "unlabelled";

/** Every cluster has it, and unless the platform says that it is its own, anybody may have been let into it. */
const NAMESPACE = "default";

/** What reaches for a tenant's nodes or class; the rest is a stray namespace's own matter. */
const REACHING: ReadonlySet<string> = new Set([
  ...["T02", "T03", "T03-preferred", "T04", "T06", "T06-no-execute", "T07", "T07-neighbour", "T08", "T43-neighbour"],
]);

/** The same attacks from a namespace without a label, on each tenant that has nodes or a sandbox of its own. */
export function bystanderTrials(plan: Plan, facts: SceneFacts): Trial[] {
  const { platformNamespaces } = plan.estate.guardrails;
  if (platformNamespaces.includes(NAMESPACE)) return [];
  const attacks = Object.values(CATALOGUE)
    .flat()
    .filter(({ id }) => REACHING.has(id));
  return plan.tenants
    .filter(({ runtimeClassName }) => runtimeClassName !== undefined)
    .flatMap((landlord) => attacks.flatMap((attack) => trialsOf(attack, sceneFrom(plan, landlord, facts), () => false)))
    .filter(({ path }) => path === "direct");
}

function sceneFrom(plan: Plan, landlord: TenantPlan, facts: SceneFacts): Scene {
  const target = targetOf(landlord);
  const stray = strayTenant(plan);
  const [space] = stray.spaces;
  const share = shares(stray.tenant).get(NAMESPACE);
  if (!space || !share) throw new TypeError(`no share for namespace ${NAMESPACE}`);
  // Whoever may be let into such a namespace is not known; the controllers are let into every one.
  const who = { ...controllerIdentity("replicaset-controller"), profile: "admin" as const };
  return {
    ...facts,
    plan,
    tenant: stray,
    space,
    namespace: NAMESPACE,
    share,
    who,
    victim: target,
    landlord: target,
  };
}

function strayTenant({ estate }: Plan): TenantPlan {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: NAMESPACE } };
  return {
    tenant: { ...tenantSchema.parse({}), id: NOBODY, namespaces: [{ name: NAMESPACE, part: NAMESPACE }] },
    mode: estate.guardrails.mode,
    runtimeClassName: undefined,
    runtimeClasses: [],
    ownership: [],
    sharedAccount: undefined,
    spaces: [{ namespace, guards: [], defaultAccount: account, accounts: [], grants: [] }],
  };
}
