import { create, patch } from "../request";
import type { Trial } from "../trial";
import { cronJob, daemonSet, deployment, pod, podSpec, sharedPodSpec } from "../workloads";

const tolerating = (...tolerations: object[]) => create("pods", pod(podSpec({ tolerations })));
const foreign = { key: "bulkhead.dev/tenant", operator: "Equal", value: "globex", effect: "NoSchedule" };
const gpu = (amount: string) => [
  { name: "app", image: "registry.example.com/acme/app:1.2", imagePullPolicy: "Always", ...device(amount) },
];
const device = (amount: string) => ({
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
  },
  resources: { limits: { "example.com/platform": amount }, requests: { "example.com/platform": amount } },
});
const gated = (more: object) => pod(sharedPodSpec({ schedulingGates: [{ name: "example.com/wait" }], ...more }));
const nodeTerm = (expression: object, kind = "required") => ({
  nodeAffinity:
    kind === "required"
      ? { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } }
      : {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [expression] } },
          ],
        },
});
const apart = (reach: object, kind = "podAntiAffinity") => ({
  [kind]: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: "kubernetes.io/hostname", labelSelector: {}, ...reach },
    ],
  },
});
const own = (effect: string) => ({ key: "bulkhead.dev/tenant", operator: "Equal", value: "acme", effect });

export const placementTrials: readonly Trial[] = [
  {
    rule: "placement-tolerations",
    given: [create("pods", pod(podSpec(), { name: "running" }))],
    legal: tolerating(
      own("NoSchedule"),
      { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 },
      { key: "node.kubernetes.io/unschedulable", operator: "Exists" },
    ),
    attacks: {
      "T06 tolerates everything": tolerating({ operator: "Exists" }),
      "T06 tolerates everything that is not scheduled": tolerating({ operator: "Exists", effect: "NoSchedule" }),
      "T07 tolerates every tenant's taint": tolerating({ key: "bulkhead.dev/tenant", operator: "Exists" }),
      "T07 tolerates another tenant's taint": tolerating(foreign),
      "T08 leaves the effect open": tolerating({ key: "bulkhead.dev/tenant", operator: "Equal", value: "acme" }),
      "T06 tolerates what the platform keeps for itself": tolerating({ key: "CriticalAddonsOnly", operator: "Exists" }),
      "T06 asks for none of a device to tolerate its nodes": create(
        "pods",
        pod(podSpec({ containers: gpu("0"), tolerations: [{ key: "example.com/platform", operator: "Exists" }] })),
      ),
      "T09 adds a toleration to a pod that runs": patch("v1", "pods/running", {
        spec: {
          tolerations: [
            { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
            { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
            own("NoSchedule"),
            own("NoExecute"),
            foreign,
          ],
        },
      }),
      "T06 through a Deployment": create("deployments", deployment(podSpec({ tolerations: [{ operator: "Exists" }] }))),
      "T06 through a CronJob": create("cronjobs", cronJob(podSpec({ tolerations: [{ operator: "Exists" }] }))),
    },
  },
  {
    rule: "placement-tolerations",
    space: "nobody",
    legal: create(
      "pods",
      pod(
        sharedPodSpec({
          tolerations: [
            { operator: "Exists", effect: "NoSchedule" },
            { key: "CriticalAddonsOnly", operator: "Exists" },
          ],
        }),
      ),
    ),
    attacks: {
      "T06 tolerates everything": create("pods", pod(sharedPodSpec({ tolerations: [{ operator: "Exists" }] }))),
      "T07 tolerates a tenant's taint": create("pods", pod(sharedPodSpec({ tolerations: [foreign] }))),
    },
  },
  {
    rule: "placement-tolerations",
    space: "shared",
    legal: create(
      "pods",
      pod(sharedPodSpec({ containers: gpu("1"), tolerations: [{ key: "example.com/platform", operator: "Exists" }] })),
    ),
    attacks: {
      "T07 tolerates its own name's taint, which no node of its has": create(
        "pods",
        pod(sharedPodSpec({ tolerations: [foreign] })),
      ),
    },
  },
  {
    rule: "placement-node-selector",
    space: "shared",
    given: [create("pods", { ...gated({}), metadata: { name: "gated" } })],
    legal: create("pods", pod(sharedPodSpec({ nodeSelector: { "kubernetes.io/os": "linux" } }))),
    attacks: {
      "T02 selects another tenant's nodes": create(
        "pods",
        pod(sharedPodSpec({ nodeSelector: { "bulkhead.dev/tenant": "acme" } })),
      ),
      "T17 turns to them before its gate opens": patch("v1", "pods/gated", {
        spec: { nodeSelector: { "bulkhead.dev/tenant": "acme" } },
      }),
      "T02 through a Deployment": create(
        "deployments",
        deployment(sharedPodSpec({ nodeSelector: { "bulkhead.dev/tenant": "acme" } })),
      ),
      "T02 through a CronJob": create(
        "cronjobs",
        cronJob(sharedPodSpec({ nodeSelector: { "bulkhead.dev/tenant": "acme" } })),
      ),
    },
  },
  {
    rule: "placement-node-selector",
    space: "hollow",
    legal: create(
      "pods",
      pod(podSpec({ runtimeClassName: "bulkhead-hollow", nodeSelector: { "bulkhead.dev/tenant": "umbrella" } })),
    ),
    attacks: {
      "T01 has a class that leads nowhere, and selects nothing": create(
        "pods",
        pod(podSpec({ runtimeClassName: "bulkhead-hollow" })),
      ),
    },
  },
  {
    rule: "placement-node-affinity",
    legal: create(
      "pods",
      pod(
        podSpec({
          affinity: nodeTerm({ key: "bulkhead.dev/tenant", operator: "In", values: ["acme"] }),
        }),
      ),
    ),
    attacks: {
      "T03 names another tenant's nodes as an alternative": create(
        "pods",
        pod(
          podSpec({ affinity: nodeTerm({ key: "bulkhead.dev/tenant", operator: "In", values: ["acme", "globex"] }) }),
        ),
      ),
      "T03 asks for any tenant's nodes": create(
        "pods",
        pod(podSpec({ affinity: nodeTerm({ key: "bulkhead.dev/tenant", operator: "Exists" }) })),
      ),
      "T03 prefers another tenant's nodes": create(
        "pods",
        pod(
          podSpec({
            affinity: nodeTerm({ key: "bulkhead.dev/tenant", operator: "In", values: ["globex"] }, "preferred"),
          }),
        ),
      ),
    },
  },
  {
    rule: "placement-pod-affinity",
    legal: create("pods", pod(podSpec({ affinity: apart({}) }))),
    attacks: {
      "T18 keeps every namespace's pods away": create(
        "pods",
        pod(podSpec({ affinity: apart({ namespaceSelector: {} }) })),
      ),
      "T18 keeps one namespace's pods away": create(
        "pods",
        pod(podSpec({ affinity: apart({ namespaces: ["globex"] }) })),
      ),
      "T18 follows another namespace's pods": create(
        "pods",
        pod(podSpec({ affinity: apart({ namespaces: ["globex"] }, "podAffinity") })),
      ),
    },
  },
  {
    rule: "placement-node-name",
    legal: create("pods", pod()),
    attacks: {
      "T04 chooses its node itself": create("pods", pod(podSpec({ nodeName: "shared-0" }))),
      "T04 through a Deployment": create("deployments", deployment(podSpec({ nodeName: "shared-0" }))),
    },
  },
  {
    rule: "placement-node-name",
    space: "nobody",
    legal: create("pods", pod(sharedPodSpec())),
    attacks: {
      "T04 chooses a tenant's node": create("pods", pod(sharedPodSpec({ nodeName: "acme-0" }))),
      "T46 looks like a pod of the node itself": create(
        "pods",
        pod(sharedPodSpec({ nodeName: "acme-0", automountServiceAccountToken: false }), {
          annotations: { "kubernetes.io/config.mirror": "x" },
        }),
      ),
    },
  },
  {
    rule: "placement-scheduler",
    legal: create("pods", pod(podSpec({ schedulerName: "default-scheduler" }))),
    attacks: { "T10 waits for a scheduler of its own": create("pods", pod(podSpec({ schedulerName: "mine" }))) },
  },
  {
    rule: "placement-daemonset",
    legal: create(
      "daemonsets",
      daemonSet(
        podSpec({
          nodeSelector: { "bulkhead.dev/tenant": "acme" },
          tolerations: [own("NoSchedule"), own("NoExecute")],
        }),
      ),
    ),
    attacks: {
      "T11 has a pod made for every node": create("daemonsets", daemonSet(podSpec())),
      "T11 selects but does not tolerate": create(
        "daemonsets",
        daemonSet(podSpec({ nodeSelector: { "bulkhead.dev/tenant": "acme" } })),
      ),
    },
  },
];
