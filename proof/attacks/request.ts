import type { Ask } from "../../components/cluster/api";
import { collection, type Place } from "../../components/cluster/collection";
import type { Identity } from "../identity";
import type { Scene } from "./scene";

/** One request of an attack or of its control. */
export interface Request {
  readonly method: NonNullable<Ask["method"]>;
  /** Without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Unset: the tenant's own people. */
  readonly as?: Identity;
  /** `none`: the request changes nothing by its nature. Unset: the server is asked to change nothing. */
  readonly dryRun?: "none";
  /** Answers besides success that only those get who were let through, as 404 for a name that is not there. */
  readonly through?: (status: number, body: unknown) => boolean;
  /** What has to exist for the request to make sense; made before, removed afterwards. Unset: nothing. */
  readonly needs?: readonly Prop[];
}

/** Objects that some requests need, made by the tenant itself, legal and inert. */
export type Prop =
  | "pod"
  | "service"
  | "deployments"
  | "replicasets"
  | "statefulsets"
  | "daemonsets"
  | "jobs"
  | "cronjobs"
  | "replicationcontrollers";

export const MERGE = "application/merge-patch+json";
export const STRATEGIC = "application/strategic-merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";
export const APPLY = "application/apply-patch+yaml";

/** Name of every object that is sent, so that whatever may be left behind can be found. */
export function nameOf(scene: Pick<Scene, "run">, part = ""): string {
  return `isolation-proof-${scene.run}${part === "" ? "" : `-${part}`}`;
}

/** Name of what a run makes for its own use: other than everything that is only sent. */
export function scratchName(scene: Pick<Scene, "run">): string {
  return nameOf(scene, "scratch");
}

/** Only who was let through learns that there is nothing of that name. */
export const isAbsent = (status: number): boolean => status === 404;

/** An object as it would be written in YAML, without the name that `creating` gives it. */
export interface Body {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

type FromScene<T> = T | ((scene: Scene) => T);

export function given<T extends object | string>(value: FromScene<T>, scene: Scene): T {
  return typeof value === "function" ? (value as (scene: Scene) => T)(scene) : value;
}

/** Creates an object in the attacker's own namespace. */
export function creating(resource: string, body: FromScene<Body>, more: Partial<Request> = {}) {
  return (scene: Scene): Request => {
    const object = given(body, scene);
    return {
      method: "POST",
      path: collection(object.apiVersion, resource, { namespace: scene.namespace }),
      body: { ...object, metadata: { name: nameOf(scene), namespace: scene.namespace, ...object.metadata } },
      ...more,
    };
  };
}

/** Creates an object in somebody else's namespace, or in none. */
export function creatingIn(place: (scene: Scene) => Place, resource: string, body: FromScene<Body>) {
  return (scene: Scene): Request => {
    const object = given(body, scene);
    return {
      method: "POST",
      path: collection(object.apiVersion, resource, place(scene)),
      body: { ...object, metadata: { name: nameOf(scene), ...place(scene), ...object.metadata } },
    };
  };
}

/** Changes an object by its path. A strategic merge for lists, a merge for everything else. */
export function patching(
  path: (scene: Scene) => string,
  body: FromScene<object>,
  contentType: string = MERGE,
  more: Partial<Request> = {},
) {
  return (scene: Scene): Request => ({
    method: "PATCH",
    path: path(scene),
    body: given(body, scene),
    contentType,
    ...more,
  });
}

/** Reads, which changes nothing; a name that is not there is as good as one that is. */
export function reading(path: (scene: Scene) => string, query: Readonly<Record<string, string>> = {}) {
  return (scene: Scene): Request => ({
    method: "GET",
    path: path(scene),
    query,
    dryRun: "none",
    through: isAbsent,
  });
}

export function deleting(path: (scene: Scene) => string, query: Readonly<Record<string, string>> = {}) {
  return (scene: Scene): Request => ({
    method: "DELETE",
    path: path(scene),
    query,
    through: isAbsent,
  });
}

/** Asks the server's authorizer about the asker itself: for rights that can only be used by somebody logged in. */
export function mayI(attributes: FromScene<Readonly<Record<string, string>>>) {
  return (scene: Scene): Request => ({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: given(attributes, scene) },
    },
    dryRun: "none",
  });
}
