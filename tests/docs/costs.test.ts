import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../support/estate";

const HOURS = 730;
/** List prices of us-east-1 in USD: an hour of a machine, gateway, address or endpoint; a month of a gigabyte or a key. */
const PRICES = { plane: 0.1, gateway: 0.045, address: 0.005, endpoint: 0.01, large: 0.1008, xlarge: 0.2016 };
const [GIGABYTE, KEY] = [0.08, 1];
const monthly = (price: keyof typeof PRICES) => PRICES[price] * HOURS;
const disk = 50 * GIGABYTE;

/** The last column of the guide's table, by the first. */
const costs = new Map(
  readFileSync(join(ROOT, "docs/guides/eks.md"), "utf8")
    .split("## What it costs at rest")[1]
    ?.split("\n## ")[0]
    ?.split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("**", "")))
    .map(([, what = "", , dollars = ""]) => [what, dollars] as const),
);

describe("the guide's costs of a cluster at rest", () => {
  const parts = {
    "control plane": monthly("plane"),
    // Since February 2024 AWS charges for each public IPv4 address, a gateway's too.
    "NAT gateways": monthly("gateway") + monthly("address"),
    "interface endpoints": monthly("endpoint") * 2 * 5,
    "system pool": 2 * (monthly("large") + disk),
    keys: 2 * KEY,
  };
  const shared = monthly("xlarge") + disk + KEY;

  it("are the list prices of its parts, to the dollar", () => {
    for (const [what, dollars] of Object.entries(parts)) expect(costs.get(what), what).to.equal(dollars.toFixed(0));
    expect(costs.get("shared pool, one m7i.xlarge")).to.equal(shared.toFixed(0));
  });

  it("add up", () => {
    const bare = Object.values(parts).reduce((sum, part) => sum + part);
    expect(costs.get("no tenant")).to.equal(bare.toFixed(0)).and.equal("340");
    expect(costs.get("5 tenants on shared nodes"))
      .to.equal((bare + shared).toFixed(0))
      .and.equal("492");
    expect(costs.get("20 tenants on shared nodes")).to.equal("492 and up");
  });
});
