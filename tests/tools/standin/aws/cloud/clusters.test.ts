import { expect } from "chai";
import { refusal } from "../bench";
import { useCloud } from "./site";

describe("the stand-in cloud", () => {
  const { bench, subnet, role, open, cluster, estate, group } = useCloud();

  describe("of clusters", () => {
    it("hands back the control plane that is there, and a security group of its own", async () => {
      const { main } = await estate();
      expect(main.state).to.include({ endpoint: "https://127.0.0.1:6443", status: "ACTIVE" });
      expect(main.state.certificateAuthority).to.deep.equal({ data: "Y2E=" });
      expect(main.state.identities)
        .to.have.nested.property("[0].oidcs[0].issuer")
        .that.matches(/^https:\/\/oidc\.eks\./);
      expect(main.state.vpcConfig).to.have.property("clusterSecurityGroupId").that.matches(/^sg-/);
    });

    it("stands in two zones, in one VPC, with a role that trusts it", async () => {
      const { subnetIds, network } = await open();
      const third = await subnet(network, "10.0.32.0/20");
      const plane = (await role("eks.amazonaws.com", "plane")).state.arn ?? "";
      const other = (await role("ec2.amazonaws.com", "other")).state.arn ?? "";
      const make = (ids: string[], roleArn = plane) =>
        refusal(bench().make("Cluster", { name: "main", roleArn, vpcConfig: { subnetIds: ids } }));
      expect(await make([subnetIds[0] ?? "", third.id])).to.include(
        "Subnets specified must be in at least two different AZs",
      );
      expect(await make(subnetIds, other)).to.include(
        "could not be assumed because it does not exist or the trusted entity",
      );
      expect(await make(["subnet-0", "subnet-1"])).to.include("InvalidSubnetID.NotFound");
    });

    it("has services apart from the VPC", async () => {
      const { subnetIds } = await open();
      const kubernetesNetworkConfig = { serviceIpv4Cidr: "10.0.128.0/20" };
      expect(await refusal(cluster(subnetIds, { kubernetesNetworkConfig }))).to.include(
        "The specified serviceIpv4Cidr 10.0.128.0/20 overlaps with the CIDR 10.0.0.0/16 of the VPC",
      );
    });

    it("goes up one minor version at a time", async () => {
      const { main } = await estate();
      expect(await refusal(bench().change(main, { ...main.inputs, version: "1.37" }))).to.include(
        "Unsupported Kubernetes minor version update from 1.35 to 1.37",
      );
      expect((await bench().change(main, { ...main.inputs, version: "1.36" })).state.version).to.equal("1.36");
    });

    it("is protected until it is not", async () => {
      const { main } = await estate({ deletionProtection: true });
      expect(await refusal(bench().delete(main))).to.include("Cluster main has deletion protection enabled");
      await bench().change(main, { ...main.inputs, deletionProtection: false });
      await bench().delete(main);
    });

    it("keeps the VPC by its security group, and goes after its node groups", async () => {
      const at = await estate();
      const shared = await group(at, { scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 1 } });
      expect(await refusal(bench().delete(at.main))).to.include(
        "ResourceInUseException: Cluster has nodegroups attached",
      );
      await bench().delete(shared);
      expect(await refusal(bench().delete(at.network))).to.include("DependencyViolation");
      await bench().delete(at.main);
      expect(bench().existing).to.not.include.members(["Cluster", "AccessEntry"]);
    });

    it("makes its creator administrator unless told otherwise", async () => {
      const { subnetIds } = await open();
      const main = await cluster(subnetIds, { accessConfig: { authenticationMode: "API" } });
      expect([...bench().plane.administrators]).to.deep.equal([
        "arn:aws:sts::111122223333:assumed-role/platform/session",
      ]);
      await bench().delete(main);
      expect([...bench().plane.administrators]).to.deep.equal([]);
    });

    it("leaves a log group behind where nobody made one before", async () => {
      const { subnetIds } = await open();
      const main = await cluster(subnetIds, { enabledClusterLogTypes: ["audit"] });
      await bench().delete(main);
      expect(bench().existing).to.include("LogGroup");
    });
  });
});
