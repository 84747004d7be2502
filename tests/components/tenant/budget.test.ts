import { expect } from "chai";
import { affinityQuota, budgetQuota, priorityQuota } from "../../../components/tenant/budget";
import { shares } from "../../../config/shares";
import { tenantWith } from "../../support/estate";

/** Hard limits of a namespace of a tenant as people write it. */
function hardOf(written: unknown, namespace = "acme"): Readonly<Record<string, string>> {
  const tenant = tenantWith(written);
  const share = shares(tenant).get(namespace);
  if (!share) throw new Error(`no share for ${namespace}`);
  const { spec } = budgetQuota(tenant, namespace, share);
  return (spec?.hard ?? {}) as Record<string, string>;
}

describe("a namespace's budget", () => {
  it("bounds everything that a tenant may use or write", () => {
    const tenant = tenantWith({
      budget: { cpu: "8", memory: "16Gi", ephemeralStorage: "50Gi", storage: "100Gi", pods: 60 },
    });
    const share = shares(tenant).get("acme");
    expect(share && budgetQuota(tenant, "acme", share)).to.deep.equal({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "bulkhead-budget", namespace: "acme" },
      spec: {
        hard: {
          "requests.cpu": "8",
          "limits.cpu": "8",
          "requests.memory": "16Gi",
          "limits.memory": "16Gi",
          "requests.ephemeral-storage": "50Gi",
          "limits.ephemeral-storage": "50Gi",
          "requests.storage": "100Gi",
          pods: "60",
          "count/pods": "180",
          "services.loadbalancers": "0",
          "services.nodeports": "0",
          configmaps: "100",
          secrets: "100",
          services: "30",
          persistentvolumeclaims: "30",
          "count/serviceaccounts": "30",
          "count/deployments.apps": "50",
          "count/statefulsets.apps": "30",
          "count/daemonsets.apps": "10",
          "count/replicasets.apps": "300",
          "count/jobs.batch": "100",
          "count/cronjobs.batch": "30",
          "count/horizontalpodautoscalers.autoscaling": "50",
          "count/poddisruptionbudgets.policy": "30",
          "count/ingresses.networking.k8s.io": "30",
          "count/leases.coordination.k8s.io": "50",
        },
      },
    });
  });

  it("counts the devices that it has: of pods by their name, of claims by their class", () => {
    const devices = { "nvidia.com/gpu": 3, "gpu.example.com": 1, "hugepages-2Mi": "64Mi" };
    const hard = hardOf({ namespaces: ["web", "batch"], budget: { devices } }, "acme-batch");
    expect(hard).to.include({
      "requests.nvidia.com/gpu": "1",
      "gpu.example.com.deviceclass.resource.k8s.io/devices": "0",
      "requests.hugepages-2Mi": "33554432",
    });
    expect(Object.keys(hardOf({})).filter((key) => key.includes("/") && !key.startsWith("count/"))).to.deep.equal([]);
  });

  it("is divided over the namespaces, so that together they get what the tenant has", () => {
    const written = { namespaces: ["web", "batch"], budget: { cpu: "3", memory: "5Gi", pods: 25, loadBalancers: 1 } };
    expect(hardOf(written, "acme-web")).to.include({
      "limits.cpu": "1500m",
      "limits.memory": "2560Mi",
      pods: "13",
      "services.loadbalancers": "1",
    });
    expect(hardOf(written, "acme-batch")).to.include({
      "limits.cpu": "1500m",
      "limits.memory": "2560Mi",
      pods: "12",
      "services.loadbalancers": "0",
    });
  });

  it("gives a namespace the share that is written for it, and the others the rest", () => {
    const written = {
      namespaces: ["web", "batch", "jobs"],
      budget: { cpu: "6", memory: "12Gi", split: { web: { cpu: "4", memory: "6Gi" } } },
    };
    expect(hardOf(written, "acme-web")).to.include({ "requests.cpu": "4", "requests.memory": "6Gi" });
    expect(hardOf(written, "acme-jobs")).to.include({ "requests.cpu": "1", "requests.memory": "3Gi" });
  });

  it("takes another number for a kind, however the kind is spelt", () => {
    const objects = { configmaps: 250, "jobs.batch": 7, "count/cronjobs.batch": 8, serviceaccounts: 9, pods: 70 };
    expect(hardOf({ budget: { objects } })).to.include({
      configmaps: "250",
      "count/jobs.batch": "7",
      "count/cronjobs.batch": "8",
      "count/serviceaccounts": "9",
      "count/pods": "70",
    });
  });

  it("counts a kind that only the tenant's own number names", () => {
    expect(hardOf({ budget: { objects: { "resourceclaims.resource.k8s.io": 4 } } })).to.include({
      "count/resourceclaims.resource.k8s.io": "4",
    });
  });

  it("lets a frozen tenant add no object, and lets its workloads replace the pods they lose", () => {
    const hard = hardOf({ state: "frozen", budget: { pods: 10, objects: { "jobs.batch": 7 } } });
    expect(hard).to.include({ pods: "10", "count/pods": "30" });
    expect(additions(hard)).to.deep.equal([]);
  });

  it("lets a frozen tenant that chose how many pods are kept replace those it loses too", () => {
    expect(hardOf({ state: "frozen", budget: { objects: { pods: 70 } } })).to.include({ "count/pods": "70" });
  });

  it("lets a leaving tenant add nothing at all, not even pods", () => {
    const hard = hardOf({ state: "leaving", budget: { objects: { configmaps: 7, pods: 70 } } });
    expect(hard).to.include({ pods: "0", "count/pods": "0" });
    expect(additions(hard)).to.deep.equal([]);
  });

  for (const resource of ["cpu", "memory", "ephemeralStorage"]) {
    it(`allows no pod where there is no ${resource}, because a limit of 0 is no limit`, () => {
      expect(hardOf({ budget: { [resource]: "0" } })).to.include({ pods: "0", "count/pods": "0" });
    });
  }

  it("opens no node port, however many load balancers there are", () => {
    expect(hardOf({ budget: { loadBalancers: 3 } })).to.include({
      "services.loadbalancers": "3",
      "services.nodeports": "0",
    });
  });
});

/** Kinds of objects, pods aside, of which one more may be made. */
function additions(hard: Readonly<Record<string, string>>): string[] {
  const kinds = ["configmaps", "secrets", "services", "persistentvolumeclaims"];
  return Object.entries(hard)
    .filter(([key]) => kinds.includes(key) || (key.startsWith("count/") && key !== "count/pods"))
    .filter(([, most]) => most !== "0")
    .map(([key]) => key);
}

describe("quotas that allow nothing", () => {
  it("leave no room for pods that outrank the platform's", () => {
    expect(priorityQuota("acme")).to.deep.equal({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "bulkhead-priority", namespace: "acme" },
      spec: {
        hard: { pods: "0" },
        scopeSelector: {
          matchExpressions: [
            {
              scopeName: "PriorityClass",
              operator: "In",
              values: ["system-node-critical", "system-cluster-critical"],
            },
          ],
        },
      },
    });
  });

  it("leave no room for pods that reach for other namespaces with their affinity", () => {
    expect(affinityQuota("acme")).to.deep.equal({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "bulkhead-affinity", namespace: "acme" },
      spec: {
        hard: { pods: "0" },
        scopeSelector: { matchExpressions: [{ scopeName: "CrossNamespacePodAffinity", operator: "Exists" }] },
      },
    });
  });

  it("have one scope each, since a quota counts only what is in all its scopes", () => {
    const scopes = [priorityQuota("acme"), affinityQuota("acme")].map(
      ({ spec }) => spec?.scopeSelector?.matchExpressions?.length,
    );
    expect(scopes).to.deep.equal([1, 1]);
  });
});
