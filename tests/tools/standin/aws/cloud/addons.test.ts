import { expect } from "chai";
import { refusal } from "../bench";
import { useCloud } from "./site";

describe("the stand-in cloud", () => {
  const { bench, role, estate, group } = useCloud();

  describe("of add-ons", () => {
    const addon = (addonName: string) => bench().make("Addon", { clusterName: "main", addonName });

    it("has DaemonSets active before there is a node, and each once", async () => {
      await estate();
      await addon("vpc-cni");
      expect(await refusal(addon("vpc-cni"))).to.include("ResourceInUseException: Addon already exists.");
    });

    it("fails CoreDNS until a node takes its pods", async () => {
      const at = await estate();
      const inputs = { clusterName: "main", addonName: "coredns" };
      await group(at, { taints: [{ key: "team", value: "acme", effect: "NO_SCHEDULE" }] });
      expect(await refusal(bench().make("Addon", inputs))).to.include("no node takes the pods of coredns");
      await refusal(group({ ...at, node: await role("ec2.amazonaws.com", "bare") }, { nodeGroupName: "failed" }));
      expect(await refusal(bench().make("Addon", { ...inputs, addonName: "metrics-server" }))).to.include(
        "no node takes the pods",
      );
      await group(at, { nodeGroupName: "system", taints: [{ key: "CriticalAddonsOnly", effect: "NO_SCHEDULE" }] });
      const [made] = bench().store.read().all("aws:eks/addon:Addon");
      if (made) await bench().change(made, inputs);
    });
  });
});
