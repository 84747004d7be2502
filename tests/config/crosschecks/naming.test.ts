import { expect } from "chai";
import { estateWith } from "../../support/estate";
import { complaintsAbout } from "../complaints";

const GRAMMAR = "use lower-case letters, digits and dashes, a letter first, no dash at the end";

describe("a tenant's id", () => {
  it("becomes the name of its only namespace, or the beginning of all their names", () => {
    const { tenants } = estateWith({ acme: null, globex: { namespaces: ["web", "batch"] } });
    expect(tenants.map(({ namespaces }) => namespaces)).to.deep.equal([
      [{ name: "acme", part: "acme" }],
      [
        { name: "globex-web", part: "web" },
        { name: "globex-batch", part: "batch" },
      ],
    ]);
  });

  for (const [id, hint] of [
    ["Acme", ", as acme"],
    ["acme_dev", ", as acme-dev"],
    ["acme-", ", as acme"],
    ["1acme", ", as acme"],
    ["acme dev", ", as acme-dev"],
    ["--", ""],
  ] as const) {
    it(`is not ${JSON.stringify(id)}`, () => {
      const path = /[^\w-]/.test(id) ? `tenants["${id}"]` : `tenants.${id}`;
      expect(complaintsAbout({ [id]: {} })).to.deep.equal([`${path}: "${id}" is not a tenant id; ${GRAMMAR}${hint}`]);
    });
  }

  it("is not empty, as a null key of YAML is", () => {
    expect(complaintsAbout({ "": {} })).to.deep.equal([`tenants[""]: "" is not a tenant id; ${GRAMMAR}`]);
  });

  it("has no letter that only looks like a plain one", () => {
    expect(complaintsAbout({ "\u0430cme": {} })).to.deep.equal([
      `tenants["\u0430cme"]: "\u0430cme" is not a tenant id; "\u0430" in it is U+0430; ${GRAMMAR}`,
    ]);
  });

  it("is not a system identity", () => {
    expect(complaintsAbout({ "system:nodes": {} })).to.deep.equal([
      `tenants["system:nodes"]: "system:nodes" is not a tenant id; ${GRAMMAR}, as system-nodes`,
    ]);
  });

  it("has 40 characters at most", () => {
    expect(complaintsAbout({ ["a".repeat(40)]: {} })).to.deep.equal([]);
    const long = "a".repeat(41);
    expect(complaintsAbout({ [long]: {} })).to.deep.equal([
      `tenants.${long}: "${long}" is 41 characters long; a tenant id has at most 40`,
    ]);
  });

  for (const id of ["default", "kube-public", "openshift-x", "bulkhead", "system", "istio-system", "gke-x"]) {
    it(`is not ${id}, which others have`, () => {
      expect(complaintsAbout({ [id]: { namespaces: ["web"] } })).to.deep.equal([
        `tenants.${id}: "${id}" is reserved for the platform; choose another id`,
      ]);
    });
  }

  it("may begin like a reserved word", () => {
    expect(complaintsAbout({ kubernauts: {}, defaults: {}, bulkheads: {} })).to.deep.equal([]);
  });

  it("is not the beginning of another, up to a dash", () => {
    expect(complaintsAbout({ "acme-dev-eu": {}, acme: {}, acmedev: {} })).to.deep.equal([
      'tenants.acme-dev-eu: "acme-dev-eu" starts with the id of tenant "acme" and a dash; choose an id that is not part of another',
    ]);
  });

  it("may be a name that every object of JavaScript has", () => {
    const { tenants } = estateWith({ constructor: { namespaces: ["valueof"] } });
    expect(tenants.map(({ id }) => id)).to.deep.equal(["constructor"]);
  });

  it("is not __proto__", () => {
    const tenants = JSON.parse('{ "acme": {}, "__proto__": {} }');
    expect(complaintsAbout(tenants)).to.deep.equal(["tenants.__proto__: is not a name that anything can have here"]);
  });
});

describe("a namespace's name", () => {
  it("has 63 characters at most, its tenant's id included", () => {
    const id = "a".repeat(40);
    expect(complaintsAbout({ [id]: { namespaces: ["b".repeat(22)] } })).to.deep.equal([]);
    expect(complaintsAbout({ [id]: { namespaces: ["web", "b".repeat(23)] } })).to.deep.equal([
      `tenants.${id}.namespaces[1]: "${"b".repeat(23)}" makes the namespace "${id}-${"b".repeat(23)}", 64 characters long; at most 63 are possible`,
    ]);
  });

  it("is not reserved after joining either", () => {
    expect(complaintsAbout({ acme: { namespaces: ["system"] } })).to.deep.equal([
      'tenants.acme.namespaces[0]: "system" makes the namespace "acme-system", which is reserved for the platform; choose another name',
    ]);
  });

  for (const id of ["com", "dev", "xn--p1ai", "svc", "local", "internal"]) {
    it(`is not ${id}, with which host names end`, () => {
      expect(complaintsAbout({ [id]: {} })).to.deep.equal([
        `tenants.${id}: "${id}" makes the namespace "${id}", with which other people's host names end: a Service in it would answer for them; choose another id or add namespaces: [app]`,
      ]);
    });
  }

  it("is no end of host names when another part follows the id", () => {
    expect(complaintsAbout({ com: { namespaces: ["app"] } })).to.deep.equal([]);
  });

  it("is nobody else's after joining", () => {
    expect(complaintsAbout({ a: { namespaces: ["b-c", "d"] }, "a-b": { namespaces: ["c"] } })).to.deep.equal([
      'tenants.a-b: "a-b" starts with the id of tenant "a" and a dash; choose an id that is not part of another',
      'tenants.a-b.namespaces[0]: "c" makes the namespace "a-b-c", which tenant "a" has already; choose another name',
    ]);
  });

  it("is not one of the platform's", () => {
    const guardrails = { platformNamespaces: ["acme-ingress", "monitoring"] };
    expect(complaintsAbout({ acme: { namespaces: ["ingress"] }, monitoring: {} }, { guardrails })).to.deep.equal([
      'tenants.acme.namespaces[0]: "ingress" makes the namespace "acme-ingress", which guardrails.platformNamespaces gives to the platform; choose another name',
      'tenants.monitoring: "monitoring" makes the namespace "monitoring", which guardrails.platformNamespaces gives to the platform; choose another name',
    ]);
  });

  it("of the platform does not begin like a tenant's", () => {
    const guardrails = { platformNamespaces: ["ingress-nginx", "nginx-ingress"] };
    expect(complaintsAbout({ ingress: {} }, { guardrails })).to.deep.equal([
      'guardrails.platformNamespaces[0]: "ingress-nginx" belongs by its name to tenant "ingress"; give that tenant another id, or the platform another namespace',
    ]);
  });
});
