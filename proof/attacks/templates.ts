import { collection } from "../../components/cluster/collection";
import type { Step } from "./attack";
import { type Change, ownPlacement, type PodStep, podMetadata, podSpec } from "./legal";
import { type Body, creating, given, MERGE, type Prop, patching, scratchName } from "./request";
import type { Scene } from "./scene";

/** A kind whose controller makes pods from a template. */
export interface Template {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: Prop;
  readonly spec: (template: Record<string, unknown>) => Record<string, unknown>;
  /** What the pod of such a template has to have besides. */
  readonly pod?: (scene: Scene) => Record<string, unknown>;
  /** Fields by which an object of the kind is there and its controller makes nothing of it. */
  readonly idle: Readonly<Record<string, unknown>>;
  /** Fields of the pod by which the same is had, for a kind that has none of its own. */
  readonly idlePod?: Readonly<Record<string, unknown>>;
  /** Fields of the pod that may change while the object exists. Unset: all. */
  readonly mutable?: ReadonlySet<string>;
  /** Whether what is missing is filled in when the object is changed, or only when it is made. Unset: always. */
  readonly filled?: "new";
}

const LABELS = { app: "isolation-proof" };
const selected = (template: object) => ({ selector: { matchLabels: LABELS }, template });
const ENDING = () => ({ restartPolicy: "Never" });
const NONE = { replicas: 0 };

export const TEMPLATES: readonly Template[] = [
  // A paused Deployment makes no ReplicaSet either.
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    resource: "deployments",
    spec: selected,
    idle: { ...NONE, paused: true },
  },
  {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    resource: "replicasets",
    spec: selected,
    idle: NONE,
    // A ReplicaSet has to stay what its Deployment made it.
    filled: "new",
  },
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    resource: "statefulsets",
    spec: (template) => ({ ...selected(template), serviceName: "proof" }),
    idle: NONE,
  },
  {
    // Its controller chooses nodes by the template, before a class could add anything to it.
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    resource: "daemonsets",
    spec: selected,
    pod: ownPlacement,
    idle: {},
    idlePod: { nodeSelector: { "isolation-proof": "nowhere" } },
  },
  {
    apiVersion: "batch/v1",
    kind: "Job",
    resource: "jobs",
    spec: (template) => ({ template }),
    pod: ENDING,
    idle: { suspend: true },
    // Of a Job that waits, where its pods go may still be changed; nothing else of them.
    mutable: new Set(["metadata", "tolerations", "nodeSelector"]),
    filled: "new",
  },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    resource: "cronjobs",
    spec: (template) => ({ schedule: "0 0 1 1 *", jobTemplate: { spec: { template } } }),
    pod: ENDING,
    idle: { suspend: true },
  },
  {
    apiVersion: "v1",
    kind: "ReplicationController",
    resource: "replicationcontrollers",
    spec: (template) => ({ selector: LABELS, template }),
    idle: NONE,
  },
];

/** The request that makes such an object, with what the step does to its pod. */
export function within(template: Template, { change }: PodStep): Step {
  return creating(template.resource, (scene) => bodyOf(template, podTemplate(template, scene, change)));
}

/** The request that changes the template of one that exists, or undefined where the API lets nobody change that. */
export function changedWithin(template: Template, { change }: PodStep, scene: Scene): Step | undefined {
  const { apiVersion, resource, mutable } = template;
  const fields = Object.keys(given(change, scene));
  if (mutable && !fields.every((field) => mutable.has(field))) return undefined;
  const path = (it: Scene) => `${collection(apiVersion, resource, { namespace: it.namespace })}/${scratchName(it)}`;
  const body = (it: Scene) => {
    const { metadata, spec } = podTemplate(template, it, change);
    const labels = { ...(metadata as { labels: object }).labels, proof: "touched" };
    return { spec: template.spec({ metadata: { ...(metadata as object), labels }, spec: removing(spec as object) }) };
  };
  return patching(path, (it) => specOnly(template, body(it)), MERGE, { needs: [resource] });
}

/** A selector is never changed. */
function specOnly({ resource }: Template, { spec }: { readonly spec: Record<string, unknown> }): object {
  const { selector: _, serviceName: __, schedule: ___, ...changed } = spec;
  return resource === "cronjobs" || resource === "jobs" ? { spec: changed } : { spec: { template: spec.template } };
}

/** In a merge patch, what is to be gone is written as null. */
function removing(fields: object): object {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value === undefined ? null : value]));
}

/** An object of the kind that does nothing. */
export function idle(template: Template, scene: Scene): Body {
  const body = bodyOf(template, podTemplate(template, scene, { ...template.idlePod }));
  return { ...body, spec: { ...(body.spec as object), ...template.idle } };
}

function bodyOf({ apiVersion, kind, spec }: Template, template: Record<string, unknown>): Body {
  return { apiVersion, kind, spec: spec(template) };
}

function podTemplate({ pod }: Template, scene: Scene, change: Change): Record<string, unknown> {
  return {
    metadata: { ...podMetadata(scene, change), labels: { ...LABELS, ...labelsOf(scene, change) } },
    spec: podSpec(scene, (it) => withinTemplate(pod?.(it) ?? {}, given(change, it))),
  };
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
