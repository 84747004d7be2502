import type { Identity } from "../identity";
import { type Attack, type Step, wallsOf } from "./attack";
import { grants, rulesOf } from "./granted";
import { isPodStep, type PodStep } from "./legal";
import type { Scene } from "./scene";
import { changedWithin, TEMPLATES, type Template, within } from "./templates";
import { updatesOf } from "./updates";
import type { Wall } from "./walls";

/**
 * An attack in one scene by one of the ways into the cluster. A pod is made directly, or by a controller from a
 * template; each way is another request by somebody else, and a guard that knows only one of them is none.
 */
export interface Trial {
  readonly attack: Attack;
  readonly scene: Scene;
  /** `direct`, `made by the job-controller`, `in a CronJob`. */
  readonly path: string;
  readonly control: Step;
  readonly step: Step;
  /** In the order in which they are met; only the first has to stop it. */
  readonly walls: readonly Wall[];
}

/** Whether the guardrails judge a rule already where a kind's template is written. */
export type CoversTemplates = (rule: string, resource: string) => boolean;

/** The way of an attack that is a request of the tenant's own. */
export const DIRECT = "direct";

export function trialsOf(attack: Attack, scene: Scene, covers: CoversTemplates): Trial[] {
  const { control, attack: step } = attack;
  const direct: Trial = { attack, scene, path: DIRECT, control, step, walls: wallsOf(attack, scene) };
  if (!isPodStep(control) || !isPodStep(step)) return [direct];
  return [
    direct,
    ...byControllers(direct, control, step),
    ...inTemplates(direct, control, step, covers),
    ...byUpdate(direct, step),
  ];
}

/** A guard that judges what is made and not what is changed lets everybody change it. */
function byUpdate(direct: Trial, step: PodStep): Trial[] {
  return updatesOf(step, direct.scene).flatMap(({ meets, ...update }) => {
    const walls = direct.walls.filter(meets);
    return walls.length === 0 ? [] : [{ ...direct, ...update, walls }];
  });
}

interface Controller {
  readonly account: string;
  readonly owner: { readonly apiVersion: string; readonly kind: string };
}

const CONTROLLERS: readonly Controller[] = [
  { account: "replicaset-controller", owner: { apiVersion: "apps/v1", kind: "ReplicaSet" } },
  { account: "statefulset-controller", owner: { apiVersion: "apps/v1", kind: "StatefulSet" } },
  { account: "daemon-set-controller", owner: { apiVersion: "apps/v1", kind: "DaemonSet" } },
  { account: "job-controller", owner: { apiVersion: "batch/v1", kind: "Job" } },
  { account: "replication-controller", owner: { apiVersion: "v1", kind: "ReplicationController" } },
];

export const CONTROLLER_ACCOUNTS: readonly string[] = CONTROLLERS.map(({ account }) => account);

/** The very request that the controller would send: a guard that trusts controllers trusts everybody. */
function byControllers(direct: Trial, control: PodStep, step: PodStep): Trial[] {
  return CONTROLLERS.map((controller) => ({
    ...direct,
    path: `made by the ${controller.account}`,
    control: madeBy(controller, control),
    step: madeBy(controller, step),
  }));
}

/** Any uid will do: the garbage collector never sees an object that is not stored. */
const OWNER_UID = "00000000-0000-4000-8000-000000000000";

function madeBy({ account, owner }: Controller, step: Step): Step {
  const as = controllerIdentity(account);
  const ownerReferences = [{ ...owner, name: "owner", uid: OWNER_UID, controller: true, blockOwnerDeletion: true }];
  return (scene) => {
    const request = step(scene);
    const body = request.body as { metadata: Record<string, unknown> };
    return { ...request, as, body: { ...body, metadata: { ownerReferences, ...body.metadata } } };
  };
}

export function controllerIdentity(account: string): Identity {
  return {
    user: `system:serviceaccount:kube-system:${account}`,
    groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
  };
}

/** Only where a rule reads templates: Pod Security, quotas and limits judge the pod, which is a trial of its own. */
function inTemplates(direct: Trial, control: PodStep, step: PodStep, covers: CoversTemplates): Trial[] {
  const rules = rulesOf(direct.scene);
  return TEMPLATES.filter((template) => grants(rules, kindOf(template), "create")).flatMap((template) => {
    const walls = direct.walls.flatMap((wall) => inTemplate(wall, template, covers));
    if (walls.every(({ layer }) => layer !== "admission")) return [];
    const made = { ...direct, walls, path: `in a ${template.kind}` };
    const twin = changedWithin(template, control, direct.scene);
    const change = changedWithin(template, step, direct.scene);
    return [
      { ...made, control: within(template, control), step: within(template, step) },
      ...(twin && change ? [{ ...patched(made, template), control: twin, step: change }] : []),
    ];
  });
}

function patched(made: Trial, { kind, filled }: Template): Trial {
  const walls = filled === "new" ? made.walls.filter(({ layer }) => layer !== "mutation") : made.walls;
  return { ...made, path: `by a patch of a ${kind}`, walls };
}

function kindOf({ apiVersion, resource }: Template) {
  const [group, version] = apiVersion.split("/");
  return { group: version === undefined ? "" : (group ?? ""), resource, subresource: undefined };
}

function inTemplate(wall: Wall, { resource }: Template, covers: CoversTemplates): Wall[] {
  if (wall.layer === "mutation") return [wall];
  const names = wall.layer === "admission" ? (wall.names ?? []).filter((rule) => covers(rule, resource)) : [];
  return names.length === 0 ? [] : [{ ...wall, names }];
}
