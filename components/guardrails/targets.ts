/** What can be asked of the API server that admission sees. Reading is none of it. */
export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** One resource or subresource, with the operations a guard wants to see. */
export interface Target {
  readonly group: string;
  /** Each is judged as it is written; requests in a version that is not listed are converted to a listed one. */
  readonly versions: readonly string[];
  /** `pods`, `pods/status`; or everything, by stars. */
  readonly resource: string;
  readonly operations: readonly Operation[];
}

export const WRITTEN: readonly Operation[] = ["CREATE", "UPDATE"];
export const CHANGED: readonly Operation[] = ["CREATE", "UPDATE", "DELETE"];

export function target(
  group: string,
  resource: string,
  operations: readonly Operation[] = WRITTEN,
  versions: readonly string[] = ["v1"],
): Target {
  return { group, versions, resource, operations };
}

export const pods = target("", "pods");
export const newPods = target("", "pods", ["CREATE"]);
export const ephemeralContainers = target("", "pods/ephemeralcontainers", ["UPDATE"]);
export const resizedPods = target("", "pods/resize", ["UPDATE"]);

/** Kinds with a pod template at spec.template. */
export const templates: readonly Target[] = [
  target("", "replicationcontrollers"),
  target("apps", "daemonsets"),
  target("apps", "deployments"),
  target("apps", "replicasets"),
  target("apps", "statefulsets"),
  target("batch", "jobs"),
];

export const cronJobs = target("batch", "cronjobs");

/** Everything namespaced, custom resources and subresources included. */
export const everything: Target = target("*", "*/*", CHANGED, ["*"]);
