import { expect } from "chai";
import { unknown } from "../../../../../tools/standin/plugin/properties";
import { complaints } from "../bench";
import { clusters } from "./clusters";
import { identities } from "./identities";
import { networks } from "./networks";

const RULES = [networks, identities, clusters].flatMap((rules) =>
  Object.entries(rules.cases).map(([type, cases]) => [type, cases, rules.sound[type] ?? {}] as const),
);

describe("the stand-in aws provider refuses at once", () => {
  for (const [type, cases, sound] of RULES) {
    describe(`of a ${type}`, () => {
      it("nothing that is well", () => {
        expect(complaints(type, sound)).to.deep.equal([]);
      });

      for (const { title, inputs, property, reason } of cases) {
        it(title, () => {
          const [complaint, ...others] = complaints(type, { ...sound, ...inputs });
          expect(others).to.deep.equal([]);
          expect(complaint?.property).to.equal(property);
          expect(complaint?.reason).to.include(reason);
        });
      }
    });
  }

  it("nothing that it does not know yet", () => {
    const inputs = { nodeGroupName: unknown, labels: { team: unknown }, taints: [{ key: unknown, effect: unknown }] };
    expect(complaints("NodeGroup", { ...clusters.sound.NodeGroup, ...inputs })).to.deep.equal([]);
    expect(complaints("Role", { assumeRolePolicy: unknown })).to.deep.equal([]);
    expect(complaints("Cluster", { roleArn: unknown, vpcConfig: { subnetIds: unknown } })).to.deep.equal([]);
  });
});
