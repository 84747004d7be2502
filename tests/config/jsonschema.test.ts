import { expect } from "chai";
import { type JsonSchema, stackFileSchema, stackSchema, tenantFileSchema } from "../../config/jsonschema";

interface Field {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  /** Whether its map asks for exactly one of several fields. */
  readonly isChoice: boolean;
}

/** Every field of every map below a schema. */
function fieldsOf(schema: JsonSchema, path: string): Field[] {
  const isChoice = schema.oneOf?.some(({ required }) => required !== undefined) ?? false;
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    { path: `${path}.${name}`, schema: field, isRequired: schema.required?.includes(name) ?? false, isChoice },
    ...fieldsOf(field, `${path}.${name}`),
  ]);
  const inner = [schema.items, schema.additionalProperties, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [...own, ...inner.flatMap((part) => (typeof part === "object" ? fieldsOf(part, path) : []))];
}

const schema = stackSchema();
const fields = [
  ...fieldsOf(schema, "stack"),
  ...Object.entries(schema.$defs ?? {}).flatMap(([name, part]) => fieldsOf(part, name)),
];

describe("the schema of a stack", () => {
  it("is of the draft that editors know", () => {
    expect(schema.$schema).to.equal("https://json-schema.org/draft/2020-12/schema");
  });

  it("has all fields", () => {
    const paths = fields.map(({ path }) => path);
    expect(paths).to.include.members([
      "stack.platform.capabilities.podCidrs",
      "tenant.limits.container.default.cpu",
      "peer.cidr",
      "subject.serviceAccount.name",
      "nodePool.capacity.memory",
    ]);
    expect(paths).to.have.length.above(90);
  });

  for (const { path, schema: field, isRequired, isChoice } of fields) {
    it(`says what ${path} means, in a sentence`, () => {
      expect(field.description).to.match(/^[A-Z`].*\.$/);
    });

    if (isRequired || isChoice || field.default !== undefined) continue;
    it(`says what happens when ${path} is unset`, () => {
      expect(field.description).to.match(/Unset/);
    });
  }

  it("writes the defaults that count", () => {
    const defaults = Object.fromEntries(fields.map(({ path, schema: field }) => [path, field.default]));
    expect(defaults).to.deep.include({
      "tenant.budget.cpu": "4",
      "tenant.budget.pods": 30,
      "tenant.isolation.runtime": "native",
      "nodePool.runtimes": ["native"],
    });
  });

  it("refuses fields it does not know, in every map", () => {
    const maps = [schema, ...Object.values(schema.$defs ?? {}), ...fields.map((field) => field.schema)];
    const open = maps.filter(({ properties, additionalProperties }) => properties && additionalProperties !== false);
    expect(open).to.deep.equal([]);
  });

  it("has no bound that is only JavaScript's", () => {
    expect(JSON.stringify(schema)).not.to.contain("9007199254740991");
  });

  it("has patterns that every reader of regular expressions takes", () => {
    const patterns = [...JSON.stringify(stackFileSchema()).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
    expect(patterns).to.have.length.above(20);
    for (const [, pattern = ""] of patterns) expect(() => new RegExp(JSON.parse(pattern), "u")).not.to.throw();
  });
});

describe("the schema of a stack file", () => {
  const config = stackFileSchema().properties?.config;

  it("has our keys with their prefix", () => {
    expect(Object.keys(config?.properties ?? {})).to.deep.equal([
      "bulkhead:platform",
      "bulkhead:tenants",
      "bulkhead:tenantsFolder",
      "bulkhead:defaults",
      "bulkhead:guardrails",
      "bulkhead:parent",
    ]);
  });

  for (const [key, isTaken] of [
    ["bulkhead:tenants", true],
    ["bulkhead:tenantsFolder", true],
    ["aws:region", true],
    ["pulumi:disable-default-providers", true],
    ["bulkhead:tenant", false],
    ["bulkhead:", false],
    ["tenants", false],
  ] as const) {
    it(`${isTaken ? "takes" : "refuses"} the key ${key}`, () => {
      expect(new RegExp(config?.propertyNames?.pattern ?? "").test(key)).to.equal(isTaken);
    });
  }

  it("takes an id with nothing after it", () => {
    expect(config?.properties?.["bulkhead:tenants"]?.additionalProperties).to.deep.equal({
      anyOf: [{ $ref: "#/$defs/tenant" }, { type: "null" }],
    });
  });

  it("resolves every reference it makes", () => {
    for (const file of [stackFileSchema(), tenantFileSchema()]) {
      const names = [...JSON.stringify(file).matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, name]) => name);
      expect(Object.keys(file.$defs ?? {})).to.include.members(names);
    }
  });
});
