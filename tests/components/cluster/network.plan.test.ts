import { expect } from "chai";
import { interfaceEndpoints } from "../../../components/cluster/eks/network.plan";
import type { EksPlatform } from "../../../config/schema";
import { CUT_OFF, EKS, KARPENTER, onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";

const endpointsOf = (nat: string, platform: object = {}) => {
  const estate = estateOf(onEks({ acme: {} }, { network: { ...EKS.network, nat }, ...platform }));
  return interfaceEndpoints(estate.platform as EksPlatform);
};

describe("the endpoints of AWS in a network", () => {
  it("are those by which images and credentials stay inside", () => {
    expect(endpointsOf("single")).to.deep.equal(["ecr.api", "ecr.dkr", "eks", "eks-auth", "sts"]);
    expect(endpointsOf("single", { karpenter: KARPENTER })).to.deep.equal(endpointsOf("single"));
  });

  it("are all that nodes ask where there is no way out, and all that Karpenter asks where it is installed", () => {
    const { autoscaler } = CUT_OFF;
    const without = ["autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "logs", "sts"];
    expect(endpointsOf("none", { autoscaler })).to.deep.equal(without);
    const karpenter = { ...KARPENTER, source: "oci://mirror.example.com/karpenter" };
    expect(endpointsOf("none", { autoscaler, karpenter })).to.deep.equal([...without, "sqs", "ssm"].sort());
  });
});
