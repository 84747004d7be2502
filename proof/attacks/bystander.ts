import type { Plan } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";
import { tenant as tenantSchema } from "../../config/schema";
import { shares } from "../../config/shares";
import type { Attack, Step } from "./attack";
import { CATALOGUE } from "./catalogue";
import { controllerIdentity, DIRECT, type Trial, trialsOf } from "./paths";
import { patching } from "./request";
import { type Scene, type SceneFacts, targetOf } from "./scene";
import { admission } from "./walls";

/** Stands in reports for whoever is in a namespace that nobody labelled. */
const NOBODY = "unlabelled";

/** Every cluster has it, and unless the platform says that it is its own, anybody may have been let into it. */
const NAMESPACE = "default";

export const COLLECTOR_ACCOUNT = "generic-garbage-collector";

/** What reaches for a tenant's nodes or class; the rest is a stray namespace's own matter. */
const REACHING: ReadonlySet<string> = new Set([
  ...["T02", "T03", "T03-preferred", "T04", "T06", "T06-no-execute", "T07", "T07-neighbour", "T08", "T43-neighbour"],
]);

/** May change whatever there is in every namespace, and makes nothing: of all controllers the one that is let in widest. */
const COLLECTOR = controllerIdentity(COLLECTOR_ACCOUNT);

/** Every cluster has this Service in that namespace, and the server itself keeps it. */
const changing = (body: object): Step => {
  const step = patching(({ namespace }) => `/api/v1/namespaces/${namespace}/services/kubernetes`, body);
  return (scene) => ({ ...step(scene), as: COLLECTOR });
};

/** What a stray namespace could take from all tenants at once. */
const TAKING: readonly Attack[] = [
  {
    id: "T85-stray",
    title: "take over traffic to an address from a namespace of nobody",
    control: changing({ metadata: { labels: { proof: "touched" } } }),
    attack: changing({ spec: { externalIPs: ["203.0.113.9"] } }),
    stoppedBy: admission("services-external-ips"),
  },
];

/** Hosts have to be taken by something new, and nobody is known who may make it there. */
const UNTRIED: ReadonlySet<string> = new Set(["T90", "T92"]);
const NO_MAKER = "nobody is known who may make routes in a namespace of nobody, so there is nobody to try it as";

/** The same attacks from a namespace without a label, on each tenant that has nodes or a sandbox of its own. */
export function bystanderTrials(plan: Plan, facts: SceneFacts, namespace = NAMESPACE): Trial[] {
  const landlords = plan.tenants.filter(({ runtimeClassName }) => runtimeClassName !== undefined);
  const [anyone] = plan.tenants;
  const trials = [
    ...landlords.flatMap((landlord) => directly(reaching(), sceneFrom(plan, landlord, facts, namespace))),
    ...(anyone ? directly([...TAKING, ...untried()], sceneFrom(plan, anyone, facts, namespace)) : []),
  ];
  const { platformNamespaces } = plan.estate.guardrails;
  return platformNamespaces.includes(namespace) ? trials.map(exempt) : trials;
}

function reaching(): Attack[] {
  return written().filter(({ id }) => REACHING.has(id));
}

function untried(): Attack[] {
  return written()
    .filter(({ id }) => UNTRIED.has(id))
    .map((attack) => ({ ...attack, unless: () => NO_MAKER }));
}

function written(): Attack[] {
  return Object.values(CATALOGUE).flat();
}

function directly(attacks: readonly Attack[], scene: Scene): Trial[] {
  return attacks.flatMap((attack) => trialsOf(attack, scene, () => false)).filter(({ path }) => path === DIRECT);
}

/** Said, so that nobody takes a cluster on which nothing of this was tried for one on which it was stopped. */
function exempt(trial: Trial): Trial {
  const unless = () => `the platform says that namespace ${trial.scene.namespace} is its own (platformNamespaces)`;
  return { ...trial, attack: { ...trial.attack, unless } };
}

function sceneFrom(plan: Plan, landlord: TenantPlan, facts: SceneFacts, name: string): Scene {
  const target = targetOf(landlord);
  const stray = strayTenant(plan, name);
  const [space] = stray.spaces;
  const share = shares(stray.tenant).get(name);
  if (!space || !share) throw new TypeError(`no share for namespace ${name}`);
  // Whoever may be let into such a namespace is not known; the controllers are let into every one.
  const who = { ...controllerIdentity("replicaset-controller"), profile: "admin" as const };
  return {
    ...facts,
    plan,
    tenant: stray,
    space,
    namespace: name,
    share,
    who,
    victim: target,
    landlord: target,
  };
}

function strayTenant({ estate }: Plan, name: string): TenantPlan {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } };
  return {
    tenant: { ...tenantSchema.parse({}), id: NOBODY, namespaces: [{ name, part: name }] },
    mode: estate.guardrails.mode,
    runtimeClassName: undefined,
    runtimeClasses: [],
    ownership: [],
    sharedAccount: undefined,
    spaces: [{ namespace, guards: [], defaultAccount: account, accounts: [], grants: [] }],
  };
}
