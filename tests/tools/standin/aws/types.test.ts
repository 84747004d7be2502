import { expect } from "chai";
import { unknown } from "../../../../tools/standin/plugin/properties";
import { checked, complaints } from "./bench";

const GROUP = {
  clusterName: "main",
  nodeRoleArn: "arn:aws:iam::111122223333:role/node",
  subnetIds: ["subnet-1", "subnet-2"],
  scalingConfig: { minSize: 0, desiredSize: 1, maxSize: 2 },
};

describe("the stand-in aws provider's Check", () => {
  it("takes what the SDK declares", () => {
    expect(complaints("NodeGroup", GROUP)).to.deep.equal([]);
  });

  it("finds everything that the SDK does not declare, at once and with its path", () => {
    const taints = [{ key: "team", value: 1, effect: "NO_SCHEDULE", color: "red" }];
    const { clusterName: _left, ...others } = GROUP;
    expect(complaints("NodeGroup", { ...others, labels: ["a"], taints, minSize: 1 })).to.deep.equal([
      { property: "minSize", reason: "Invalid or unknown key" },
      {
        property: "clusterName",
        reason: 'Missing required argument. The argument "cluster_name" is required, but no definition was found',
      },
      { property: "labels", reason: "expected object type, got list type" },
      { property: "taints[0].color", reason: "Invalid or unknown key" },
      { property: "taints[0].value", reason: "expected string type, got number type" },
    ]);
  });

  it("takes texts where EC2 has booleans, as the provider does, and refuses booleans there", () => {
    const disk = (encrypted: string | boolean) => ({
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted } }],
    });
    expect(complaints("LaunchTemplate", disk("true"))).to.deep.equal([]);
    expect(complaints("LaunchTemplate", disk(true))).to.deep.equal([
      { property: "blockDeviceMappings[0].ebs.encrypted", reason: "expected string type, got boolean type" },
    ]);
  });

  it("takes a policy as text or as an object, and looks into the object", () => {
    const statement = { Effect: "Allow", Action: "s3:Get*", Resource: "*" };
    const policy = { Version: "2012-10-17", Statement: [statement] };
    expect(complaints("RolePolicy", { role: "node", policy })).to.deep.equal([]);
    expect(
      complaints("RolePolicy", { role: "node", policy: { ...policy, Statement: [{ ...statement, Verb: "x" }] } }),
    ).to.deep.equal([{ property: "policy.Statement[0].Verb", reason: "Invalid or unknown key" }]);
  });

  it("waits for what is not known yet", () => {
    expect(
      complaints("NodeGroup", {
        ...GROUP,
        subnetIds: unknown,
        scalingConfig: { ...GROUP.scalingConfig, maxSize: unknown },
      }),
    ).to.deep.equal([]);
  });

  describe("names what the program does not name", () => {
    it("by the logical name and seven random digits, and says so", () => {
      const { inputs } = checked("NodeGroup", GROUP, "shared");
      expect(inputs.nodeGroupName).to.equal("shared-7365656");
      expect(inputs.__defaults).to.deep.equal(["nodeGroupName"]);
    });

    it("once: the name stays", () => {
      const olds = { ...GROUP, nodeGroupName: "shared-0000000", __defaults: ["nodeGroupName"] };
      expect(checked("NodeGroup", GROUP, "shared", olds).inputs.nodeGroupName).to.equal("shared-0000000");
    });

    it("anew when the program named it before", () => {
      const olds = { ...GROUP, nodeGroupName: "mine", __defaults: [] };
      expect(checked("NodeGroup", GROUP, "shared", olds).inputs.nodeGroupName).to.equal("shared-7365656");
    });

    it("not at all where the program gives the beginning", () => {
      expect(checked("NodeGroup", { ...GROUP, nodeGroupNamePrefix: "pool-" }).inputs).to.not.have.property(
        "nodeGroupName",
      );
    });

    it("never longer than the cloud takes", () => {
      expect(() => checked("Role", { assumeRolePolicy: "{}" }, "r".repeat(57))).to.throw(
        `name '${"r".repeat(57)}-' plus 7 random chars is longer than maximum length 64`,
      );
    });
  });
});
