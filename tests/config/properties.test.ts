import { expect } from "chai";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { contains, overlaps } from "../../config/cidr";
import { parseEstate, type StackSources } from "../../config/estate";
import { runtimeClassName } from "../../config/names";
import { nearest } from "../../config/problems";
import { amount, formatBytes, formatCount, parseQuantity } from "../../config/quantity";
import { RESOURCES, shares } from "../../config/shares";
import { messageOf } from "./complaints";
import { anything, mutatedStacks, stacks } from "./written";

const sourcesOf = (values: unknown): StackSources => ({
  stack: "test",
  source: "Pulumi.test.yaml",
  values: values as StackSources["values"],
  tenantFiles: [],
  unreadable: [],
});

/** The estate, or the message that refuses it: either is the whole answer. */
function answer(values: unknown): unknown {
  let estate: unknown;
  const message = messageOf(() => {
    estate = parseEstate(sourcesOf(values));
  });
  return message || estate;
}

describe("names over all estates that are accepted", function () {
  this.timeout(60_000);
  // Letters of which no reserved word and no top-level domain is made, so that only the rule under test refuses.
  const name = (letters: number) => fc.stringMatching(new RegExp(`^[qj]([-qj]{0,${letters}}[qj])?$`));
  const estates = fc.dictionary(name(4), fc.uniqueArray(name(4), { maxLength: 3 }), { minKeys: 1, maxKeys: 5 });

  it("are unique, and no tenant's can be read as another's", () => {
    fc.assert(
      fc.property(estates, (written) => {
        const ids = Object.keys(written);
        const values = {
          tenants: Object.fromEntries(Object.entries(written).map(([id, parts]) => [id, { namespaces: parts }])),
        };
        const isClear = !ids.some((id) => ids.some((other) => id.startsWith(`${other}-`)));
        const refusal = messageOf(() => parseEstate(sourcesOf(values)));
        expect(refusal === "", refusal).to.equal(isClear);
        if (!isClear) return;
        const { tenants } = parseEstate(sourcesOf(values));
        const names = tenants.flatMap(({ namespaces }) => namespaces.map((namespace) => namespace.name));
        expect(new Set(names).size).to.equal(names.length);
        for (const { id, namespaces } of tenants) {
          for (const namespace of namespaces) {
            const owners = ids.filter((other) => namespace.name === other || namespace.name.startsWith(`${other}-`));
            expect(owners).to.deep.equal([id]);
          }
        }
        expect(new Set(tenants.map(({ id }) => runtimeClassName(id))).size).to.equal(tenants.length);
      }),
      { numRuns: 1000 },
    );
  });

  it("are DNS labels within 63 characters, however long the parts", () => {
    const long = fc.dictionary(name(40), fc.uniqueArray(name(61), { maxLength: 2 }), { minKeys: 1, maxKeys: 2 });
    fc.assert(
      fc.property(long, (written) => {
        const values = {
          tenants: Object.fromEntries(Object.entries(written).map(([id, parts]) => [id, { namespaces: parts }])),
        };
        if (messageOf(() => parseEstate(sourcesOf(values))) !== "") return;
        const { tenants } = parseEstate(sourcesOf(values));
        const names = tenants.flatMap(({ namespaces }) => namespaces.map((namespace) => namespace.name));
        for (const one of [...names, ...tenants.map(({ id }) => runtimeClassName(id))]) {
          expect(one).to.match(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the parser", function () {
  this.timeout(60_000);
  const isReport = (message: string) => /^Pulumi\.test\.yaml: \d+ problems?(\n {2}\S.*)+$/u.test(message);

  it("answers anything at all with an estate or a report", () => {
    fc.assert(
      fc.property(
        fc.record(
          { platform: anything, tenants: anything, defaults: anything, guardrails: anything },
          { requiredKeys: [] },
        ),
        (values) => {
          const message = messageOf(() => parseEstate(sourcesOf(values)));
          expect(message === "" || isReport(message), message).to.equal(true);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("answers a stack with something odd anywhere in it with an estate or a report", () => {
    fc.assert(
      fc.property(mutatedStacks, (values) => {
        const message = messageOf(() => parseEstate(sourcesOf(values)));
        expect(message === "" || isReport(message), message).to.equal(true);
      }),
      { numRuns: 1500 },
    );
  });

  it("accepts some of these stacks and refuses others, so that the properties are about both", () => {
    const answers = fc.sample(stacks, { numRuns: 500, seed: 1 }).map((values) => typeof answer(values));
    expect(answers).to.include("string");
    expect(answers).to.include("object");
  });

  it("gives the same answer in whichever order the tenants are written", () => {
    const reordered = stacks.chain((values) =>
      fc
        .shuffledSubarray(Object.entries(values.tenants), { minLength: Object.keys(values.tenants).length })
        .map((tenants) => [values, { ...values, tenants: Object.fromEntries(tenants) }] as const),
    );
    fc.assert(
      fc.property(reordered, ([values, other]) => {
        expect(answer(other)).to.deep.equal(answer(values));
      }),
      { numRuns: 800 },
    );
  });

  it("gives the same answer whether a tenant stands in the stack file or in a file of its own, but for the place", () => {
    fc.assert(
      fc.property(stacks, (values) => {
        const { tenants, ...rest } = values;
        const tenantFiles = Object.entries(tenants).map(([id, value]) => ({ file: `t/${id}.yaml`, id, value }));
        const inFiles = messageOf(() => parseEstate({ ...sourcesOf(rest), tenantFiles }));
        const inline = messageOf(() => parseEstate(sourcesOf(values)));
        const rules = (message: string) =>
          message
            .split("\n")
            .map((line) => line.replace(/^ {2}(t\/([a-z-]+)\.yaml|tenants\.([a-z-]+))(: |\.)?/, "  $2$3 "))
            .map((line) => line.replace(/^ {2}(\S+) +/, "  $1 "))
            .sort();
        expect(rules(inFiles)).to.deep.equal(rules(inline));
      }),
      { numRuns: 500 },
    );
  });

  it("reads from YAML what was written to it", () => {
    fc.assert(
      fc.property(stacks, (values) => {
        expect(answer(parse(stringify(values)))).to.deep.equal(answer(values));
      }),
      { numRuns: 300 },
    );
  });

  it("leaves what it is given as it was", () => {
    fc.assert(
      fc.property(stacks, (values) => {
        const before = structuredClone(values);
        answer(values);
        expect(values).to.deep.equal(before);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the shares of a budget", () => {
  const cpu = fc.integer({ min: 0, max: 100_000 }).map((milli) => `${milli}m`);
  const bytes = fc
    .tuple(fc.integer({ min: 0, max: 9999 }), fc.constantFrom("", "Ki", "Gi", "k"))
    .map(([n, unit]) => `${n / 10}${unit}`);
  const count = fc.nat(1000);
  const budget = fc.record({
    cpu,
    memory: bytes,
    ephemeralStorage: bytes,
    storage: bytes,
    pods: count,
    loadBalancers: count,
  });

  it("add up to it exactly and are never negative", () => {
    fc.assert(
      fc.property(
        budget,
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.nat(100), { maxLength: 12 }),
        (whole, ways, percents) => {
          const parts = Array.from({ length: ways }, (_, index) => `n${index}`);
          // All but the last may say what they get: each a part of what those before it have left.
          let left = amount(whole.cpu);
          const split = Object.fromEntries(
            percents.slice(0, ways - 1).map((percent, index) => {
              const share = (left * BigInt(percent)) / 100n;
              left -= share;
              return [`n${index}`, { cpu: `${share}m` }];
            }),
          );
          const namespaces = parts.map((part) => ({ name: `acme-${part}`, part }));
          const divided = shares({ namespaces, budget: { ...whole, devices: {}, objects: {}, split } });
          expect([...divided.keys()]).to.deep.equal(namespaces.map(({ name }) => name));
          for (const resource of RESOURCES) {
            const given = [...divided.values()].map((share) => share[resource]);
            expect(given.every((share) => share >= 0n)).to.equal(true);
            expect(given.reduce((sum, share) => sum + share, 0n)).to.equal(amount(String(whole[resource])));
          }
        },
      ),
    );
  });
});

describe("a quantity", () => {
  it("means the same after it was written by us", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), (thousandths) => {
        expect(parseQuantity(formatCount(thousandths))).to.equal(thousandths);
        expect(parseQuantity(formatBytes(thousandths * 1000n))).to.equal(thousandths * 1000n);
        const rounded = parseQuantity(formatBytes(thousandths)) ?? -1n;
        expect(rounded >= thousandths && rounded < thousandths + 1000n).to.equal(true);
      }),
    );
  });

  it("means what moving the point by hand says, rounded up", () => {
    const factors = {
      "": 1n,
      k: 10n ** 3n,
      M: 10n ** 6n,
      G: 10n ** 9n,
      E: 10n ** 18n,
      Ki: 2n ** 10n,
      Mi: 2n ** 20n,
      Ei: 2n ** 60n,
    };
    const units = fc.constantFrom(...(Object.keys(factors) as (keyof typeof factors)[]));
    fc.assert(
      fc.property(fc.nat(), fc.stringMatching(/^\d{0,9}$/), units, (whole, fraction, unit) => {
        const scale = 10n ** BigInt(fraction.length);
        const exact = (BigInt(whole) * scale + BigInt(fraction || "0")) * factors[unit] * 1000n;
        const expected = exact / scale + (exact % scale > 0n ? 1n : 0n);
        expect(parseQuantity(`${whole}${fraction ? "." : ""}${fraction}${unit}`)).to.equal(expected);
      }),
    );
  });
});

describe("containment of ranges", () => {
  const range = fc
    .tuple(fc.integer({ min: 24, max: 32 }), fc.nat(255))
    .map(([length, last]) => ({ length, first: last - (last % 2 ** (32 - length)) }));
  type Range = { length: number; first: number };
  const addresses = ({ length, first }: Range) =>
    Array.from({ length: 2 ** (32 - length) }, (_, index) => first + index);
  const v4 = ({ length, first }: Range) => `203.0.113.${first}/${length}`;
  const v6 = ({ length, first }: Range) => `2001:db8::${first.toString(16)}/${length + 96}`;

  for (const spelled of [v4, v6]) {
    it(`is what counting the addresses says (${spelled({ length: 24, first: 0 })})`, () => {
      fc.assert(
        fc.property(range, range, (one, other) => {
          const mine = new Set(addresses(one));
          const shared = addresses(other).filter((address) => mine.has(address));
          expect(contains(spelled(one), spelled(other))).to.equal(shared.length === addresses(other).length);
          expect(overlaps(spelled(one), spelled(other))).to.equal(shared.length > 0);
        }),
        { numRuns: 500 },
      );
    });
  }
});

describe("a suggestion", () => {
  it("is one of the candidates and never the word itself", () => {
    const word = fc.oneof(fc.stringMatching(/^[abc]{0,6}$/), fc.string());
    fc.assert(
      fc.property(word, fc.array(word), (written, candidates) => {
        const found = nearest(written, candidates);
        if (found === undefined) return;
        expect(candidates).to.include(found);
        expect(found).not.to.equal(written);
      }),
      { numRuns: 1000 },
    );
  });
});
