import { create, patch } from "../request";
import type { Trial } from "../trial";
import { container, pod, podSpec, sharedPodSpec } from "../workloads";

const limits = { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" };
const limited = (own: object) =>
  pod(podSpec({ containers: [container({ resources: { limits: own, requests: own } })] }));

export const resourceTrials: readonly Trial[] = [
  {
    rule: "resources-limits",
    space: "unbounded",
    legal: create("pods", limited(limits)),
    attacks: {
      "T105 has no limits": create("pods", pod()),
      "T108 fills the node's disk": create("pods", limited({ cpu: "100m", memory: "64Mi" })),
      "T105 has a limit of none, which is no limit": create("pods", limited({ ...limits, memory: "0" })),
      "T106 hides behind limits of the pod": create(
        "pods",
        pod(podSpec({ resources: { limits: { cpu: "1", memory: "1Gi" } } })),
      ),
    },
  },
  {
    rule: "resources-budget",
    legal: create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "budget" } }),
    given: [
      create("resourcequotas", {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "budget" },
        spec: { hard: { pods: "1" } },
      }),
    ],
    attacks: {
      "T116 raises its budget": patch("v1", "resourcequotas/budget", { spec: { hard: { pods: "1000" } } }),
      "T116 says that nothing is used": patch("v1", "resourcequotas/budget/status", {
        status: { hard: { pods: "1000" } },
      }),
      "T116 adds defaults of its own": create("limitranges", {
        apiVersion: "v1",
        kind: "LimitRange",
        metadata: { name: "mine" },
        spec: { limits: [{ type: "Container", default: { cpu: "64" } }] },
      }),
    },
  },
];

const tenantBindingTrials: readonly Trial[] = [
  {
    rule: "binding-scheduler",
    given: [create("pods", pod(podSpec({ nodeSelector: { "example.com/none": "" } }), { name: "waiting" }))],
    legal: create("pods", pod()),
    attacks: {
      "T05 binds a pod to another tenant's node": create("pods/waiting/binding", bindingTo("shared-0")),
      "T05 by the old path": create("bindings", bindingTo("shared-0")),
    },
  },
];

/** A stray namespace may have a scheduler of its own. */
const strayBindingTrials: readonly Trial[] = [
  {
    rule: "binding-scheduler",
    space: "nobody",
    given: [create("pods", pod(sharedPodSpec({ schedulerName: "volcano" }), { name: "waiting" }))],
    legal: create("pods/waiting/binding", bindingTo("shared-0")),
    attacks: {
      "T05 binds a pod to a tenant's node": create("pods/waiting/binding", bindingTo("acme-0")),
      "T05 binds a pod to another tenant's node": create("pods/waiting/binding", bindingTo("hooli-0")),
      "T05 by the old path": create("bindings", bindingTo("acme-1")),
    },
  },
];

function bindingTo(node: string) {
  return {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name: "waiting" },
    target: { apiVersion: "v1", kind: "Node", name: node },
  };
}

export const bindingTrials: readonly Trial[] = [...tenantBindingTrials, ...strayBindingTrials];

export const priorityTrials: readonly Trial[] = [
  {
    rule: "priority-class",
    legal: create("pods", pod()),
    attacks: {
      "T12 ranks with the node's own": create("pods", pod(podSpec({ priorityClassName: "system-node-critical" }))),
      "T13 ranks above other tenants": create("pods", pod(podSpec({ priorityClassName: "important" }))),
    },
  },
];

const scale = (replicas: number) => ({ spec: { replicas } });

export const disruptionTrials: readonly Trial[] = [
  {
    rule: "disruption-room",
    legal: create("poddisruptionbudgets", budget({ maxUnavailable: 1 })),
    attacks: {
      "T21 never lets a pod go": create("poddisruptionbudgets", budget({ maxUnavailable: 0 })),
      "T21 never lets a share go": create("poddisruptionbudgets", budget({ maxUnavailable: "0%" })),
      "T21 keeps all": create("poddisruptionbudgets", budget({ minAvailable: "100%" })),
      "T21 keeps more than there are": create("poddisruptionbudgets", budget({ minAvailable: 1000 })),
    },
  },
  {
    rule: "disruption-unhealthy",
    legal: create("poddisruptionbudgets", budget({ maxUnavailable: "10%" })),
    attacks: {
      "T21 is never healthy": create(
        "poddisruptionbudgets",
        budget({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "IfHealthyBudget" }),
      ),
    },
  },
];

function budget(spec: object) {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "app" },
    spec: { selector: { matchLabels: { app: "app" } }, unhealthyPodEvictionPolicy: "AlwaysAllow", ...spec },
  };
}

const small = { ...limits };
const running = (over: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "running" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "running" } },
    template: {
      metadata: { labels: { app: "running" } },
      spec: sharedPodSpec({ containers: [container({ resources: { limits: small } })] }),
    },
    ...over,
  },
});
const suspended = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "suspended" },
  spec: { suspend: true, template: { spec: { restartPolicy: "Never", ...sharedPodSpec() } } },
};
const nightly = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "nightly" },
  spec: {
    schedule: "0 0 1 1 *",
    jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", ...sharedPodSpec() } } } },
  },
};
const paused = { ...running(), metadata: { name: "paused" }, spec: { ...running().spec, paused: true } };
const partitioned = {
  ...running(),
  kind: "StatefulSet",
  metadata: { name: "partitioned" },
  spec: { ...running().spec, serviceName: "partitioned", updateStrategy: { rollingUpdate: { partition: 2 } } },
};
const existing = [
  create("deployments", running()),
  create("deployments", paused),
  create("statefulsets", partitioned),
  create("jobs", suspended),
  create("cronjobs", nightly),
  create("pods", pod(sharedPodSpec(), { name: "running" })),
];
const controller = (name: string) => ({
  user: `system:serviceaccount:kube-system:${name}`,
  groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system"],
});

export const stateTrials: readonly Trial[] = [
  {
    rule: "state-frozen",
    space: "frozen",
    given: existing,
    legal: patch("apps/v1", "deployments/running/scale", scale(1)),
    attacks: {
      "starts a pod": create("pods", pod(sharedPodSpec())),
      "starts a Deployment": create("deployments", { ...running(), metadata: { name: "other" } }),
      "starts more of what runs": patch("apps/v1", "deployments/running/scale", scale(3)),
      "starts more of what runs, by the other path": patch("apps/v1", "deployments/running", scale(3)),
      "starts something else in its place": patch("apps/v1", "deployments/running", {
        spec: { template: { metadata: { labels: { version: "2" } } } },
      }),
      "starts something else in a pod": patch("v1", "pods/running", [
        { op: "replace", path: "/spec/containers/0/image", value: "registry.example.com/acme/other:1" },
      ]),
      "starts a job that waited": patch("batch/v1", "jobs/suspended", { spec: { suspend: false } }),
      "goes on with a rollout that was paused": patch("apps/v1", "deployments/paused", { spec: { paused: false } }),
      "lets a rollout reach pods that it was kept from": patch("apps/v1", "statefulsets/partitioned", {
        spec: { updateStrategy: { rollingUpdate: { partition: 0 } } },
      }),
      "starts another job every night": patch("batch/v1", "cronjobs/nightly", {
        spec: { jobTemplate: { metadata: { labels: { version: "2" } } } },
      }),
      "has the night's job started": create(
        "jobs",
        { ...suspended, metadata: { name: "nightly-1" } },
        { as: controller("cronjob-controller") },
      ),
    },
  },
  {
    rule: "state-leaving",
    space: "leaving",
    given: [...existing, create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } })],
    legal: { method: "DELETE", apiVersion: "apps/v1", path: "deployments/running" },
    attacks: {
      "makes something": create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "new" } }),
      "changes something": patch("v1", "configmaps/settings", { data: { colour: "red" } }),
      "scales up": patch("apps/v1", "deployments/running/scale", scale(3)),
      "has a pod replaced": create("pods", pod(sharedPodSpec()), { as: controller("replicaset-controller") }),
    },
  },
];
