import { expect } from "chai";
import { refusal } from "../bench";
import { useCloud } from "./site";

describe("the stand-in cloud", () => {
  const { bench, role, estate } = useCloud();

  describe("of access", () => {
    const principalArn = "arn:aws:iam::111122223333:role/platform";
    const association = {
      clusterName: "main",
      principalArn,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      accessScope: { type: "cluster" },
    };

    it("names a principal once, and gives rights only to whom it names", async () => {
      await estate();
      expect(await refusal(bench().make("AccessPolicyAssociation", association))).to.include(
        "The specified principalArn could not be found",
      );
      await bench().make("AccessEntry", { clusterName: "main", principalArn });
      expect(await refusal(bench().make("AccessEntry", { clusterName: "main", principalArn }))).to.include(
        "ResourceInUseException: The specified access entry resource is already in use on this cluster.",
      );
    });

    it("makes an administrator of whom it says, as long as it says so", async () => {
      await estate();
      const entry = await bench().make("AccessEntry", { clusterName: "main", principalArn });
      await bench().make("AccessPolicyAssociation", association);
      expect([...bench().plane.administrators]).to.deep.equal([
        "arn:aws:sts::111122223333:assumed-role/platform/session",
      ]);
      await bench().delete(entry);
      expect([...bench().plane.administrators]).to.deep.equal([]);
      expect(bench().existing).to.not.include("AccessPolicyAssociation");
    });

    it("has no entries where the cluster keeps to its ConfigMap", async () => {
      await estate({ accessConfig: { authenticationMode: "CONFIG_MAP" } });
      expect(await refusal(bench().make("AccessEntry", { clusterName: "main", principalArn }))).to.include(
        "authentication mode must be set to one of [API, API_AND_CONFIG_MAP]",
      );
    });

    it("gives pods a role that trusts them, once for each account", async () => {
      await estate();
      const inputs = { clusterName: "main", namespace: "acme", serviceAccount: "app" };
      const wrong = await role("ec2.amazonaws.com", "wrong");
      expect(
        await refusal(bench().make("PodIdentityAssociation", { ...inputs, roleArn: wrong.state.arn ?? "" })),
      ).to.include("does not allow pods.eks.amazonaws.com to assume it");
      const roleArn = (await role("pods.eks.amazonaws.com", "app")).state.arn ?? "";
      const made = await bench().make("PodIdentityAssociation", { ...inputs, roleArn });
      expect(await refusal(bench().make("PodIdentityAssociation", { ...inputs, roleArn }))).to.include(
        `Association already exists: ${made.id}`,
      );
    });
  });
});
