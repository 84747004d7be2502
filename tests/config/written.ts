import fc from "fast-check";

/*
 * Stacks as people write them, valid and invalid ones, for the properties. Values are few on purpose: what is rare in
 * a large space (two tenants with one host, an id inside another) is common in a small one.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Mostly right: a stack has dozens of fields, and one that is wrong hides what the others would do. */
const mostly = <A, B>(right: fc.Arbitrary<A>, wrong: fc.Arbitrary<B>) =>
  fc.oneof({ arbitrary: right, weight: 40 }, { arbitrary: wrong, weight: 1 });
const word = <A, B>(right: readonly A[], wrong: readonly B[]) =>
  mostly(fc.constantFrom(...right), fc.constantFrom(...wrong));
const some = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>, requiredKeys: string[] = []) =>
  fc.record(fields, { requiredKeys });
const few = (entry: fc.Arbitrary<unknown>) => fc.oneof(fc.constant([]), fc.array(entry, { maxLength: 2 }));

const id = word(["acme", "globex", "hooli"], ["acme-dev", "com", "kube-x"]);
const cores = word(["4", "1500m", 3, "2.5"], ["-1", "2Gi", "many", 1e99]);
const bytes = word(["8Gi", "2.1Gi", "4e9"], ["512m", "8GB", "-1"]);
const short = word(["web", "batch"], ["system", "Web"]);

const subject = fc.oneof(
  some({ group: word(["devs", "ops", "qa"], ["system:masters"]) }, ["group"]),
  some({ user: word(["ann", "bob", "eve"], [" ann"]), sharedWith: fc.subarray(["acme", "globex"]) }, ["user"]),
  some({ serviceAccount: fc.record({ namespace: word(["ci"], ["acme-web"]), name: fc.constant("bot") }) }),
);
const peer = fc.oneof(
  some({ tenant: id, ports: word([[443], [80, 443]], [[]]) }, ["tenant"]),
  some({ namespace: word(["ingress-nginx"], ["acme-web"]) }, ["namespace"]),
  some({ cidr: word(["203.0.113.0/24"], ["0.0.0.0/0", "169.254.0.0/24", "10.1.2.3/8"]) }, ["cidr"]),
);

const tenant: fc.Arbitrary<Fields> = some({
  isolation: some({
    nodes: word(["shared"], ["dedicated"]),
    runtime: word(["native"], ["gvisor", "gvisr"]),
    userNamespaces: word(["optional", "required"], ["on"]),
  }),
  namespaces: fc.oneof(fc.uniqueArray(short, { maxLength: 2 }), few(short)),
  access: some({ admins: few(subject), viewers: few(subject) }),
  budget: some({
    cpu: cores,
    memory: bytes,
    pods: word([3, 30], ["3", -1]),
    devices: fc.oneof(fc.constant({}), some({ "nvidia.com/gpu": word([1, 2], ["1.5", -1]) })),
    split: fc.oneof(fc.constant({}), fc.dictionary(short, some({ cpu: cores, pods: fc.nat(2) }), { maxKeys: 2 })),
  }),
  network: some({
    egress: few(peer),
    ingress: few(peer),
    hosts: few(word(["a.example", "b.example", "c.example"], ["x.a.example", "*.d.example"])),
    ingressClasses: few(word(["public", "internal"], ["Public"])),
  }),
  tokenAudiences: few(word(["vault", "https://sts.example.com"], ["a,b"])),
  images: word([["ghcr.io/acme/"]], [["acme"], []]),
  pool: mostly(fc.constant(undefined), some({ min: fc.nat(3), max: fc.nat(3) })),
  state: word(["active", "frozen"], ["gone"]),
});

const platform: fc.Arbitrary<Fields> = some(
  {
    capabilities: some({
      podCidrs: word([["10.244.0.0/16"]], [["10.244.0.1/16"]]),
      runtimes: fc.constantFrom({}, { gvisor: "runsc" }),
    }),
    pools: some({
      one: some({ nodes: fc.integer({ min: 2, max: 9 }) }),
      two: mostly(fc.constant({}), some({ tenant: id, runtimes: fc.constantFrom(["native"], ["gvisor"]) })),
    }),
    kind: word(["existing"], ["exsting"]),
  },
  ["kind"],
);

/** Values of a stack in the right shapes: some are right throughout, others break a rule. */
export const stacks: fc.Arbitrary<{ readonly tenants: Readonly<Record<string, Fields>> }> = fc
  .tuple(
    fc.dictionary(id, tenant, { minKeys: 1, maxKeys: 3 }),
    some({
      platform,
      defaults: mostly(fc.constant({}), tenant),
      guardrails: some({ platformNamespaces: fc.subarray(["ingress-nginx", "ci"]) }),
    }),
  )
  // A field that is undefined is one that is not written.
  .map(([tenants, rest]) => JSON.parse(JSON.stringify({ ...rest, tenants })));

/** Anything that YAML or JSON can say, with the keys that JavaScript gives a meaning of their own. */
export const anything: fc.Arbitrary<unknown> = fc.anything({
  key: fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "tenants", "kind", "acme"), fc.string()),
  values: [
    fc.constantFrom<unknown>(null, true, 0, -0, -1, 1e99, 1.36, Number.NaN, Number.POSITIVE_INFINITY, "", "acme"),
    fc.string({ unit: "binary" }),
    fc.double(),
  ],
  maxDepth: 3,
});

/** A stack in which one place, chosen at random, holds something else. */
export const mutatedStacks: fc.Arbitrary<Fields> = fc
  .tuple(stacks, fc.array(fc.nat(), { maxLength: 6 }), anything, fc.boolean())
  .map(([values, route, intruder, isKey]) => mutated(values, route, intruder, isKey) as Fields);

function mutated(value: unknown, [choice, ...route]: number[], intruder: unknown, isKey: boolean): unknown {
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  const key = choice === undefined ? undefined : keys[choice % Math.max(keys.length, 1)];
  if (key === undefined) return isKey && typeof value === "object" ? { ...value, constructor: intruder } : intruder;
  const inner = value as Record<string, unknown>;
  const changed = mutated(inner[key], route, intruder, isKey);
  return Array.isArray(value) ? value.with(Number(key), changed) : { ...inner, [key]: changed };
}
