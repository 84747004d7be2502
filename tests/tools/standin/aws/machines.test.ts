import { expect } from "chai";
import { machineOf } from "../../../../tools/standin/aws/machines";

describe("a machine type", () => {
  for (const [type, cpus, memoryGib, architecture] of [
    ["m7i.large", 2, 8, "amd64"],
    ["c7g.xlarge", 4, 8, "arm64"],
    ["r6i.2xlarge", 8, 64, "amd64"],
    ["m7i-flex.4xlarge", 16, 64, "amd64"],
    ["t3.medium", 2, 4, "amd64"],
    ["t4g.xlarge", 4, 16, "arm64"],
    ["m7i.metal-24xl", 96, 384, "amd64"],
    ["c6gd.medium", 1, 2, "arm64"],
    ["g5.xlarge", 4, 16, "amd64"],
  ] as const) {
    it(`says what it brings: ${type}`, () => {
      expect(machineOf(type)).to.include({ cpus, memoryGib, architecture });
    });
  }

  it("that nobody offers is none", () => {
    for (const type of ["m7i.huge", "q7i.large", "large", "m7i", "t3.1xlarge0"])
      expect(machineOf(type)).to.equal(undefined);
  });
});
