import { expect } from "chai";
import { about } from "../complaints";

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
