import { expect } from "chai";
import { stackValues } from "../support/estate";
import { type RegisteredResource, registeredProgram } from "../support/program";

const OWN_NODES = { isolation: { nodes: "dedicated" } };
const people = (name: string) => ({ access: { admins: [{ group: `${name}-people` }] } });

async function registered(
  tenants: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<string, RegisteredResource>> {
  const { resources } = await registeredProgram({ tenants });
  return new Map(resources.map((resource) => [resource.urn, resource]));
}

/** Logical names of what is new, gone or different, by tenant or component. */
function difference(before: ReadonlyMap<string, RegisteredResource>, after: ReadonlyMap<string, RegisteredResource>) {
  const urns = [...new Set([...before.keys(), ...after.keys()])];
  const changed = urns.filter((urn) => JSON.stringify(before.get(urn)) !== JSON.stringify(after.get(urn)));
  const owners = changed.map((urn) => {
    const { parent, name, custom } = after.get(urn) ?? before.get(urn) ?? { parent: "", name: "", custom: false };
    return custom ? (parent.split("::").at(-1) ?? "") : name;
  });
  return { names: changed.map((urn) => urn.split("::").at(-1) ?? "").sort(), owners: [...new Set(owners)].sort() };
}

describe("another tenant", () => {
  const few = { acme: people("acme"), globex: { ...OWN_NODES, ...people("globex") } };

  it("adds its own objects and changes nobody else's", async () => {
    const added = await registered({ ...few, initech: { ...OWN_NODES, ...people("initech") } });
    expect(difference(await registered(few), added)).to.deep.equal({
      owners: ["initech"],
      names: [
        "initech",
        "initech",
        "initech-bulkhead-initech",
        "initech/bulkhead-affinity",
        "initech/bulkhead-baseline",
        "initech/bulkhead-budget",
        "initech/bulkhead-limits",
        "initech/bulkhead-priority",
        "initech/bulkhead:tenant-admin",
        "initech/default",
      ],
    });
  });

  it("adds no role, no provider and no guardrail: what all share does not grow", async () => {
    const shared = async (tenants: Readonly<Record<string, unknown>>) =>
      [...(await registered(tenants)).keys()].filter((urn) => urn.includes(":ExistingCluster"));
    const before = await shared(few);
    expect(before.filter((urn) => !urn.includes(":Guardrails"))).to.have.length(5);
    expect(await shared({ ...few, initech: {}, umbrella: {} })).to.deep.equal(before);
  });

  it("takes with it, when it goes, its own objects only", async () => {
    const { acme } = few;
    expect(difference(await registered(few), await registered({ acme })).owners).to.deep.equal(["globex"]);
  });

  it("touches of the others only the end of a flow that they have declared", async () => {
    const callee = { ...people("acme"), network: { ingress: [{ tenant: "globex" }] } };
    const caller = { ...people("globex"), network: { egress: [{ tenant: "acme" }] } };
    const change = difference(
      await registered({ acme: people("acme"), globex: people("globex") }),
      await registered({ acme: callee, globex: caller }),
    );
    const grants = ["acme/bulkhead:tenant-admin", "globex/bulkhead:tenant-admin"];
    expect(change.names.filter((name) => !grants.includes(name))).to.deep.equal([
      "acme/bulkhead-flows",
      "globex/bulkhead-flows",
    ]);
  });

  it("finds its place wherever it is written", async () => {
    const tenants = stackValues("dev").tenants as Readonly<Record<string, unknown>>;
    const backwards = Object.fromEntries(Object.entries(tenants).reverse());
    const rest = stackValues("dev");
    const sorted = async (written: unknown) => {
      const { resources, outputs } = await registeredProgram({ ...rest, tenants: written });
      return { outputs: JSON.stringify(outputs), resources: [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1)) };
    };
    expect(await sorted(backwards)).to.deep.equal(await sorted(tenants));
  });
});

describe("a tenant's objects", () => {
  it("know nothing of any other tenant", async () => {
    const tenants = Object.fromEntries(
      ["acme", "globex", "initech"].map((name) => [
        name,
        { ...OWN_NODES, ...people(name), namespaces: ["web", "batch"] },
      ]),
    );
    const { resources } = await registeredProgram({ tenants });
    for (const name of Object.keys(tenants)) {
      const own = resources.filter(({ parent }) => parent.endsWith(`:TenantSpace::${name}`));
      expect(own).to.have.length(17);
      const text = JSON.stringify(own.map(({ inputs, dependsOn, deletedWith }) => [inputs, dependsOn, deletedWith]));
      for (const other of Object.keys(tenants).filter((id) => id !== name)) {
        expect(text, `${name} mentions ${other}`).not.to.include(other);
      }
    }
    const shared = resources.filter(({ urn }) => urn.includes(":ExistingCluster"));
    for (const name of Object.keys(tenants)) expect(JSON.stringify(shared)).not.to.include(name);
  });

  it("follow a renamed namespace and leave the tenant's others as they are", async () => {
    const before = await registered({ acme: { ...people("acme"), namespaces: ["web", "batch"] } });
    const after = await registered({ acme: { ...people("acme"), namespaces: ["web", "jobs"] } });
    const { names } = difference(before, after);
    expect(names.filter((name) => name.startsWith("acme-web"))).to.deep.equal(["acme-web/bulkhead-baseline"]);
  });
});
