import { expect } from "chai";
import type { RuntimeClass } from "kubernetes-types/node/v1";
import { planEstate } from "../../../components/plan";
import { nodeClassOf, nodePoolOf } from "../../../components/pool/karpenter.plan";
import { groupOf, groupTagsOf } from "../../../components/pool/managed.plan";
import { planPools } from "../../../components/pool/plan";
import { kataRelease } from "../../../components/runtime/kata.plan";
import type { EksPlatform } from "../../../config/schema";
import { KARPENTER, onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";

const ISOLATION = { nodes: "dedicated", runtime: "kata" };

function estate(pool: object, kata: object = {}) {
  const platform = { karpenter: KARPENTER, sandbox: { kata } };
  return estateOf(onEks({ acme: { isolation: ISOLATION, pool } }, platform));
}

function poolOf(pool: object) {
  const plan = planPools(estate(pool)).find(({ name }) => name === "acme");
  if (!plan) throw new Error("no pool");
  return plan;
}

const releaseOf = (kata: object) => {
  const { platform } = estate({ machines: ["m7i.metal-24xl"] }, kata);
  return kataRelease((platform as EksPlatform).sandbox.kata);
};

const STARTUP = { key: "startup-taint.cluster-autoscaler.kubernetes.io/kata", value: "installing" };
const FACTS = { instanceProfile: "p", subnets: [], securityGroups: [], diskKey: "k", tags: {} };

describe("the installation of Kata", () => {
  it("is kata-deploy on the nodes that are labelled for it, with one hypervisor and no classes of its own", () => {
    expect(releaseOf({})).to.deep.equal({
      name: "kata-deploy",
      chart: "oci://ghcr.io/kata-containers/kata-deploy-charts/kata-deploy",
      version: "4.1.0",
      namespace: "kube-system",
      disableWebhooks: true,
      values: {
        deploymentMode: "daemonset",
        k8sDistribution: "k8s",
        imagePullPolicy: "IfNotPresent",
        image: { reference: "quay.io/kata-containers/kata-deploy" },
        shims: { disableAll: true, qemu: { enabled: true } },
        defaultShim: { amd64: "qemu", arm64: "qemu" },
        snapshotter: { setup: [] },
        runtimeClasses: { enabled: false },
        nodeSelector: { "bulkhead.dev/runtime-kata": "true" },
        tolerations: [
          { key: "bulkhead.dev/tenant", operator: "Exists", effect: "NoSchedule" },
          { key: "bulkhead.dev/tenant", operator: "Exists", effect: "NoExecute" },
          { ...STARTUP, operator: "Equal", effect: "NoSchedule" },
        ],
        startupTaints: ["startup-taint.cluster-autoscaler.kubernetes.io/kata:NoSchedule"],
      },
    });
  });

  it("is of another release, hypervisor and image where the file says so", () => {
    const { chart, version, values } = releaseOf({
      version: "4.2.0",
      hypervisor: "clh",
      source: "oci://mirror.example.com/charts",
      image: "mirror.example.com:5000/kata-deploy:4.2.0",
    });
    expect([chart, version]).to.deep.equal(["oci://mirror.example.com/charts/kata-deploy", "4.2.0"]);
    expect(values.shims).to.deep.equal({ disableAll: true, clh: { enabled: true } });
    expect(values.image).to.deep.equal({ reference: "mirror.example.com:5000/kata-deploy", tag: "4.2.0" });
    const pinned = `mirror.example.com/kata-deploy@sha256:${"0".repeat(64)}`;
    expect(releaseOf({ image: pinned }).values.image).to.deep.equal({ reference: pinned });
  });
});

describe("nodes that run Kata", () => {
  it("let nobody in before it is installed, in a managed group of servers", () => {
    const plan = poolOf({ machines: ["m7i.metal-24xl"] });
    expect(groupOf(plan).taints).to.deep.equal([
      { key: "bulkhead.dev/tenant", value: "acme", effect: "NO_SCHEDULE" },
      { key: "bulkhead.dev/tenant", value: "acme", effect: "NO_EXECUTE" },
      { ...STARTUP, effect: "NO_SCHEDULE" },
    ]);
    expect(Object.keys(groupTagsOf(plan)).join(), "of what goes, the autoscaler is told nothing").to.not.include(
      "startup",
    );
  });

  it("let nobody in before it is installed, and have guests of their own, where Karpenter makes them", () => {
    const plan = poolOf({ machines: ["m8i.xlarge"], scaling: "karpenter" });
    const { spec } = nodePoolOf(plan) as unknown as {
      spec: { template: { spec: { taints: { key: string }[]; startupTaints: object[] } } };
    };
    expect(spec.template.spec.startupTaints).to.deep.equal([{ ...STARTUP, effect: "NoSchedule" }]);
    expect(spec.template.spec.taints.map(({ key }) => key)).to.deep.equal([
      "bulkhead.dev/tenant",
      "bulkhead.dev/tenant",
    ]);
    expect(nodeClassOf(plan, KARPENTER.images, FACTS)).to.have.nested.property(
      "spec.cpuOptions.nestedVirtualization",
      "enabled",
    );
  });

  it("are not asked for nested guests where they are servers themselves", () => {
    const plan = poolOf({ machines: ["m8i.metal-48xl"], scaling: "karpenter" });
    expect(nodeClassOf(plan, KARPENTER.images, FACTS)).to.not.have.nested.property("spec.cpuOptions");
  });

  it("have a class of the hypervisor's handler that counts what it takes", () => {
    const classOf = (kata: object) =>
      planEstate(estate({ machines: ["m7i.metal-24xl"] }, kata)).tenants[0]?.runtimeClasses[0] as RuntimeClass;
    expect(classOf({})).to.deep.include({
      handler: "kata-qemu",
      overhead: { podFixed: { cpu: "250m", memory: "320Mi" } },
    });
    expect(classOf({ hypervisor: "clh" })).to.deep.include({
      handler: "kata-clh",
      overhead: { podFixed: { cpu: "250m", memory: "130Mi" } },
    });
    expect(classOf({}).scheduling?.nodeSelector).to.deep.equal({
      "bulkhead.dev/tenant": "acme",
      "bulkhead.dev/runtime-kata": "true",
    });
  });
});
