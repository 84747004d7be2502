import { create, patch } from "../request";
import type { Trial } from "../trial";
import { container, cronJob, deployment, pod, podSpec, sharedPodSpec } from "../workloads";

const annotated = (annotations: object, spec = podSpec()) => create("pods", pod(spec, { annotations }));
const labelled = (labels: object) => create("pods", pod(podSpec(), { labels }));

const placed = {
  nodeSelector: { "bulkhead.dev/tenant": "acme" },
  tolerations: ["NoSchedule", "NoExecute"].map((effect) => ({
    key: "bulkhead.dev/tenant",
    operator: "Equal",
    value: "acme",
    effect,
  })),
};

export const runtimeTrials: readonly Trial[] = [
  {
    rule: "runtime-class",
    legal: create("pods", pod()),
    attacks: {
      "T43 leaves the sandbox and keeps the nodes": create("pods", pod(sharedPodSpec(placed))),
      "T01 runs wherever there is room": create("pods", pod(sharedPodSpec())),
      "T43 through a Deployment": create("deployments", deployment(sharedPodSpec())),
      "T43 through a CronJob": create("cronjobs", cronJob(sharedPodSpec())),
    },
  },
  {
    rule: "runtime-class",
    space: "shared",
    legal: create("pods", pod(sharedPodSpec())),
    attacks: {
      "T02 takes another tenant's class": create(
        "deployments",
        deployment(sharedPodSpec({ runtimeClassName: "bulkhead-acme" })),
      ),
    },
  },
  {
    rule: "runtime-class",
    space: "nobody",
    legal: create("pods", pod(sharedPodSpec())),
    attacks: {
      "T02 takes a tenant's class": create(
        "deployments",
        deployment(sharedPodSpec({ runtimeClassName: "bulkhead-acme" })),
      ),
    },
  },
  {
    rule: "runtime-grace-period",
    legal: create("pods", pod(podSpec({ terminationGracePeriodSeconds: 3600 }))),
    attacks: {
      "T22 takes a day to end": create("pods", pod(podSpec({ terminationGracePeriodSeconds: 86_400 }))),
    },
  },
  {
    rule: "runtime-inline-volume",
    legal: create("pods", pod(podSpec({ volumes: [{ name: "scratch", emptyDir: {} }] }))),
    attacks: {
      "T41 mounts whatever server it likes": create(
        "pods",
        pod(
          podSpec({
            volumes: [{ name: "v", csi: { driver: "nfs.csi.k8s.io", volumeAttributes: { server: "10.0.0.1" } } }],
          }),
        ),
      ),
    },
  },
  {
    rule: "runtime-user-namespace",
    space: "confined",
    legal: create("pods", pod(sharedPodSpec({ hostUsers: false }))),
    attacks: { "T40 is root on the node, once it breaks out": create("pods", pod(sharedPodSpec())) },
  },
  {
    rule: "runtime-annotations",
    given: [
      create("pods", pod(podSpec(), { name: "running", annotations: { "k8s.v1.cni.cncf.io/networks": "mine" } })),
    ],
    legal: annotated({
      "checksum/config": "abc",
      owner: "web",
      "prometheus.io/scrape": "true",
      "kubectl.kubernetes.io/default-container": "app",
    }),
    attacks: {
      "T44 turns the sandbox's settings": annotated({ "io.katacontainers.config.hypervisor.kernel_params": "x" }),
      "T44 turns gVisor's settings": annotated({ "dev.gvisor.internal.network": "host" }),
      "T45 asks for another network": annotated({ "k8s.v1.cni.cncf.io/networks": "kube-system/hosts" }),
      "T20 keeps a shared node from going": annotated({ "karpenter.sh/do-not-disrupt": "true" }),
      "T20 keeps the autoscaler away": annotated({ "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" }),
      "T20 on a pod that runs": patch("v1", "pods/running", {
        metadata: { annotations: { "karpenter.sh/do-not-disrupt": "true" } },
      }),
      "T20 changes one that was there": patch("v1", "pods/running", {
        metadata: { annotations: { "k8s.v1.cni.cncf.io/networks": "kube-system/hosts" } },
      }),
    },
  },
  {
    rule: "runtime-labels",
    legal: labelled({ app: "web", "app.kubernetes.io/name": "web", tier: "front" }),
    attacks: {
      "T45 leaves the service mesh": labelled({ "sidecar.istio.io/inject": "false" }),
      "T79 wears a label of the platform's": labelled({ "bulkhead.dev/tenant": "globex" }),
    },
  },
];

const imaged = (image: string, policy = "Always") =>
  create("pods", pod(podSpec({ containers: [container({ image, imagePullPolicy: policy })] })));
const sharedImage = (policy: string) =>
  create("pods", pod(sharedPodSpec({ containers: [container({ imagePullPolicy: policy })] })));
const debugger_ = (image: string) =>
  patch("v1", "pods/running/ephemeralcontainers", {
    spec: { ephemeralContainers: [container({ name: "debug", image })] },
  });

export const imageTrials: readonly Trial[] = [
  {
    rule: "images-registry",
    given: [create("pods", pod(podSpec(), { name: "running" }))],
    legal: imaged(
      "registry.example.com:5000/acme/team/app:V1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ),
    attacks: {
      "T48 pulls another tenant's image": imaged("registry.example.com/globex/app:1"),
      "T48 from a registry that is only called alike": imaged("registry.example.com.evil.example/acme/app:1"),
      "T48 from a path that is only called alike": imaged("registry.example.com/acme-evil/app:1"),
      "T48 by way of the parent folder": imaged("registry.example.com/acme/../globex/app:1"),
      "T48 without a registry": imaged("nginx"),
      "T48 from another port": imaged("registry.example.com:6000/acme/app:1"),
      "T48 in capitals": imaged("REGISTRY.example.com/acme/app:1"),
      "T37 in an init container": create(
        "pods",
        pod(podSpec({ initContainers: [container({ name: "init", image: "docker.io/library/nginx:1" })] })),
      ),
      "T37 as a volume": create(
        "pods",
        pod(
          podSpec({
            volumes: [{ name: "v", image: { reference: "docker.io/library/nginx:1", pullPolicy: "Always" } }],
          }),
        ),
      ),
      "T37 by changing a pod that runs": patch("v1", "pods/running", [
        { op: "replace", path: "/spec/containers/0/image", value: "docker.io/library/nginx:1" },
      ]),
      "T36 in a debugging container": debugger_("docker.io/library/nginx:1"),
      "T37 through a Deployment": create(
        "deployments",
        deployment(podSpec({ containers: [container({ image: "docker.io/library/nginx:1" })] })),
      ),
    },
  },
  {
    rule: "images-pull-policy",
    space: "shared",
    legal: sharedImage("Always"),
    attacks: {
      "T47 takes an image that somebody else pulled": sharedImage("IfNotPresent"),
      "T47 never asks the registry": sharedImage("Never"),
      "T47 as a volume": create(
        "pods",
        pod(
          sharedPodSpec({
            volumes: [{ name: "v", image: { reference: "registry.example.com/x:1", pullPolicy: "IfNotPresent" } }],
          }),
        ),
      ),
    },
  },
];
