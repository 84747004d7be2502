import { expect } from "chai";
import type { PropertyMap } from "../../../../../tools/standin/plugin/properties";
import { kind, refusal } from "../bench";
import { useCloud } from "./site";

describe("the stand-in cloud", () => {
  const { bench, vpc, subnet, estate, groupInputs, group } = useCloud();

  describe("of node groups", () => {
    it("brings nodes with exactly the group's labels, taints and machines", async () => {
      const at = await estate();
      await group(at, {
        labels: { team: "acme" },
        taints: [{ key: "team", value: "acme", effect: "NO_SCHEDULE" }],
        diskSize: 40,
      });
      const [first, second] = bench().plane.nodes;
      expect(bench().plane.nodes).to.have.lengthOf(2);
      expect(first?.labels).to.deep.equal({
        team: "acme",
        "eks.amazonaws.com/capacityType": "ON_DEMAND",
        "eks.amazonaws.com/nodegroup": "shared",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": "m7i.large",
        "topology.kubernetes.io/region": "eu-central-1",
        "topology.kubernetes.io/zone": "eu-central-1a",
      });
      expect(first?.taints).to.deep.equal([{ key: "team", value: "acme", effect: "NoSchedule" }]);
      expect(first?.capacity).to.deep.equal({ cpu: "2", memory: "8192Mi", pods: "29", "ephemeral-storage": "40Gi" });
      expect(second?.labels?.["topology.kubernetes.io/zone"]).to.equal("eu-central-1b");
    });

    it("brings its nodes even when the plugin ends too early", async () => {
      const at = await estate();
      bench().plane.settleNodes = () => Promise.reject(new Error("killed"));
      expect(await refusal(group(at))).to.include("killed");
      Reflect.deleteProperty(bench().plane, "settleNodes");
      await bench().operations().read(kind("NodeGroup"), "main:shared");
      expect(bench().plane.nodes).to.have.lengthOf(2);
    });

    it("keeps the nodes that stay when it scales", async () => {
      const at = await estate();
      const shared = await group(at);
      const before = bench().plane.nodes.map(({ name }) => name);
      const sized = (desiredSize: number) =>
        groupInputs(at, { scalingConfig: { minSize: 0, desiredSize, maxSize: 5 } });
      await bench().change(shared, sized(3));
      expect(
        bench()
          .plane.nodes.map(({ name }) => name)
          .slice(0, 2),
      ).to.deep.equal(before);
      await bench().change(shared, sized(1));
      expect(bench().plane.nodes.map(({ name }) => name)).to.deep.equal(before.slice(0, 1));
    });

    it("has other nodes with another version of its template, of the template's disk", async () => {
      const at = await estate();
      const disk = (volumeSize: number) => ({
        name: "nodes",
        blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize } }],
      });
      const template = await bench().make("LaunchTemplate", disk(50));
      const from = (version: string) => groupInputs(at, { launchTemplate: { id: template.id, version } });
      const shared = await bench().make("NodeGroup", from("1"));
      const before = bench().plane.nodes.map(({ name }) => name);
      expect(bench().plane.nodes[0]?.capacity["ephemeral-storage"]).to.equal("50Gi");
      await bench().change(template, disk(80));
      expect(await refusal(bench().change(shared, from("3")))).to.include("Launch template version 3 does not exist");
      await bench().change(shared, from("2"));
      expect(bench().plane.nodes[0]?.capacity["ephemeral-storage"]).to.equal("80Gi");
      expect(bench().plane.nodes.map(({ name }) => name)).to.not.include.members(before);
    });

    it("has its image's own runtime on its nodes, and what their user data installs", async () => {
      const at = await estate();
      const handlers = async (amiType: string, userData: string) => {
        const template = await bench().make("LaunchTemplate", { userData: Buffer.from(userData).toString("base64") });
        const launchTemplate = { id: template.id, version: "1" };
        await group(at, { nodeGroupName: `of-${template.id}`, amiType, launchTemplate });
        return bench().plane.nodes.at(-1)?.handlers;
      };
      const runsc = '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runsc]';
      expect(await handlers("AL2023_x86_64_STANDARD", "MIME-Version: 1.0\n")).to.deep.equal(["runc"]);
      expect(await handlers("AL2023_x86_64_STANDARD", `MIME-Version: 1.0\n${runsc}\n`)).to.deep.equal([
        "runc",
        "runsc",
      ]);
      expect(await handlers("BOTTLEROCKET_x86_64", "[settings.kernel]\n")).to.deep.equal(["shimpei"]);
    });

    it("takes no user data that its image does not read", async () => {
      const at = await estate();
      const refused = async (amiType: string, userData: string) => {
        const template = await bench().make("LaunchTemplate", { userData: Buffer.from(userData).toString("base64") });
        const launchTemplate = { id: template.id, version: "1" };
        return refusal(group(at, { nodeGroupName: `of-${template.id}`, amiType, launchTemplate }));
      };
      const toml = "# who may log in\n[settings.host-containers.admin]\nenabled = false\n";
      expect(await refused("BOTTLEROCKET_x86_64", toml)).to.equal("nothing was refused");
      expect(await refused("AL2023_x86_64_STANDARD", toml)).to.include(
        "User data was not in the MIME multipart format.",
      );
      for (const script of ["#!/bin/bash\ntrue\n", "MIME-Version: 1.0\nContent-Type: multipart/mixed\n"]) {
        expect(await refused("BOTTLEROCKET_x86_64", script)).to.include(
          "User data was not in the TOML format required by Bottlerocket.",
        );
      }
    });

    it("never gives two groups the same address", async () => {
      const at = await estate();
      await group(at);
      await group(at, { nodeGroupName: "other" });
      expect(new Set(bench().plane.nodes.map(({ name }) => name)).size).to.equal(4);
    });

    it("needs its cluster, its role, its subnets, its template and its machines", async () => {
      const at = await estate();
      const refused = (more: PropertyMap) => refusal(group(at, more));
      expect(await refused({ clusterName: "other" })).to.include("No cluster found for name: other.");
      expect(await refused({ nodeRoleArn: "arn:aws:iam::111122223333:role/x" })).to.include("could not be assumed");
      expect(await refused({ subnetIds: ["subnet-0"] })).to.include("InvalidSubnetID.NotFound");
      expect(await refused({ launchTemplate: { id: "lt-0", version: "1" } })).to.include(
        "InvalidLaunchTemplateId.NotFound",
      );
      expect(await refused({ instanceTypes: ["m7i.huge"] })).to.include("instance types do not exist: [m7i.huge]");
      expect(await refused({ instanceTypes: ["m7g.large"] })).to.include(
        "[m7g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
      );
      expect(await refused({ version: "1.36" })).to.include("version 1.36 is newer than the cluster's, 1.35");
      const elsewhere = await subnet(await vpc("10.9.0.0/16"), "10.9.0.0/24");
      expect(await refused({ subnetIds: [elsewhere.id] })).to.include("are not in the VPC of the cluster");
    });

    it("takes no template that says what is the group's to say", async () => {
      const at = await estate();
      const refused = async (template: PropertyMap, more: PropertyMap = {}) => {
        const { id } = await bench().make("LaunchTemplate", template);
        const inputs = groupInputs(at, { launchTemplate: { id, version: "1" }, ...more });
        const { instanceTypes: _theirs, ...others } = inputs;
        return refusal(bench().make("NodeGroup", "instanceTypes" in more ? inputs : others));
      };
      const subnetId = at.subnetIds[0] ?? "";
      expect(await refused({ networkInterfaces: [{ subnetId }] })).to.include(
        "Subnets cannot be specified in the launch template",
      );
      expect(await refused({ iamInstanceProfile: { name: "x" } })).to.include(
        "IAM instance profile cannot be specified",
      );
      expect(await refused({ instanceType: "m7i.large" }, { instanceTypes: ["m7i.large"] })).to.include(
        "instance types in both",
      );
      expect(await refused({ imageId: "ami-1" }, { version: "1.35" })).to.include(
        "You cannot specify version when the launch template specifies an image ID",
      );
    });

    it("is one of thirty at most", async () => {
      const at = await estate();
      const scalingConfig = { minSize: 0, desiredSize: 0, maxSize: 1 };
      for (let index = 0; index < 30; index += 1) await group(at, { nodeGroupName: `g${index}`, scalingConfig });
      expect(await refusal(group(at, { nodeGroupName: "g30", scalingConfig }))).to.include(
        "ResourceLimitExceededException",
      );
      expect(await refusal(group(at, { nodeGroupName: "g29", scalingConfig }))).to.include("NodeGroup already exists");
    });

    it("lets its nodes in, so that nobody else can make that entry, and takes it along", async () => {
      const at = await estate();
      const shared = await group(at);
      const entry = { clusterName: "main", principalArn: at.node.state.arn ?? "", type: "EC2_LINUX" };
      expect(await refusal(bench().make("AccessEntry", entry))).to.include("already in use on this cluster");
      await bench().delete(shared);
      expect(bench().existing).to.not.include("AccessEntry");
      expect(bench().plane.nodes).to.deep.equal([]);
    });

    it("keeps the security groups that its nodes carry", async () => {
      const at = await estate();
      const own = await bench().make("SecurityGroup", { vpcId: at.network.id, name: "acme" });
      const plane = String((at.main.state.vpcConfig as PropertyMap).clusterSecurityGroupId);
      const { id } = await bench().make("LaunchTemplate", { vpcSecurityGroupIds: [own.id, plane] });
      const shared = await group(at, { launchTemplate: { id, version: "1" } });
      expect(await refusal(bench().delete(own))).to.include("has a dependent object (EKS Node Group main:shared)");
      await bench().delete(shared);
      await bench().delete(own);
    });

    it("takes the tags of its autoscaling group along", async () => {
      const at = await estate();
      const shared = await group(at);
      const [resource] = shared.state.resources as { autoscalingGroups: { name: string }[] }[];
      const autoscalingGroupName = resource?.autoscalingGroups[0]?.name ?? "";
      const tag = { key: "k8s.io/x", value: "y", propagateAtLaunch: false };
      expect(await refusal(bench().make("Tag", { autoscalingGroupName: "eks-x", tag }))).to.include(
        "AutoScalingGroup name not found",
      );
      await bench().make("Tag", { autoscalingGroupName, tag });
      await bench().delete(shared);
      expect(bench().existing).to.not.include("Tag");
    });
  });
});
