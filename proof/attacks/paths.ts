import type { Identity } from "../identity";
import { type Attack, type Step, wallsOf } from "./attack";
import { type Change, isPodStep, ownPlacement, type PodStep, podMetadata, podSpec } from "./legal";
import { creating, given } from "./request";
import type { Scene } from "./scene";
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
  return [direct, ...byControllers(direct, control, step), ...inTemplates(direct, control, step, covers)];
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

interface Template {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly spec: (template: Record<string, unknown>) => Record<string, unknown>;
  /** What the pod of such a template has to have besides. */
  readonly pod?: (scene: Scene) => Record<string, unknown>;
}

const LABELS = { app: "isolation-proof" };
const selected = (template: object) => ({ selector: { matchLabels: LABELS }, template });
const ENDING = () => ({ restartPolicy: "Never" });

const TEMPLATES: readonly Template[] = [
  { apiVersion: "apps/v1", kind: "Deployment", resource: "deployments", spec: selected },
  { apiVersion: "apps/v1", kind: "ReplicaSet", resource: "replicasets", spec: selected },
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    resource: "statefulsets",
    spec: (template) => ({ ...selected(template), serviceName: "proof" }),
  },
  // Its controller chooses nodes by the template, before a class could add anything to it.
  { apiVersion: "apps/v1", kind: "DaemonSet", resource: "daemonsets", spec: selected, pod: ownPlacement },
  { apiVersion: "batch/v1", kind: "Job", resource: "jobs", spec: (template) => ({ template }), pod: ENDING },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    resource: "cronjobs",
    spec: (template) => ({ schedule: "0 0 1 1 *", suspend: true, jobTemplate: { spec: { template } } }),
    pod: ENDING,
  },
];

/** Only where a rule reads templates: Pod Security, quotas and limits judge the pod, which is a trial of its own. */
function inTemplates(direct: Trial, control: PodStep, step: PodStep, covers: CoversTemplates): Trial[] {
  return TEMPLATES.map((template) => ({
    ...direct,
    path: `in a ${template.kind}`,
    control: within(template, control),
    step: within(template, step),
    walls: direct.walls.flatMap((wall) => inTemplate(wall, template, covers)),
  })).filter(({ walls }) => walls.some(({ layer }) => layer === "admission"));
}

function inTemplate(wall: Wall, { resource }: Template, covers: CoversTemplates): Wall[] {
  if (wall.layer === "mutation") return [wall];
  const names = wall.layer === "admission" ? (wall.names ?? []).filter((rule) => covers(rule, resource)) : [];
  return names.length === 0 ? [] : [{ ...wall, names }];
}

function within({ apiVersion, kind, resource, spec, pod }: Template, { change }: PodStep): Step {
  return creating(resource, (scene) => ({
    apiVersion,
    kind,
    spec: spec({
      metadata: { ...podMetadata(scene, change), labels: { ...LABELS, ...labelsOf(scene, change) } },
      spec: podSpec(scene, (it) => withinTemplate(pod?.(it) ?? {}, given(change, it))),
    }),
  }));
}

function labelsOf(scene: Scene, change: Change): object {
  return (podMetadata(scene, change).labels as object | undefined) ?? {};
}

/** The attack's selector and tolerations come to those that a legal template has, so that nothing else is missing. */
function withinTemplate(legal: Record<string, unknown>, change: Readonly<Record<string, unknown>>) {
  const { nodeSelector, tolerations } = legal;
  return {
    ...legal,
    ...change,
    ...(nodeSelector && change.nodeSelector ? { nodeSelector: { ...nodeSelector, ...change.nodeSelector } } : {}),
    ...(tolerations && change.tolerations
      ? { tolerations: [...(tolerations as unknown[]), ...(change.tolerations as unknown[])] }
      : {}),
  };
}
