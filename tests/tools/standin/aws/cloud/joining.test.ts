import { expect } from "chai";
import type { PropertyMap } from "../../../../../tools/standin/plugin/properties";
import { refusal } from "../bench";
import { useCloud } from "./site";

describe("the stand-in cloud", () => {
  const { bench, subnet, role, attach, estate, group } = useCloud();

  describe("fails a node group whose machines would never join", () => {
    const failure = async (work: Promise<unknown>) => {
      const message = await refusal(work);
      expect(bench().plane.nodes).to.deep.equal([]);
      return message;
    };

    it("for its role has no policy for nodes", async () => {
      const at = await estate();
      const bare = await role("ec2.amazonaws.com", "bare");
      await attach(bare, "AmazonEC2ContainerRegistryPullOnly");
      expect(await failure(group({ ...at, node: bare }))).to.equal(
        "waiting for EKS Node Group (main:shared) create: NodeCreationFailure: Instances failed to join the kubernetes cluster: role bare has neither AmazonEKSWorkerNodePolicy nor AmazonEKSWorkerNodeMinimalPolicy with ec2:DescribeInstances",
      );
      expect(bench().store.read().get("aws:eks/nodeGroup:NodeGroup", "main:shared")?.state.status).to.equal(
        "CREATE_FAILED",
      );
    });

    it("for its role has the minimal policy only, until it may ask EC2 what it is", async () => {
      const at = await estate();
      const node = await role("ec2.amazonaws.com", "minimal");
      await attach(node, "AmazonEKSWorkerNodeMinimalPolicy");
      await attach(node, "AmazonEC2ContainerRegistryPullOnly");
      expect(await failure(group({ ...at, node }))).to.include("with ec2:DescribeInstances");
      const Statement = [{ Effect: "Allow", Action: ["ec2:DescribeInstances"], Resource: "*" }];
      await bench().make("RolePolicy", { role: node.id, policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
      await group({ ...at, node }, { nodeGroupName: "other" });
      expect(bench().plane.nodes).to.have.lengthOf(2);
    });

    it("for its role may not pull images", async () => {
      const at = await estate();
      const node = await role("ec2.amazonaws.com", "pulls-nothing");
      await attach(node, "AmazonEKSWorkerNodePolicy");
      expect(await failure(group({ ...at, node }))).to.include(
        "role pulls-nothing may not pull images from Amazon ECR",
      );
    });

    it("for nothing leads out of its subnets", async () => {
      const at = await estate();
      const closed = await subnet(at.network, "10.0.32.0/20");
      expect(await failure(group(at, { subnetIds: [closed.id] }))).to.include(
        `subnet ${closed.id} has no route to a gateway and no endpoint of ec2, ecr.api, ecr.dkr, s3, sts`,
      );
    });

    it("unless there are endpoints of all that nodes call", async () => {
      const at = await estate();
      const closed = await subnet(at.network, "10.0.32.0/20");
      const table = await bench().make("RouteTable", { vpcId: at.network.id });
      await bench().make("RouteTableAssociation", { routeTableId: table.id, subnetId: closed.id });
      const endpoint = (service: string, more: PropertyMap) =>
        bench().make("VpcEndpoint", {
          vpcId: at.network.id,
          serviceName: `com.amazonaws.eu-central-1.${service}`,
          ...more,
        });
      for (const service of ["ec2", "ecr.api", "ecr.dkr", "sts"])
        await endpoint(service, { vpcEndpointType: "Interface" });
      await endpoint("s3", { routeTableIds: [table.id] });
      await group(at, { subnetIds: [closed.id] });
      expect(bench().plane.nodes).to.have.lengthOf(2);
    });

    it("for its own security groups replace the cluster's and open nothing, until they do", async () => {
      const at = await estate();
      const { id: own } = await bench().make("SecurityGroup", { vpcId: at.network.id, name: "acme" });
      const { id } = await bench().make("LaunchTemplate", { vpcSecurityGroupIds: [own] });
      const inputs = { launchTemplate: { id, version: "1" } };
      expect(await failure(group(at, inputs))).to.include(
        "nothing lets nodes out to the API server (443), in to the API server (443), in to the kubelet (10250)",
      );
      const plane = (at.main.state.vpcConfig as PropertyMap).clusterSecurityGroupId ?? "";
      const rule = (direction: string, group: PropertyMap[string], other: PropertyMap[string], port: number) =>
        bench().make(`SecurityGroup${direction}Rule`, {
          securityGroupId: group ?? "",
          referencedSecurityGroupId: other ?? "",
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        });
      await rule("Egress", own, plane, 443);
      await rule("Ingress", plane, own, 443);
      expect(await failure(group(at, { ...inputs, nodeGroupName: "second" }))).to.include(
        "nothing lets nodes in to the kubelet (10250)",
      );
      await rule("Ingress", own, plane, 10250);
      await group(at, { ...inputs, nodeGroupName: "other" });
      expect(bench().plane.nodes).to.have.lengthOf(2);
    });

    it("for autoscaling may not use the key of its disks", async () => {
      const at = await estate();
      const key = await bench().make("Key", {});
      const ebs = { encrypted: "true", kmsKeyId: key.state.arn ?? "" };
      const { id } = await bench().make("LaunchTemplate", { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs }] });
      expect(await failure(group(at, { launchTemplate: { id, version: "1" } }))).to.include(
        "Client.InvalidKMSKey.InvalidState",
      );
    });
  });
});
