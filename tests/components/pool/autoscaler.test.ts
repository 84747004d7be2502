import { expect } from "chai";
import type { Deployment } from "kubernetes-types/apps/v1";
import { autoscalerManifests, autoscalerRights, type ScaledPlatform } from "../../../components/pool/autoscaler.plan";
import { onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";

const platform = estateOf(onEks({ acme: {} })).platform as ScaledPlatform;

describe("cluster-autoscaler", () => {
  it("changes the size of its own cluster's groups and of no other", () => {
    const { Statement } = JSON.parse(autoscalerRights(platform)) as {
      Statement: { Action: string[]; Resource: string; Condition?: object }[];
    };
    const writing = Statement.filter(({ Action }) => Action.some((action) => !/:(Describe|Get)/.test(action)));
    expect(writing).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/staging": "owned" } },
      },
    ]);
    const groups = Statement.find(({ Action }) => Action.includes("eks:DescribeNodegroup"));
    expect(groups?.Resource).to.equal("arn:aws:eks:eu-central-1:111122223333:nodegroup/staging/*");
  });

  it("may read no Secret and write no role", () => {
    const rules = autoscalerManifests(platform).flatMap(
      (manifest) => (manifest as { rules?: { resources: string[] }[] }).rules ?? [],
    );
    const resources = rules.flatMap((rule) => rule.resources);
    expect(resources).to.include("nodes");
    expect(resources).to.not.include.members(["secrets"]);
    expect(resources.filter((resource) => /secret|role|serviceaccount|\*/.test(resource))).to.deep.equal([]);
  });

  it("runs on the cluster's own nodes, and finds the groups that EKS tagged", () => {
    const deployment = autoscalerManifests(platform).at(-1) as Deployment;
    const pod = deployment.spec?.template.spec;
    expect(pod?.nodeSelector).to.deep.equal({ "bulkhead.dev/pool": "system" });
    expect(pod?.tolerations).to.deep.equal([{ key: "CriticalAddonsOnly", operator: "Exists", effect: "NoSchedule" }]);
    // Nothing about groups that are alike: no two pools are, and each is one group.
    expect(pod?.containers[0]?.command).to.deep.equal([
      "./cluster-autoscaler",
      "--cloud-provider=aws",
      "--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/staging",
      "--namespace=kube-system",
      "--expander=least-waste",
      "--skip-nodes-with-local-storage=false",
    ]);
  });
});
