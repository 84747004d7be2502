import { expect } from "chai";
import { difference } from "../../../../tools/standin/aws/diff";
import { pathText } from "../../../../tools/standin/plugin/changes";
import { type PropertyMap, unknown } from "../../../../tools/standin/plugin/properties";
import { Bench, checked, kind } from "./bench";

function changes(type: string, before: PropertyMap, after: PropertyMap): string[] {
  const { changes, deleteBeforeReplace } = difference(before, after, {}, kind(type));
  const first = deleteBeforeReplace ? ["delete first"] : [];
  return [...changes.map(({ path, replace }) => `${replace ? "replace" : "change"} ${pathText(path)}`), ...first];
}

describe("a change on the stand-in cloud", () => {
  const group = {
    clusterName: "main",
    nodeGroupName: "shared",
    instanceTypes: ["m7i.large"],
    subnetIds: ["subnet-1"],
    labels: { team: "acme" },
    launchTemplate: { id: "lt-1", version: "1" },
    scalingConfig: { minSize: 0, desiredSize: 1, maxSize: 2 },
  };

  it("is made in place where EKS can", () => {
    const after = {
      ...group,
      labels: {},
      scalingConfig: { ...group.scalingConfig, maxSize: 3 },
      launchTemplate: { id: "lt-1", version: "2" },
    };
    expect(changes("NodeGroup", group, after)).to.have.members([
      "change labels.team",
      "change scalingConfig.maxSize",
      "change launchTemplate.version",
    ]);
  });

  it("replaces where EKS cannot, and frees a fixed name first", () => {
    expect(changes("NodeGroup", group, { ...group, subnetIds: ["subnet-1", "subnet-2"] })).to.deep.equal([
      "replace subnetIds[1]",
      "delete first",
    ]);
    expect(changes("NodeGroup", group, { ...group, launchTemplate: { id: "lt-2", version: "1" } })).to.include(
      "replace launchTemplate.id",
    );
  });

  it("frees no name that was made up", () => {
    const named = { ...group, __defaults: ["nodeGroupName"] };
    expect(changes("NodeGroup", named, { ...named, capacityType: "SPOT" })).to.deep.equal(["replace capacityType"]);
  });

  it("of the tags on everything is one of each thing that has tags", () => {
    const tagged = (type: string, inputs: PropertyMap, tags: PropertyMap) =>
      checked(type, inputs, type, {}, tags).inputs;
    const [before, after] = [{ team: "acme" }, { team: "globex" }];
    const network = { cidrBlock: "10.0.0.0/16", tags: { own: "x" } };
    expect(tagged("Vpc", network, before).tagsAll).to.deep.equal({ team: "acme", own: "x" });
    const changed = (type: string, inputs: PropertyMap) =>
      changes(type, tagged(type, inputs, before), tagged(type, inputs, after));
    expect(changed("Vpc", network)).to.deep.equal(["change tagsAll.team"]);
    expect(changed("RolePolicyAttachment", { role: "node", policyArn: "arn" })).to.deep.equal([]);
  });

  it("of a template's tags is no new version of it", async () => {
    const bench = new Bench();
    const made = await bench.make("LaunchTemplate", { name: "nodes", tags: { team: "acme" } });
    const retagged = await bench.change(made, { name: "nodes", tags: { team: "globex" } });
    expect(retagged.state.latestVersion).to.equal(1);
    const larger = await bench.change(made, { name: "nodes", instanceType: "m7i.large" });
    expect(larger.state.latestVersion).to.equal(2);
    bench.remove();
  });

  it("replaces for a value that is not known yet", () => {
    expect(changes("Subnet", { vpcId: "vpc-1" }, { vpcId: unknown })).to.deep.equal(["replace vpcId"]);
  });

  it("begins a cluster's encryption in place, and ends it only with the cluster", () => {
    const plain = { name: "main", roleArn: "arn" };
    const encrypted = { ...plain, encryptionConfig: { provider: { keyArn: "key" }, resources: ["secrets"] } };
    expect(changes("Cluster", plain, encrypted)).to.deep.equal(["change encryptionConfig"]);
    expect(changes("Cluster", encrypted, plain)).to.deep.equal(["replace encryptionConfig", "delete first"]);
  });

  it("never changes what the provider noted for itself", () => {
    expect(changes("Vpc", { cidrBlock: "10.0.0.0/16", __defaults: [] }, { cidrBlock: "10.0.0.0/16" })).to.deep.equal(
      [],
    );
  });

  for (const [type, fields] of Object.entries({
    Vpc: ["cidrBlock"],
    Subnet: ["vpcId", "cidrBlock", "availabilityZone"],
    SecurityGroup: ["vpcId", "name", "description"],
    Role: ["name", "path"],
    LogGroup: ["name"],
    Cluster: ["name", "roleArn", "bootstrapSelfManagedAddons"],
    Addon: ["clusterName", "addonName"],
    AccessEntry: ["principalArn", "type"],
    AccessPolicyAssociation: ["policyArn", "accessScope"],
    PodIdentityAssociation: ["namespace", "serviceAccount"],
  })) {
    it(`replaces a ${type} for its ${fields.join(", ")}, and not for its tags`, () => {
      for (const field of fields) {
        expect(changes(type, { [field]: "a" }, { [field]: "b" })).to.include(`replace ${field}`);
      }
      expect(changes(type, { tags: { a: "1" } }, { tags: { a: "2" } })).to.deep.equal(["change tags.a"]);
    });
  }
});
