import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { parseEstate, STACK_KEYS } from "../../config/estate";
import { readStackFile } from "../../config/read";
import { ROOT, stackValues } from "../support/estate";
import { programRun, registeredProgram } from "../support/program";

interface Declared {
  readonly description?: string;
  readonly default?: unknown;
}

interface ProjectFile {
  readonly main: string;
  readonly config: Readonly<Record<string, Declared>>;
}

function yaml<T>(file: string): T {
  return parse(readFileSync(join(ROOT, file), "utf8")) as T;
}

const stacks = readdirSync(ROOT).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

for (const stack of stacks) {
  describe(`Pulumi.${stack}.yaml`, () => {
    it("is an estate", () => {
      expect(parseEstate(readStackFile(ROOT, stack)).tenants).not.to.have.length(0);
    });

    it("is the same estate for the engine, which hands it to the program as text", async () => {
      const { failure, outputs } = await programRun(stackValues(stack), { stack });
      expect(failure).to.equal(undefined);
      const { tenants } = parseEstate(readStackFile(ROOT, stack));
      expect(Object.keys((outputs as { tenants: object }).tenants)).to.deep.equal(tenants.map(({ id }) => id));
    });

    it("keeps the ambient kubeconfig out of reach", () => {
      const { config } = yaml<{ config: Readonly<Record<string, unknown>> }>(`Pulumi.${stack}.yaml`);
      expect(config["pulumi:disable-default-providers"]).to.include("kubernetes");
    });

    it("holds no secret in the clear", () => {
      const text = readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
      expect(text).not.to.match(/password|token|private|BEGIN [A-Z ]*KEY/i);
    });
  });
}

describe("Pulumi.yaml", () => {
  const { config, main } = yaml<ProjectFile>("Pulumi.yaml");

  it("declares every key of a stack with what it is, and no other", () => {
    const declared = Object.keys(config).filter((key) => key.startsWith("bulkhead:"));
    expect(declared.sort()).to.deep.equal(STACK_KEYS.map((key) => `bulkhead:${key}`).sort());
    for (const [key, { description }] of Object.entries(config)) {
      expect(description, key).to.match(/^[A-Z].{20,}\.$/);
    }
  });

  it("holds no default but the empty one, since a program without the engine would not see it", () => {
    const defaults = Object.values(config).map((declared) => JSON.stringify(declared.default));
    expect(new Set(defaults)).to.deep.equal(new Set(["{}", '""']));
  });

  it("has empty defaults that mean the same as no value", async () => {
    const empty = Object.fromEntries(STACK_KEYS.map((key) => [key, config[`bulkhead:${key}`]?.default]));
    const tenants = { acme: {} };
    const urns = async (values: object) =>
      (await registeredProgram({ ...values, tenants })).resources.map(({ urn }) => urn);
    expect((await urns(empty)).sort()).to.deep.equal((await urns({})).sort());
  });

  it("starts the program", () => {
    expect(main).to.equal("program.js");
  });
});
