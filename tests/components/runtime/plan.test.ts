import { expect } from "chai";
import { runtimeClassManifest, tenantRuntimeClass } from "../../../components/runtime/plan";
import { KARPENTER, onEks } from "../../support/eks";
import { estateOf, estateWith, tenantWith } from "../../support/estate";

const PLATFORM = {
  platform: { kind: "existing", capabilities: { runtimes: { native: "runc", gvisor: "runsc", kata: "kata-qemu" } } },
};
const { platform } = estateWith({ acme: {} }, PLATFORM);

function classOf(isolation: unknown, handler?: string) {
  return runtimeClassManifest(tenantWith({ isolation }, PLATFORM), platform, handler);
}

const labels = { "app.kubernetes.io/managed-by": "bulkhead", "bulkhead.dev/tenant": "acme" };
const tolerations = [
  { key: "bulkhead.dev/tenant", operator: "Equal", value: "acme", effect: "NoSchedule" },
  { key: "bulkhead.dev/tenant", operator: "Equal", value: "acme", effect: "NoExecute" },
];

describe("a tenant's runtime class", () => {
  it("is not needed on shared nodes without a sandbox", () => {
    expect(tenantRuntimeClass(tenantWith({}))).to.equal(undefined);
    expect(classOf({ nodes: "shared", runtime: "native" }, "runc")).to.equal(undefined);
  });

  it("places native pods on the tenant's nodes, and costs nothing", () => {
    expect(classOf({ nodes: "dedicated" }, "runc")).to.deep.equal({
      apiVersion: "node.k8s.io/v1",
      kind: "RuntimeClass",
      metadata: { name: "bulkhead-acme", labels },
      handler: "runc",
      scheduling: { nodeSelector: { "bulkhead.dev/tenant": "acme" }, tolerations },
    });
  });

  it("places pods on nodes that only the control plane could label so, where Karpenter makes them", () => {
    const acme = { isolation: { nodes: "dedicated", runtime: "gvisor" }, pool: { scaling: "karpenter" } };
    const estate = estateOf(onEks({ acme }, { karpenter: KARPENTER }));
    const [tenant] = estate.tenants;
    expect(tenant && runtimeClassManifest(tenant, estate.platform, "runsc")?.scheduling?.nodeSelector).to.deep.equal({
      "bulkhead.dev/tenant": "acme",
      "bulkhead.dev.node-restriction.kubernetes.io/tenant": "acme",
      "bulkhead.dev/runtime-gvisor": "true",
    });
  });

  it("places sandboxed pods on those of the tenant's nodes that have gVisor, and counts the sandbox", () => {
    expect(classOf({ nodes: "dedicated", runtime: "gvisor" }, "runsc")).to.deep.equal({
      apiVersion: "node.k8s.io/v1",
      kind: "RuntimeClass",
      metadata: { name: "bulkhead-acme", labels },
      handler: "runsc",
      scheduling: {
        nodeSelector: { "bulkhead.dev/tenant": "acme", "bulkhead.dev/runtime-gvisor": "true" },
        tolerations,
      },
      overhead: { podFixed: { cpu: "50m", memory: "64Mi" } },
    });
  });

  it("places sandboxed pods on any shared node that has gVisor, and tolerates nothing", () => {
    expect(classOf({ runtime: "gvisor" }, "runsc")).to.deep.equal({
      apiVersion: "node.k8s.io/v1",
      kind: "RuntimeClass",
      metadata: { name: "bulkhead-acme", labels },
      handler: "runsc",
      scheduling: { nodeSelector: { "bulkhead.dev/runtime-gvisor": "true" } },
      overhead: { podFixed: { cpu: "50m", memory: "64Mi" } },
    });
  });

  it("counts Kata's virtual machine with every pod", () => {
    expect(classOf({ runtime: "kata" }, "kata-qemu")).to.deep.include({
      handler: "kata-qemu",
      scheduling: { nodeSelector: { "bulkhead.dev/runtime-kata": "true" } },
      overhead: { podFixed: { cpu: "250m", memory: "320Mi" } },
    });
  });

  it("is called as the annotation on the namespaces says", () => {
    expect(tenantRuntimeClass(tenantWith({ isolation: { runtime: "kata" } }, PLATFORM))).to.equal("bulkhead-acme");
  });
});
