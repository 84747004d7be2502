import { expect } from "chai";
import { about } from "../complaints";

describe("a field", () => {
  for (const [path, value, complaint] of [
    ["contact", 12, "contact: 12 is not a text; put it in quotes"],
    ["contact", true, "contact: true is not a text; put it in quotes"],
    ["contact", ["a"], 'contact: ["a"] is not a text'],
    ["namespaces", "web", 'namespaces: "web" is not a list; write [web]'],
    ["namespaces", { web: null }, 'namespaces: {"web":null} is not a list; put a dash before each entry'],
    ["access", [], "access: [] is not a map of fields; write names and values, as name: value"],
    ["budget", "8", 'budget: "8" is not a map of fields; write names and values, as name: value'],
    ["budget.split", ["web"], 'budget.split: ["web"] is not a map; write names and values, as name: value'],
    ["budget.pods", "60", 'budget.pods: "60" is not a number; write it without quotes'],
    ["budget.pods", "many", 'budget.pods: "many" is not a number'],
    ["budget.pods", 1.5, "budget.pods: 1.5 is not a whole number"],
    ["budget.pods", -1, "budget.pods: -1 is less than 0"],
    ["budget.pods", 1e99, "budget.pods: 1e+99 is more than 9007199254740991"],
    ["budget.pods", Number.NaN, "budget.pods: NaN is not a number"],
    ["isolation.nodes", true, "isolation.nodes: true is not a kind of nodes (shared, dedicated)"],
    [
      "budget.devices",
      { gpu: 1 },
      "budget.devices.gpu: is not a device; write an extended resource, as nvidia.com/gpu, a device class, as gpu.example.com, or a size of huge pages, as hugepages-2Mi",
    ],
    [
      "budget.devices",
      { "requests.nvidia.com/gpu": 1 },
      'budget.devices["requests.nvidia.com/gpu"]: is not a device; write an extended resource, as nvidia.com/gpu, a device class, as gpu.example.com, or a size of huge pages, as hugepages-2Mi',
    ],
    [
      "budget.devices",
      { "nvidia.com/gpu": "1.5" },
      'budget.devices["nvidia.com/gpu"]: "1.5" is not a number of devices; write a whole number',
    ],
    [
      "budget.devices",
      { "hugepages-2Mi": "3Mi" },
      'budget.devices.hugepages-2Mi: "3Mi" is no whole number of pages; write a multiple of 2Mi',
    ],
    [
      "budget.devices",
      { "hugepages-2Mi": "many" },
      'budget.devices.hugepages-2Mi: "many" is not an amount of bytes; write a number with a unit, as 512Mi or 1.5Gi',
    ],
    [
      "budget.devices",
      { "hugepages-0Mi": "2Mi" },
      "budget.devices.hugepages-0Mi: is not a device; write an extended resource, as nvidia.com/gpu, a device class, as gpu.example.com, or a size of huge pages, as hugepages-2Mi",
    ],
    ["isolation.userNamespaces", "on", 'isolation.userNamespaces: "on" is not a choice (optional, required)'],
    ["tokenAudiences", ["a,b"], 'tokenAudiences[0]: "a,b" has a space or a comma in it; write one name'],
    ["tokenAudiences", ["a b"], 'tokenAudiences[0]: "a b" has a space or a comma in it; write one name'],
    [
      "network.ingressClasses",
      ["Public"],
      'network.ingressClasses[0]: "Public" is not a name as Kubernetes wants it; use lower-case letters, digits, dashes and dots',
    ],
    ["state", "Active", 'state: "Active" is not a state; did you mean "active"? (active, frozen, leaving)'],
    ["pool.zones", 7, "pool.zones: 7 is more than 6"],
    ["pool.max", 0, "pool.max: 0 is less than 1; a pool that may have no node runs nothing"],
  ] as const) {
    it(`of the wrong type is refused with the way out: ${complaint}`, () => {
      expect(about(path, value)[0]).to.equal(complaint);
    });
  }

  for (const [path, complaint] of [
    ["contact", "contact: is empty; write a text or remove the key"],
    ["images", "images: is empty; write a list or remove the key"],
    ["network.egress", "network.egress: is empty; write a list or remove the key"],
    ["budget", "budget: is empty; write a map of fields or remove the key"],
    ["budget.cpu", "budget.cpu: is empty; write a value or remove the key"],
    ["budget.objects", "budget.objects: is empty; write a map or remove the key"],
    ["state", "state: is empty; write active or frozen or leaving or remove the key"],
  ] as const) {
    it(`with nothing after it is not taken for unset: ${path}`, () => {
      expect(about(path, null)).to.deep.equal([complaint]);
    });
  }

  it("that is unknown is refused at every depth, with what is known there", () => {
    expect(about("limits.container.max.cpus", 1)).to.deep.equal([
      'limits.container.max.cpus: is not a field here; did you mean "cpu"? (cpu, memory, ephemeralStorage)',
    ]);
    expect(about("network.egress", [{ tenant: "acme", protocol: "UDP" }])).to.deep.equal([
      "network.egress[0].protocol: is not a field here (tenant, namespace, cidr, ports)",
    ]);
    expect(about("budget.split", { acme: { memmory: 1 } })).to.deep.equal([
      'budget.split.acme.memmory: is not a field here; did you mean "memory"? (cpu, memory, ephemeralStorage, storage, pods, loadBalancers, devices)',
    ]);
  });

  it("that is required is asked for", () => {
    expect(about("access.admins", [{ serviceAccount: { name: "bot" } }])).to.deep.equal([
      "access.admins[0].serviceAccount.namespace: is missing; write a text",
    ]);
  });
});

describe("a list", () => {
  for (const [path, list, complaint] of [
    ["namespaces", ["web", "api", "web"], 'namespaces[2]: "web" is listed twice; remove one'],
    ["images", ["a.example/", "a.example/"], 'images[1]: "a.example/" is listed twice; remove one'],
    [
      "access.viewers",
      [{ group: "a" }, { group: "a", sharedWith: [] }],
      'access.viewers[1]: {"group":"a","sharedWith":[]} is listed twice; remove one',
    ],
    [
      "network.egress",
      [
        { cidr: "1.0.0.0/8", ports: [1] },
        { ports: [1], cidr: "1.0.0.0/8" },
      ],
      'network.egress[1]: {"ports":[1],"cidr":"1.0.0.0/8"} is listed twice; remove one',
    ],
    [
      "network.ingress",
      [{ namespace: "ingress-nginx", ports: [80, 80] }],
      "network.ingress[0].ports[1]: 80 is listed twice; remove one",
    ],
  ] as const) {
    it(`holds nothing twice: ${path}`, () => {
      expect(about(path, list)).to.deep.equal([complaint]);
    });
  }

  it("that is empty is refused where it would open everything", () => {
    expect(about("images", [])).to.deep.equal([
      "images: [] is an empty list, which would allow every registry; name the prefixes or remove the key",
    ]);
    expect(about("network.ingress", [{ namespace: "ingress-nginx", ports: [] }])).to.deep.equal([
      "network.ingress[0].ports: [] is an empty list; leave it out to open every port, or name the ports",
    ]);
  });

  it("that is empty is taken where it closes everything", () => {
    expect(about("storageClasses", [])).to.deep.equal([]);
  });
});
