import { expect } from "chai";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { plannedPolicies, reachability } from "../../../proof/static/network";
import { openPorts } from "../../../proof/static/policy";
import { provenPlan } from "../estate";

const plan = provenPlan();

function tenant(id: string) {
  const found = plan.tenants.find((candidate) => candidate.tenant.id === id);
  if (!found) throw new Error(`no tenant ${id}`);
  return found;
}

function policy(namespace: string, spec: NetworkPolicy["spec"]): NetworkPolicy {
  return { metadata: { name: "more", namespace }, spec: { podSelector: {}, ...spec } };
}

/** The planned policies of every namespace, and one more. */
function withMore(extra: NetworkPolicy) {
  const planned = plannedPolicies(plan);
  return (namespace: string) =>
    extra.metadata?.namespace === namespace ? [...planned(namespace), extra] : planned(namespace);
}

describe("reachability, as planned", () => {
  const { open, problemsOf } = reachability(plan);
  const ports = (from: string, to: string) => open.find((reach) => reach.from === from && reach.to === to)?.ports;

  it("opens a tenant to itself, over all of its namespaces", () => {
    expect(ports("acme", "acme")).to.deep.equal(["any"]);
    expect(ports("umbrella-web", "umbrella-batch")).to.deep.equal(["any"]);
  });

  it("opens a flow that both sides declare, over the ports that both name, in one direction", () => {
    expect(ports("umbrella-web", "acme")).to.deep.equal(["TCP/5432"]);
    expect(ports("acme", "umbrella-web")).to.equal(undefined);
  });

  it("opens DNS to everybody over both protocols, and no other pod of the control plane", () => {
    expect(ports("globex", "DNS")).to.deep.equal(["TCP/53", "UDP/53"]);
    expect(ports("globex", "the control plane's pods")).to.equal(undefined);
  });

  it("opens neither metadata nor nodes nor the API server nor the internet to anybody", () => {
    const places = new Set(open.map(({ to }) => to));
    for (const place of [
      "cloud metadata",
      "cloud metadata over IPv6",
      "nodes",
      "the API server and services",
      "the internet",
    ]) {
      expect(places).to.not.include(place);
    }
  });

  it("finds nothing that is open and not declared", () => {
    expect(plan.tenants.flatMap(problemsOf)).to.deep.equal([]);
  });
});

describe("reachability, with one policy more", () => {
  const problems = (extra: NetworkPolicy, id: string) => reachability(plan, withMore(extra)).problemsOf(tenant(id));

  it("is not changed by ingress that nobody's egress answers", () => {
    expect(problems(policy("acme", { podSelector: {}, ingress: [{}] }), "acme")).to.deep.equal([]);
  });

  it("shows metadata opened by an egress to everything", () => {
    const found = problems(policy("acme", { podSelector: {}, policyTypes: ["Egress"], egress: [{}] }), "acme");
    expect(found).to.include("acme may connect to cloud metadata over any, which is not declared");
    expect(found).to.include("acme may connect to the internet over any, which is not declared");
  });

  it("shows a range that leaves out what it should, and nothing else of it", () => {
    const except = ["169.254.0.0/16", "10.96.0.0/16", "10.0.0.0/24"];
    const egress = [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except } }], ports: [{ port: 443 }] }];
    expect(problems(policy("acme", { podSelector: {}, policyTypes: ["Egress"], egress }), "acme")).to.deep.equal([
      "acme may connect to addresses of pods over TCP/443, which is not declared",
      "acme may connect to the internet over TCP/443, which is not declared",
    ]);
  });

  it("shows a neighbour that is let out to somebody who lets it in over more ports than declared", () => {
    const wide = policy("acme", { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] });
    const out = policy("umbrella-web", {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ namespaceSelector: {} }] }],
    });
    const planned = plannedPolicies(plan);
    const both = (namespace: string) =>
      [...planned(namespace), wide, out].filter(({ metadata }) => metadata?.namespace === namespace);
    expect(reachability(plan, both).problemsOf(tenant("acme"))).to.include(
      "umbrella-web may connect to acme over any, which is not declared",
    );
  });

  it("takes a namespace without policies for open", () => {
    const none = reachability(plan, () => []);
    expect(none.problemsOf(tenant("acme"))).to.include("globex may connect to acme over any, which is not declared");
  });
});

describe("a network policy", () => {
  const globex = {
    namespace: "globex",
    labels: { "kubernetes.io/metadata.name": "globex", "bulkhead.dev/tenant": "globex" },
  };
  const deny = policy("acme", { podSelector: {}, policyTypes: ["Ingress"] });
  const from = (peer: object, ports?: object[]) =>
    openPorts(
      [deny, policy("acme", { podSelector: {}, ingress: [{ from: [peer], ...(ports ? { ports } : {}) }] })],
      "Ingress",
      globex,
    );

  it("that selects some pods isolates nobody else", () => {
    const some = policy("acme", { podSelector: { matchLabels: { app: "db" } }, ingress: [] });
    expect(openPorts([some], "Ingress", globex)).to.deep.equal(["any"]);
  });

  it("that does not speak of egress leaves egress open", () => {
    expect(openPorts([deny], "Egress", globex)).to.deep.equal(["any"]);
  });

  it("selects namespaces by labels and by expressions", () => {
    expect(from({ namespaceSelector: { matchLabels: { "bulkhead.dev/tenant": "globex" } } })).to.deep.equal(["any"]);
    expect(from({ namespaceSelector: { matchLabels: { "bulkhead.dev/tenant": "initech" } } })).to.deep.equal([]);
    const expression = (operator: string, values?: string[]) =>
      from({
        namespaceSelector: {
          matchExpressions: [{ key: "bulkhead.dev/tenant", operator, ...(values ? { values } : {}) }],
        },
      });
    expect(expression("In", ["globex"])).to.deep.equal(["any"]);
    expect(expression("NotIn", ["acme"])).to.deep.equal(["any"]);
    expect(expression("Exists")).to.deep.equal(["any"]);
    expect(expression("DoesNotExist")).to.deep.equal([]);
    expect(expression("NeverHeardOf")).to.deep.equal(["any"]);
  });

  it("without a namespace selector means its own namespace", () => {
    expect(from({ podSelector: {} })).to.deep.equal([]);
  });

  it("grants what depends on pods' labels, which anybody may set", () => {
    expect(from({ namespaceSelector: {}, podSelector: { matchLabels: { app: "friend" } } })).to.deep.equal(["any"]);
  });

  it("opens the ports it names, with their protocol and range", () => {
    expect(
      from({ namespaceSelector: {} }, [{ port: 80 }, { port: 53, protocol: "UDP" }, { port: 8000, endPort: 8999 }]),
    ).to.deep.equal(["TCP/80", "TCP/8000-8999", "UDP/53"]);
  });
});
