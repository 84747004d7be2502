import { expect } from "chai";
import { parse } from "yaml";
import { parseEstate, type StackSources } from "../../config/estate";
import { capabilitiesOf } from "../../config/platform";
import { estateOf, estateWith } from "../support/estate";
import { complaints, complaintsAbout, messageOf } from "./complaints";

/** Every field a tenant has, and the two other tenants it names. */
const EVERYTHING = `
platform:
  kind: existing
  capabilities: { runtimes: { gvisor: runsc } }
  pools:
    shared: { nodes: 2 }
    acme: { tenant: acme, nodes: 2, runtimes: [gvisor] }
tenants:
  acme:
    contact: acme-team@example.com
    isolation: { cluster: shared, nodes: dedicated, runtime: gvisor }
    namespaces: [web, batch]
    access:
      admins:  [{ group: acme-admins }]
      developers: [{ group: acme-devs }]
      viewers: [{ user: auditor@example.com }]
    budget: { cpu: "8", memory: 16Gi, ephemeralStorage: 50Gi, storage: 100Gi, pods: 60, loadBalancers: 0 }
    limits: { container: { default: {cpu: 500m, memory: 256Mi}, max: {cpu: "4", memory: 8Gi} } }
    network:
      egress:  [{ cidr: 203.0.113.0/24, ports: [443] }, { tenant: shared-services, ports: [5432] }]
      ingress: [{ tenant: globex }, { namespace: ingress-nginx }]
      hosts: [acme.example.com]
      ingressClasses: [public]
    images: ["registry.example.com/acme/"]
    storageClasses: [standard]
    tokenAudiences: [vault]
    pool: { machines: [m7i.large], min: 0, max: 4, zones: 2, disk: 50Gi }
    state: active
  globex:
  shared-services:
    network: { ingress: [{ tenant: acme, ports: [5432] }] }
`;

describe("an estate", () => {
  it("has every field of a tenant as it was written", () => {
    const [acme] = estateOf(parse(EVERYTHING)).tenants;
    expect(acme).to.deep.equal({
      id: "acme",
      contact: "acme-team@example.com",
      identities: {},
      isolation: { cluster: "shared", nodes: "dedicated", runtime: "gvisor", userNamespaces: "optional" },
      namespaces: [
        { name: "acme-web", part: "web" },
        { name: "acme-batch", part: "batch" },
      ],
      access: {
        admins: [{ group: "acme-admins", principals: [], sharedWith: [] }],
        developers: [{ group: "acme-devs", principals: [], sharedWith: [] }],
        viewers: [{ user: "auditor@example.com", principals: [], sharedWith: [] }],
      },
      budget: {
        cpu: "8",
        memory: "16Gi",
        ephemeralStorage: "50Gi",
        storage: "100Gi",
        pods: 60,
        loadBalancers: 0,
        devices: {},
        objects: {},
        split: {},
      },
      limits: {
        container: {
          default: { cpu: "500m", memory: "256Mi", ephemeralStorage: "1Gi" },
          defaultRequest: { cpu: "100m", memory: "128Mi", ephemeralStorage: "256Mi" },
          max: { cpu: "4", memory: "8Gi" },
        },
      },
      network: {
        egress: [
          { cidr: "203.0.113.0/24", ports: [443] },
          { tenant: "shared-services", ports: [5432] },
        ],
        ingress: [{ tenant: "globex" }, { namespace: "ingress-nginx" }],
        hosts: ["acme.example.com"],
        ingressClasses: ["public"],
      },
      images: ["registry.example.com/acme/"],
      storageClasses: ["standard"],
      tokenAudiences: ["vault"],
      pool: { machines: ["m7i.large"], min: 0, max: 4, zones: 2, disk: "50Gi", maxNodeAge: 720 },
      state: "active",
    });
  });

  it("shares everything, lets nobody in and gives bounded amounts when nothing is said", () => {
    const [acme] = estateWith({ acme: null }).tenants;
    expect(acme).to.deep.equal({
      id: "acme",
      identities: {},
      isolation: { cluster: "shared", nodes: "shared", runtime: "native", userNamespaces: "optional" },
      namespaces: [{ name: "acme", part: "acme" }],
      access: { admins: [], developers: [], viewers: [] },
      budget: {
        cpu: "4",
        memory: "8Gi",
        ephemeralStorage: "20Gi",
        storage: "0",
        pods: 30,
        loadBalancers: 0,
        devices: {},
        objects: {},
        split: {},
      },
      limits: {
        container: {
          default: { cpu: "500m", memory: "256Mi", ephemeralStorage: "1Gi" },
          defaultRequest: { cpu: "100m", memory: "128Mi", ephemeralStorage: "256Mi" },
          max: {},
        },
      },
      network: { egress: [], ingress: [], hosts: [] },
      images: [],
      tokenAudiences: [],
      state: "active",
    });
  });

  it("lists its tenants by id, wherever they were written", () => {
    const { tenants } = parseEstate({
      stack: "test",
      source: "Pulumi.test.yaml",
      values: { tenants: { initech: {}, acme: {} } },
      tenantFiles: [{ file: "tenants/globex.yaml", id: "globex", value: null }],
      unreadable: [],
    });
    expect(tenants.map(({ id }) => id)).to.deep.equal(["acme", "globex", "initech"]);
  });

  it("is on the embedded control plane when no platform is said, and enforces without an exemption", () => {
    const { platform, guardrails } = estateWith({ acme: {} });
    expect(platform).to.deep.include({ kind: "existing", overcommit: 1 });
    expect(capabilitiesOf(platform).networkPolicy).to.equal("unenforced");
    const { exemptions, ...rest } = guardrails;
    expect(rest).to.deep.equal({ mode: "enforce", platformNamespaces: [], removals: [] });
    const { platformIdentities, ...lists } = exemptions;
    expect([...Object.values(platformIdentities), ...Object.values(lists)].flat()).to.deep.equal([]);
  });

  it("has there whatever runtime a tenant asks for", () => {
    const isolation = { nodes: "dedicated", runtime: "gvisor" };
    const { platform } = estateWith({ acme: { isolation }, globex: { isolation: { runtime: "kata" } } });
    expect(capabilitiesOf(platform).runtimes).to.deep.equal({ gvisor: "runsc", kata: "kata-qemu" });
  });

  it("takes a key that holds an empty map, as Pulumi fills it in, for one that is not said", () => {
    const unsaid = { platform: {}, guardrails: {}, defaults: {}, tenantsFolder: "" };
    expect(estateOf({ ...unsaid, tenants: { acme: {} } })).to.deep.equal(estateWith({ acme: {} }));
  });

  it("needs a tenant", () => {
    const needed = ["tenants: is missing; name at least one tenant, as tenants: { acme: {} }"];
    expect(complaints({})).to.deep.equal(needed);
    expect(complaints({ tenants: {} })).to.deep.equal(needed);
  });
});

describe("everything wrong with a stack", () => {
  it("is told in one message, each with path, value, rule and way out", () => {
    const values = parse(`
      platform: { kind: existing, capabilitys: {} }
      tenants:
        acme:
          isolation: { runtime: gvisr }
          pool: { min: 5, max: 4 }
        globex:
          network: { egress: [{ tenant: acme }] }
          budget: { pods: "3" }
        Hooli: {}
      guardrail: {}
    `);
    const message = messageOf(() => estateOf(values));
    expect(message).to.equal(
      [
        "Pulumi.test.yaml: 7 problems",
        '  guardrail: is not a field here; did you mean "guardrails"? (platform, tenants, tenantsFolder, defaults, guardrails, parent)',
        '  platform.capabilitys: is not a field here; did you mean "capabilities"? (kind, kubeconfig, context, clusterIdentifier, version, overcommit, capabilities, pools)',
        '  tenants.Hooli: "Hooli" is not a tenant id; use lower-case letters, digits and dashes, a letter first, no dash at the end, as hooli',
        '  tenants.acme.isolation.runtime: "gvisr" is not a runtime; did you mean "gvisor"? (native, gvisor, kata)',
        "  tenants.acme.pool.min: 5 is more than max (4)",
        '  tenants.globex.budget.pods: "3" is not a number; write it without quotes',
        '  tenants.globex.network.egress[0].tenant: "acme" does not accept it; add { tenant: globex } to tenants.acme.network.ingress',
      ].join("\n"),
    );
  });

  it("is not told twice, and a slip in one field brings no complaint about what depends on it", () => {
    const tenants = {
      acme: { namespace: ["web"], budget: { split: { web: { cpu: 1 } } } },
      com: { namespacs: ["app"] },
      globex: { isolaton: { nodes: "dedicated" }, pool: {} },
    };
    expect(complaintsAbout(tenants).map((line) => line.split(":")[0])).to.deep.equal([
      "tenants.acme.namespace",
      "tenants.com.namespacs",
      "tenants.globex.isolaton",
    ]);
  });

  it("is told of every entry of a list, whatever is wrong with its neighbours", () => {
    const tenants = {
      acme: {
        access: { admins: [{ group: 5 }, { group: "system:masters" }], viewers: [{ user: "" }, { user: "ada" }] },
        network: {
          egress: [
            { cidr: "nonsense" },
            { tenant: "nobody" },
            {},
            { cidr: "169.254.169.254/32" },
            { tenant: "globex" },
          ],
          hosts: ["*.com", "www.example.com", "exa mple"],
        },
      },
      globex: { access: { admins: [{ user: "ada" }] }, network: { hosts: ["example.com"] } },
    };
    expect(complaintsAbout(tenants).map((line) => line.split(": ")[0])).to.deep.equal([
      "tenants.acme.access.admins[0].group",
      "tenants.acme.access.admins[1].group",
      "tenants.acme.access.viewers[0].user",
      "tenants.acme.access.viewers[1]",
      "tenants.acme.network.egress[0].cidr",
      "tenants.acme.network.egress[1].tenant",
      "tenants.acme.network.egress[2]",
      "tenants.acme.network.egress[3].cidr",
      "tenants.acme.network.egress[4].tenant",
      "tenants.acme.network.hosts[0]",
      "tenants.acme.network.hosts[1]",
      "tenants.acme.network.hosts[2]",
      "tenants.globex.access.admins[0]",
    ]);
  });

  it("is not told that something is missing in a list with an entry that could not be read", () => {
    const shared = { serviceAccount: { namespace: "globex", name: "robot" } };
    const tenants = {
      acme: {
        access: { admins: [{ ...shared, sharedWith: ["globex"] }] },
        network: { egress: [{ tenant: "globex", ports: [443] }] },
      },
      globex: {
        access: { admins: [{ ...shared, sharedWith: "acme" }] },
        network: { ingress: [{ tenant: "acme", ports: ["443"] }] },
      },
    };
    expect(complaintsAbout(tenants).map((line) => line.split(": ")[0])).to.deep.equal([
      "tenants.globex.access.admins[0].sharedWith",
      "tenants.globex.network.ingress[0].ports[0]",
    ]);
  });

  it("is told of the tenants that can be read when others cannot", () => {
    const tenants = { acme: "text", globex: { network: { egress: [{ tenant: "acme" }, { tenant: "globex" }] } } };
    expect(complaintsAbout(tenants)).to.deep.equal([
      'tenants.acme: "text" is not a map of fields; write names and values, as name: value',
      'tenants.globex.network.egress[1].tenant: "globex" is the tenant itself, which is always open; remove the entry',
    ]);
  });
});

describe("tenants", () => {
  const rule = "write each tenant under its id, as tenants: { acme: {} }";

  it("are a map", () => {
    expect(complaints({ tenants: [] })).to.deep.equal([`tenants: [] is not a map; ${rule}`]);
    expect(complaints({ tenants: [{ id: "acme" }] })).to.deep.equal([`tenants: [{"id":"acme"}] is not a map; ${rule}`]);
    expect(complaints({ tenants: "acme" })).to.deep.equal([`tenants: "acme" is not a map; ${rule}`]);
    expect(complaints({ tenants: null })).to.deep.equal([`tenants: is empty; ${rule}`]);
  });

  it("that cannot be told apart are not missed by those who name them", () => {
    const pools = { shared: {}, acme: { tenant: "acme" } };
    expect(complaints({ tenants: [], platform: { kind: "existing", pools } })).to.deep.equal([
      `tenants: [] is not a map; ${rule}`,
    ]);
  });

  it("do not stand below their own id", () => {
    expect(complaintsAbout({ acme: { acme: {} } })).to.deep.equal([
      "tenants.acme.acme: is the tenant's own id; write its fields without it (contact, isolation, cluster, namespaces, access, budget, limits, network, images, storageClasses, pool, identities, tokenAudiences, guardrails, state)",
    ]);
  });
});

describe("tenants in files of their own", () => {
  const file = (id: string, rest: object) => ({ file: `tenants/${id}.yaml`, id, ...rest });
  const withFiles = (tenantFiles: StackSources["tenantFiles"], values: StackSources["values"] = {}) =>
    complaints(values, { tenantFiles });

  it("are complained about where they stand", () => {
    expect(
      withFiles([file("acme", { value: { pool: { min: 5, max: 4 }, isolation: { nodes: "dedicated" } } })]),
    ).to.deep.equal(["tenants/acme.yaml: pool.min: 5 is more than max (4)"]);
    expect(withFiles([file("Acme", { value: {} })])).to.deep.equal([
      'tenants/Acme.yaml: "Acme" is not a tenant id; use lower-case letters, digits and dashes, a letter first, no dash at the end, as acme',
    ]);
    expect(withFiles([file("acme", { value: ["web"] })])).to.deep.equal([
      'tenants/acme.yaml: ["web"] is not a map of fields; write names and values, as name: value',
    ]);
  });

  it("are not declared in the stack file too", () => {
    expect(withFiles([file("acme", { value: {} })], { tenants: { acme: {} } })).to.deep.equal([
      "tenants.acme: is declared twice; remove it here or delete tenants/acme.yaml",
    ]);
  });

  it("that could not be read are tenants all the same", () => {
    const globex = { network: { egress: [{ tenant: "acme" }] } };
    const unreadable = [{ file: "tenants/acme.yaml", path: [], rule: "is not UTF-8 text; save it in that encoding" }];
    expect(complaints({ tenants: { globex } }, { tenantFiles: [file("acme", {})], unreadable })).to.deep.equal([
      "tenants/acme.yaml: is not UTF-8 text; save it in that encoding",
    ]);
  });
});

describe("defaults", () => {
  it("are what a tenant gets that does not say otherwise", () => {
    const defaults = { images: ["registry.example.com/"], budget: { cpu: 2 }, network: { hosts: [] } };
    const { tenants } = estateWith(
      { acme: {}, globex: { images: ["ghcr.io/globex/"], budget: { pods: 5 } } },
      { defaults },
    );
    expect(tenants.map(({ images, budget: { cpu, pods } }) => [images, cpu, pods])).to.deep.equal([
      [["registry.example.com/"], "2", 30],
      [["ghcr.io/globex/"], "2", 5],
    ]);
  });

  it("are complained about once, where they stand", () => {
    const defaults = { isolation: { runtime: "gvisor" }, budgt: {} };
    const platform = { kind: "existing" };
    expect(complaintsAbout({ acme: {}, globex: {} }, { defaults, platform })).to.deep.equal([
      'defaults.budgt: is not a field here; did you mean "budget"? (contact, isolation, cluster, namespaces, access, budget, limits, network, images, storageClasses, pool, identities, tokenAudiences, guardrails, state)',
      'defaults.isolation.runtime: "gvisor" is not offered by the platform (native); set platform.capabilities.runtimes.gvisor to the nodes\' handler, or choose one of those',
    ]);
  });

  it("with a slip bring no complaints about the tenants", () => {
    const defaults = { isolation: { nodes: "dedicatd" } };
    expect(complaintsAbout({ acme: { pool: {} } }, { defaults })).to.deep.equal([
      'defaults.isolation.nodes: "dedicatd" is not a kind of nodes; did you mean "dedicated"? (shared, dedicated)',
    ]);
  });

  it("with a slip bring none about a tenant with another slip either", () => {
    const tenants = { acme: { pool: {}, state: "gone" } };
    expect(complaintsAbout(tenants, { defaults: { isolation: { nodes: 1 } } })).to.deep.equal([
      "defaults.isolation.nodes: 1 is not a kind of nodes (shared, dedicated)",
      'tenants.acme.state: "gone" is not a state (active, frozen, leaving)',
    ]);
  });

  it("are a map of fields", () => {
    expect(complaintsAbout({ acme: { pool: {} } }, { defaults: [] })).to.deep.equal([
      "defaults: [] is not a map of fields; write names and values, as name: value",
    ]);
    expect(complaintsAbout({ acme: {} }, { defaults: null })).to.deep.equal([
      "defaults: is empty; write a map of fields or remove the key",
    ]);
  });
});
