import { expect } from "chai";
import { complaintsAbout } from "./complaints";

/** What is said about tenant acme when a field of it, by its path, holds a value. */
function about(path: string, value: unknown): string[] {
  const written = path.split(".").reduceRight((inner, key) => ({ [key]: inner }), value);
  return complaintsAbout({ acme: written }).map((line) => line.replace(/^tenants\.acme\./, ""));
}

/** What is said about a field of the platform. */
function aboutPlatform(path: string, value: unknown): string[] {
  const written = path.split(".").reduceRight((inner, key) => ({ [key]: inner }), value);
  return complaintsAbout({ acme: {} }, { platform: { kind: "existing", ...(written as object) } }).map((line) =>
    line.replace(/^platform\./, ""),
  );
}

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
      'budget.split.acme.memmory: is not a field here; did you mean "memory"? (cpu, memory, ephemeralStorage, storage, pods, loadBalancers)',
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

describe("a name", () => {
  const LABEL = "is not a DNS label; use lower-case letters, digits and dashes, at most 63, no dash at the ends";

  for (const name of ["Web", "web_1", "-web", "web-", "web.api", "", "a".repeat(64), "web\n", "wéb"]) {
    it(`of a namespace is not ${JSON.stringify(name)}`, () => {
      const [line = ""] = about("namespaces", [name]);
      expect(line.slice(0, `namespaces[0]: ${JSON.stringify(name)} ${LABEL}`.length)).to.equal(
        `namespaces[0]: ${JSON.stringify(name)} ${LABEL}`,
      );
    });
  }

  it("of a letter that only looks plain is shown to be", () => {
    expect(about("namespaces", ["\u0441ore"])).to.deep.equal([
      `namespaces[0]: "\u0441ore" ${LABEL}; "\u0441" in it is U+0441`,
    ]);
  });

  it("that is a key is checked like any other", () => {
    expect(about("budget.split", { Web: {} })).to.deep.equal([`budget.split.Web: ${LABEL}`]);
  });

  for (const [user, complaint] of [
    ["", '"" is an empty text; write a name or remove the key'],
    [" ann", '" ann" has a space at its start or end; remove it'],
    ["ann\u200b", '"ann\\u200b" has characters in it that nobody sees; type it anew'],
    ["ann\u0007bob", '"ann\\u0007bob" has characters in it that nobody sees; type it anew'],
  ] as const) {
    it(`of a user is not ${JSON.stringify(user)}`, () => {
      expect(about("access.admins", [{ user }])).to.deep.equal([`access.admins[0].user: ${complaint}`]);
    });
  }

  it("of a user may be any that an authenticator reports", () => {
    const users = ["ann@example.com", "oidc:ann", "CN=Ann Lee,O=devs", "J\u00fcrgen", "arn:aws:iam::1:role/x"];
    expect(
      about(
        "access.admins",
        users.map((user) => ({ user })),
      ),
    ).to.deep.equal([]);
  });
});

describe("an image prefix", () => {
  it("is a registry and a path, with the slash at its end", () => {
    const right = ["registry.example.com/", "registry.example.com/acme/", "localhost:5000/a/b_c/d-e/", "ghcr.io/a/"];
    expect(about("images", right)).to.deep.equal([]);
  });

  for (const [prefix, hint] of [
    ["registry.example.com/acme", 'did you mean "registry.example.com/acme/"?'],
    ["registry.example.com", 'did you mean "registry.example.com/"?'],
    ["Registry.Example.com/ACME/", 'did you mean "registry.example.com/acme/"?'],
    ["https://ghcr.io/acme/", 'did you mean "ghcr.io/acme/"?'],
    ["ghcr.io/acme/*", 'did you mean "ghcr.io/acme/"?'],
    ["acme/", 'did you mean "docker.io/acme/"?'],
    ["ghcr.io/../", "write host/path/ with the slash at its end, as registry.example.com/acme/"],
    ["ghcr.io/a,b/", "write host/path/ with the slash at its end, as registry.example.com/acme/"],
    ["", "write host/path/ with the slash at its end, as registry.example.com/acme/"],
  ] as const) {
    it(`is not ${JSON.stringify(prefix)}`, () => {
      expect(about("images", [prefix])).to.deep.equal([
        `images[0]: ${JSON.stringify(prefix)} is not a registry prefix; ${hint}`,
      ]);
    });
  }
});

describe("a host name", () => {
  for (const [name, hint] of [
    ["*.example.com", 'did you mean "example.com"? Everything below a host belongs to it'],
    ["Shop.Example.com", 'did you mean "shop.example.com"?'],
    ["https://shop.example.com:8443/x", 'did you mean "shop.example.com"?'],
    ["shop.example.com.", 'did you mean "shop.example.com"?'],
    ["b\u00fccher.example", 'did you mean "xn--bcher-kva.example"?'],
    ["localhost", "write a lower-case DNS name, as acme.example.com"],
    ["203.0.113.7", "write a lower-case DNS name, as acme.example.com"],
    [`${"a".repeat(64)}.example.com`, "write a lower-case DNS name, as acme.example.com"],
    [`${"a.".repeat(127)}com`, "write a lower-case DNS name, as acme.example.com"],
    ["a_b.example.com", "write a lower-case DNS name, as acme.example.com"],
  ] as const) {
    it(`is not ${name.slice(0, 40)}`, () => {
      expect(about("network.hosts", [name])[0]?.replace(/^.* is not/, "is not")).to.equal(
        `is not a host name; ${hint}`,
      );
    });
  }
});

describe("a kind to be counted", () => {
  it("is a plural with its group, with or without count/", () => {
    const objects = { configmaps: 1, "jobs.batch": 2, "count/leases.coordination.k8s.io": 3, pods: 4 };
    expect(about("budget.objects", objects)).to.deep.equal([]);
  });

  for (const kind of [
    "ConfigMap",
    "requests.cpu",
    "services.loadbalancers",
    "count/services.nodeports",
    "jobs/batch",
  ]) {
    it(`is not ${kind}`, () => {
      expect(about("budget.objects", { [kind]: 1 })[0]?.replace(/^[^:]*: /, "")).to.equal(
        "is not a kind to be counted; write its plural and its group, as configmaps or jobs.batch",
      );
    });
  }

  it("is counted once", () => {
    expect(about("budget.objects", { "count/jobs.batch": 1, "jobs.batch": 2 })).to.deep.equal([
      'budget.objects["count/jobs.batch"]: 1 is counted already, without count/; keep one of them',
    ]);
  });
});

describe("a port", () => {
  for (const port of [0, 65_536, -1, 80.5, "80"]) {
    it(`is not ${JSON.stringify(port)}`, () => {
      expect(about("network.ingress", [{ namespace: "x", ports: [port] }])).to.have.length(1);
    });
  }
});

describe("a platform", () => {
  it("is of a known kind", () => {
    expect(complaintsAbout({ acme: {} }, { platform: { kind: "exsting" } })).to.deep.equal([
      'platform.kind: "exsting" is not a kind of platform; did you mean "existing"? (existing)',
    ]);
    expect(complaintsAbout({ acme: {} }, { platform: { context: "dev" } })).to.deep.equal([
      "platform.kind: is missing; write existing",
    ]);
    expect(complaintsAbout({ acme: {} }, { platform: "existing" })).to.deep.equal([
      'platform: "existing" is not a kind of platform; write names and values, as name: value',
    ]);
  });

  for (const [version, complaint] of [
    [
      1.36,
      'version: 1.36 is not a Kubernetes minor version; write it in quotes, as "1.36", since 1.30 without them is 1.3',
    ],
    ["1.36.3", 'version: "1.36.3" is not a Kubernetes minor version; write it as 1.36, in quotes'],
    ["v1.36", 'version: "v1.36" is not a Kubernetes minor version; write it as 1.36, in quotes'],
    [
      "1.29",
      'version: "1.29" is older than 1.30, which is the first with the admission policies that the guardrails need',
    ],
  ] as const) {
    it(`has no version ${JSON.stringify(version)}`, () => {
      expect(aboutPlatform("version", version)).to.deep.equal([complaint]);
    });
  }

  for (const [path, value, complaint] of [
    [
      "overcommit",
      0.5,
      "overcommit: 0.5 is less than 1; use 1 to promise every shared tenant its whole budget at once",
    ],
    [
      "capabilities.dnsLabels",
      {},
      "capabilities.dnsLabels: {} is an empty map, which means every pod of kube-system; name the labels of the DNS pods",
    ],
    [
      "capabilities.dnsLabels",
      { "k8s-app": true },
      "capabilities.dnsLabels.k8s-app: true is not a text; put it in quotes",
    ],
    [
      "capabilities.podCidrs",
      ["10.244.0.1/16"],
      'capabilities.podCidrs[0]: "10.244.0.1/16" has bits beyond its prefix length; write 10.244.0.0/16',
    ],
    [
      "pools.shared",
      { runtimes: [] },
      "pools.shared.runtimes: [] is an empty list; name at least one runtime, or remove the key for native",
    ],
    ["kubeconfig", "", 'kubeconfig: "" is an empty text; write a path or remove the key'],
  ] as const) {
    it(`is refused with the way out: ${complaint}`, () => {
      expect(aboutPlatform(path, value)).to.deep.equal([complaint]);
    });
  }
});
