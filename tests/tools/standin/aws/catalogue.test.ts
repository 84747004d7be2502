import { expect } from "chai";
import { catalogueOf } from "../../../../tools/standin/aws/catalogue";

describe("the machines that Karpenter chooses from", () => {
  const catalogue = catalogueOf("eu-central-1");
  const labels = (name: string) =>
    catalogue
      .find((type) => type.name === name)
      ?.offerings.map(({ Requirements }) =>
        Object.fromEntries(Requirements.map(({ key, values }) => [key, values[0]])),
      );

  it("have what a node of the same type in a managed group has", () => {
    const { resources, architecture } = catalogue.find(({ name }) => name === "m7i.xlarge") ?? {};
    expect(resources).to.deep.equal({ cpu: "4", memory: "16Gi", pods: "58", "ephemeral-storage": "20Gi" });
    expect(architecture).to.equal("amd64");
  });

  it("are offered in each zone, on demand and cheaper as spot machines, with the labels that pools select by", () => {
    const offers = labels("c7g.2xlarge") ?? [];
    expect(
      offers.map((offer) => `${offer["topology.kubernetes.io/zone"]} ${offer["karpenter.sh/capacity-type"]}`),
    ).to.deep.equal([
      "eu-central-1a on-demand",
      "eu-central-1a spot",
      "eu-central-1b on-demand",
      "eu-central-1b spot",
      "eu-central-1c on-demand",
      "eu-central-1c spot",
    ]);
    expect(offers[0]).to.deep.include({
      "topology.kubernetes.io/region": "eu-central-1",
      "karpenter.k8s.aws/instance-category": "c",
      "karpenter.k8s.aws/instance-family": "c7g",
      "karpenter.k8s.aws/instance-generation": "7",
      "karpenter.k8s.aws/instance-size": "2xlarge",
      "karpenter.k8s.aws/instance-cpu": "8",
      "karpenter.k8s.aws/instance-memory": "16384",
    });
    const [onDemand, spot] = catalogue.find(({ name }) => name === "c7g.2xlarge")?.offerings ?? [];
    expect(spot?.Price).to.be.lessThan(onDemand?.Price ?? 0);
  });

  it("cost more the larger they are, so that the smallest that fits is chosen", () => {
    const price = (name: string) => catalogue.find((type) => type.name === name)?.offerings[0]?.Price ?? 0;
    const sizes = ["m7i.large", "m7i.xlarge", "m7i.2xlarge", "m7i.4xlarge"].map(price);
    expect(sizes).to.deep.equal([...sizes].sort((a, b) => a - b));
    expect(new Set(sizes)).to.have.property("size", 4);
  });
});
