import { expect } from "chai";
import { bytesFault, coresFault, formatBytes, formatCount, parseQuantity } from "../../config/quantity";

describe("a quantity", () => {
  for (const [text, thousandths] of [
    ["0", 0n],
    ["8", 8_000n],
    ["500m", 500n],
    ["1.5", 1_500n],
    [".5", 500n],
    ["2.", 2_000n],
    ["1k", 1_000_000n],
    ["1e3", 1_000_000n],
    ["1E3", 1_000_000n],
    ["1E", 1_000_000_000_000_000_000_000n],
    ["15e-1", 1_500n],
    ["1Ki", 1_024_000n],
    ["1.5Gi", 1_610_612_736_000n],
    ["+3", 3_000n],
    ["-3", -3_000n],
  ] as const) {
    it(`reads ${text} as ${thousandths} thousandths`, () => {
      expect(parseQuantity(text)).to.equal(thousandths);
    });
  }

  it("rounds what is finer than a thousandth up, as the API server does", () => {
    expect([parseQuantity("1n"), parseQuantity("1500u"), parseQuantity("0.0001")]).to.deep.equal([1n, 2n, 1n]);
  });

  for (const text of [
    "",
    " ",
    "Gi",
    "1 Gi",
    "1gi",
    "1GB",
    "1,5Gi",
    "1e",
    "1e999",
    "0x10",
    "1_000",
    "NaN",
    "--1",
    "١",
  ]) {
    it(`does not take ${JSON.stringify(text)} for a number`, () => {
      expect(parseQuantity(text)).to.equal(undefined);
    });
  }

  it("does not begin to read a text of a million digits", () => {
    expect(parseQuantity("9".repeat(1_000_000))).to.equal(undefined);
  });

  it("is written in the largest unit that is exact", () => {
    expect([formatBytes(0n), formatBytes(1_024_000n), formatBytes(1_536_000n), formatBytes(1_000n)]).to.deep.equal([
      "0",
      "1Ki",
      "1536",
      "1",
    ]);
    expect([formatCount(8_000n), formatCount(1_500n), formatCount(0n)]).to.deep.equal(["8", "1500m", "0"]);
  });
});

describe("an amount of CPU", () => {
  it("is a number of cores", () => {
    expect(["2", "1.5", "500m", "1e1", "0"].map(coresFault)).to.deep.equal(Array(5).fill(undefined));
  });

  for (const [text, fault] of [
    ["two", "is not an amount of CPU; write cores, as 2, 1.5 or 500m"],
    ["4Gi", "counts bytes; write cores, as 2, 1.5 or 500m"],
    ["-1", "is less than 0; write cores, as 2, 1.5 or 500m"],
    ["1e99", "is more than Kubernetes can count"],
    ["9223372036854775.808", "is more than Kubernetes can count"],
  ] as const) {
    it(`is not ${text}`, () => {
      expect(coresFault(text)).to.equal(fault);
    });
  }
});

describe("an amount of bytes", () => {
  it("may have any unit but a fraction", () => {
    expect(["0", "512Mi", "20G", "0.1Gi", "1e9", "9223372036854775807"].map(bytesFault)).to.deep.equal(
      Array(6).fill(undefined),
    );
  });

  for (const [text, fault] of [
    ["lots", "is not an amount of bytes; write a number with a unit, as 512Mi or 1.5Gi"],
    ["16GB", 'is not an amount of bytes; did you mean "16G"?'],
    ["16GiB", 'is not an amount of bytes; did you mean "16Gi"?'],
    ["16 gi", 'is not an amount of bytes; did you mean "16Gi"?'],
    ["1,5Gi", 'is not an amount of bytes; did you mean "1.5Gi"?'],
    ["64kb", 'is not an amount of bytes; did you mean "64k"?'],
    ["512m", 'is a fraction of a byte; did you mean "512Mi"?'],
    ["-1Gi", "is less than 0; write a number with a unit, as 512Mi or 1.5Gi"],
    ["8Ei", "is more than Kubernetes can count"],
  ] as const) {
    it(`is not ${text}`, () => {
      expect(bytesFault(text)).to.equal(fault);
    });
  }
});
