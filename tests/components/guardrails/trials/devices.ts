import { create } from "../request";
import type { Trial } from "../trial";
import { container, cronJob, deployment, pod, podSpec } from "../workloads";

const limits = { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" };

export const deviceTrials: readonly Trial[] = [
  {
    rule: "devices-admin-access",
    space: "administered",
    legal: create("resourceclaims", claim("v1", { exactly: { deviceClassName: "gpu" } })),
    attacks: {
      "T115 looks into devices of others": create(
        "resourceclaimtemplates",
        claimTemplate({ exactly: { deviceClassName: "gpu", adminAccess: true } }),
      ),
    },
  },
  {
    rule: "devices-all",
    legal: create("resourceclaims", claim("v1", { exactly: { deviceClassName: "gpu", count: 1 } })),
    attacks: {
      "T114 takes all devices": create(
        "resourceclaims",
        claim("v1", { exactly: { deviceClassName: "gpu", allocationMode: "All" } }),
      ),
      "T114 takes all as a second choice": create(
        "resourceclaims",
        claim("v1", {
          firstAvailable: [
            { name: "one", deviceClassName: "gpu" },
            { name: "all", deviceClassName: "gpu", allocationMode: "All" },
          ],
        }),
      ),
      "T114 through a template": create(
        "resourceclaimtemplates",
        claimTemplate({ exactly: { deviceClassName: "gpu", allocationMode: "All" } }),
      ),
    },
  },
];

const asking = (resources: object) => podSpec({ containers: [container({ resources })] });
const both = (amounts: object) => ({ limits: amounts, requests: amounts });

export const deviceBudgetTrials: readonly Trial[] = [
  {
    rule: "devices-budget",
    legal: create("pods", pod(asking(both({ ...limits, "example.com/platform": "2", "hugepages-2Mi": "0" })))),
    attacks: {
      "T114 takes a device that nobody gave it": create("pods", pod(asking(both({ "nvidia.com/gpu": "1" })))),
      "T114 takes one for an init container": create(
        "pods",
        pod(podSpec({ initContainers: [container({ name: "init", resources: both({ "nvidia.com/gpu": "1" }) })] })),
      ),
      "T114 takes memory as huge pages": create("pods", pod(asking(both({ ...limits, "hugepages-2Mi": "2Mi" })))),
      "T114 through a Deployment": create("deployments", deployment(asking(both({ "nvidia.com/gpu": "1" })))),
      "T114 through a CronJob": create("cronjobs", cronJob(asking(both({ "nvidia.com/gpu": "1" })))),
    },
  },
  {
    rule: "devices-class",
    legal: create("resourceclaims", claim("v1", { exactly: { deviceClassName: "gpu", count: 1 } })),
    attacks: {
      "T114 claims a class that nobody gave it": create(
        "resourceclaims",
        claim("v1", { exactly: { deviceClassName: "tpu" } }),
      ),
      "T114 claims one as a second choice": create(
        "resourceclaims",
        claim("v1", {
          firstAvailable: [
            { name: "one", deviceClassName: "gpu" },
            { name: "other", deviceClassName: "tpu" },
          ],
        }),
      ),
      "T114 claims one through a template": create(
        "resourceclaimtemplates",
        claimTemplate({ exactly: { deviceClassName: "tpu" } }),
      ),
    },
  },
];

function claim(version: string, request: object) {
  return {
    apiVersion: `resource.k8s.io/${version}`,
    kind: "ResourceClaim",
    metadata: { name: "app" },
    spec: { devices: { requests: [{ name: "r", ...request }] } },
  };
}

function claimTemplate(request: object) {
  return {
    apiVersion: "resource.k8s.io/v1",
    kind: "ResourceClaimTemplate",
    metadata: { name: "app" },
    spec: { spec: { devices: { requests: [{ name: "r", ...request }] } } },
  };
}
