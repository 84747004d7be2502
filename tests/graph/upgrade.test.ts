import { expect } from "chai";
import { KINDS } from "../../tools/standin/aws/kinds";
import { EKS, KARPENTER, onEks } from "../support/eks";
import { type RegisteredResource, registeredProgram } from "../support/program";

const GROUP = "aws:eks/nodeGroup:NodeGroup";
const TENANTS = {
  acme: { isolation: { nodes: "dedicated" } },
  globex: { isolation: { nodes: "dedicated" }, pool: { scaling: "karpenter" } },
  initech: {},
};

/** All that docs/guides/eks.md has people edit for a new minor. */
const OLD = {
  version: "1.35",
  addons: {
    "eks-pod-identity-agent": "v1.3.9-eksbuild.1",
    "vpc-cni": "v1.20.4-eksbuild.1",
    "kube-proxy": "v1.35.0-eksbuild.2",
    coredns: "v1.12.4-eksbuild.1",
    "aws-ebs-csi-driver": "v1.53.0-eksbuild.1",
  },
  autoscaler: { image: "registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.0" },
  karpenter: { ...KARPENTER, images: { al2023: "v20260401" } },
};
const NEW = { version: "1.36", addons: EKS.addons, autoscaler: EKS.autoscaler, karpenter: KARPENTER };

describe("a cluster that gets the next minor, with all edits in one deployment", () => {
  let resources: readonly RegisteredResource[];
  /** Inputs by URN. */
  let olds: ReadonlyMap<string, RegisteredResource["inputs"]>;
  let changed: ReadonlySet<string>;
  before(async () => {
    const { resources: former } = await registeredProgram(onEks(TENANTS, OLD));
    olds = new Map(former.map(({ urn, inputs }) => [urn, inputs]));
    ({ resources } = await registeredProgram(onEks(TENANTS, NEW)));
    const differs = ({ urn, inputs }: RegisteredResource) => JSON.stringify(olds.get(urn)) !== JSON.stringify(inputs);
    changed = new Set(resources.filter(differs).map(({ urn }) => urn));
  });

  /** How many changes the engine has made one after the other before it comes to this one. */
  function steps(urn: string, known: Map<string, number>): number {
    const found = known.get(urn);
    if (found !== undefined) return found;
    const resource = resources.find((candidate) => candidate.urn === urn);
    const [provider = ""] = resource?.provider.match(/^.*(?=::)/) ?? [];
    const waits = [...(resource?.dependsOn ?? []), ...(provider === "" ? [] : [provider])];
    const step = Math.max(0, ...waits.map((other) => steps(other, known) + (changed.has(other) ? 1 : 0)));
    known.set(urn, step);
    return step;
  }

  /** What changes at each step, without what the guardrails have of the minor: they are held against its API server. */
  function order(): string[][] {
    const known = new Map<string, number>();
    const all: string[][] = [];
    for (const { urn, type, name } of resources) {
      const onNodes = type.startsWith("aws:") || type.endsWith(":EC2NodeClass") || name.endsWith("-autoscaler");
      if (!changed.has(urn) || !onNodes) continue;
      const step = steps(urn, known);
      all[step] = [...(all[step] ?? []), `${type.split(":").at(-1)} ${name}`].sort();
    }
    return all.filter((step) => step !== undefined);
  }

  it("changes the control plane, the add-ons that nodes need, nodes, the add-ons that need nodes, and Karpenter's nodes", () => {
    expect(order()).to.deep.equal([
      ["Cluster cluster"],
      ["Addon cluster-eks-pod-identity-agent"],
      ["Addon cluster-vpc-cni"],
      ["Addon cluster-kube-proxy"],
      ["NodeGroup cluster-acme", "NodeGroup cluster-shared", "NodeGroup cluster-system"],
      ["Addon cluster-coredns"],
      ["Addon cluster-aws-ebs-csi-driver", "Deployment cluster-kube-system/cluster-autoscaler"],
      ["EC2NodeClass cluster-globex-globex"],
    ]);
  });

  it("replaces nothing on AWS, and no pool has to give up its protection", () => {
    expect(resources.filter(({ type }) => type === GROUP).map((group) => group.protect)).to.deep.equal([
      true,
      true,
      true,
    ]);
    const fixed = new Map(KINDS.map(({ token, fixed: fields }) => [token, fields]));
    for (const { urn, type, inputs } of resources.filter(({ urn }) => changed.has(urn))) {
      const fields = Object.keys(inputs).filter(
        (key) => JSON.stringify(inputs[key]) !== JSON.stringify(olds.get(urn)?.[key]),
      );
      expect(
        fields.filter((field) => fixed.get(type)?.includes(field)),
        urn,
      ).to.deep.equal([]);
    }
  });
});
