import { expect } from "chai";
import { baselinePolicy, flowPolicies } from "../../../components/tenant/network";
import type { Peer } from "../../../config/schema";
import { estateWith, type StackValues, tenantWith } from "../../support/estate";

const CAPABILITIES = {
  podCidrs: ["10.244.0.0/16", "fd00:10:244::/56"],
  serviceCidrs: ["10.96.0.0/16"],
  nodeCidrs: ["10.0.0.0/24"],
};
const PLATFORM: StackValues = { platform: { kind: "existing", capabilities: CAPABILITIES } };

/** What a tenant's declared flows become in its first namespace. */
function flowsOf(tenants: Readonly<Record<string, unknown>>, id = "acme") {
  const { platform, tenants: all } = estateWith(tenants, PLATFORM);
  const tenant = all.find((candidate) => candidate.id === id);
  if (!tenant?.namespaces[0]) throw new Error(`no tenant ${id}`);
  const neighbours = new Map(all.map((one) => [one.id, one.namespaces.map(({ name }) => name)]));
  return flowPolicies(tenant, tenant.namespaces[0].name, platform, neighbours);
}

function egressTo(cidr: string, ports?: number[]) {
  const [policy] = flowsOf({ acme: { network: { egress: [{ cidr, ...(ports ? { ports } : {}) }] } } });
  return policy?.spec?.egress;
}

function namespaceNamed(name: string) {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}

describe("the baseline of the network", () => {
  it("is the tenant's own namespaces and DNS over both protocols, and nothing else either way", () => {
    const { platform, tenants } = estateWith({ acme: { namespaces: ["web", "batch"] } });
    const [acme] = tenants;
    expect(acme && baselinePolicy(acme, "acme-web", platform)).to.deep.equal({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "bulkhead-baseline", namespace: "acme-web" },
      spec: {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [namespaceNamed("acme-web"), namespaceNamed("acme-batch")] }],
        egress: [
          { to: [namespaceNamed("acme-web"), namespaceNamed("acme-batch")] },
          {
            to: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
                podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
              },
            ],
            ports: [
              { port: 53, protocol: "UDP" },
              { port: 53, protocol: "TCP" },
            ],
          },
        ],
      },
    });
  });

  it("finds DNS by the labels that the platform gives it", () => {
    const rest = { platform: { kind: "existing", capabilities: { dnsLabels: { app: "coredns", tier: "dns" } } } };
    const { platform } = estateWith({ acme: {} }, rest);
    const { spec } = baselinePolicy(tenantWith({}), "acme", platform);
    expect(spec?.egress?.[1]?.to?.[0]?.podSelector).to.deep.equal({ matchLabels: { app: "coredns", tier: "dns" } });
  });
});

describe("a declared flow", () => {
  it("makes no object where none is declared", () => {
    expect(flowsOf({ acme: {} })).to.deep.equal([]);
  });

  const flow = {
    acme: { namespaces: ["web", "batch"], network: { egress: [{ tenant: "globex", ports: [5432, 6432] }] } },
    globex: { namespaces: ["db", "api"], network: { ingress: [{ tenant: "acme", ports: [5432, 6432] }] } },
  };
  const ports = [
    { port: 5432, protocol: "TCP" },
    { port: 6432, protocol: "TCP" },
  ];

  it("leaves one tenant for every namespace of the other, on its ports only", () => {
    expect(flowsOf(flow, "acme")).to.deep.equal([
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "bulkhead-flows", namespace: "acme-web" },
        spec: {
          podSelector: {},
          policyTypes: ["Ingress", "Egress"],
          ingress: [],
          egress: [{ to: [namespaceNamed("globex-db"), namespaceNamed("globex-api")], ports }],
        },
      },
    ]);
  });

  it("is let in by the other tenant, from every namespace of the first", () => {
    expect(flowsOf(flow, "globex")).to.deep.equal([
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "bulkhead-flows", namespace: "globex-db" },
        spec: {
          podSelector: {},
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [namespaceNamed("acme-web"), namespaceNamed("acme-batch")], ports }],
          egress: [],
        },
      },
    ]);
  });

  it("opens every port where it names none", () => {
    const [policy] = flowsOf({ acme: { network: { ingress: [{ namespace: "ingress-nginx" }] } } });
    expect(policy?.spec?.ingress).to.deep.equal([{ from: [namespaceNamed("ingress-nginx")] }]);
  });

  it("to the whole internet leaves out link-local, pod, service and node addresses", () => {
    expect(egressTo("0.0.0.0/0", [443])).to.deep.equal([
      {
        to: [
          {
            ipBlock: {
              cidr: "0.0.0.0/0",
              except: ["169.254.0.0/16", "10.244.0.0/16", "10.96.0.0/16", "10.0.0.0/24"],
            },
          },
        ],
        ports: [{ port: 443, protocol: "TCP" }],
      },
    ]);
  });

  it("to the whole internet of IPv6 leaves out its link-local, metadata and pod addresses", () => {
    expect(egressTo("::/0")).to.deep.equal([
      { to: [{ ipBlock: { cidr: "::/0", except: ["fe80::/10", "fd00:ec2::/32", "fd00:10:244::/56"] } }] },
    ]);
  });

  it("to a range leaves out only what lies in that range", () => {
    expect(egressTo("10.0.0.0/8")?.[0]?.to).to.deep.equal([
      { ipBlock: { cidr: "10.0.0.0/8", except: ["10.244.0.0/16", "10.96.0.0/16", "10.0.0.0/24"] } },
    ]);
    expect(egressTo("203.0.113.0/24")?.[0]?.to).to.deep.equal([{ ipBlock: { cidr: "203.0.113.0/24" } }]);
  });

  it("names a range that is closed twice only once", () => {
    const capabilities = { podCidrs: ["10.0.0.0/16"], serviceCidrs: ["10.1.0.0/16"], nodeCidrs: ["10.0.0.0/16"] };
    const { platform } = estateWith({ acme: {} }, { platform: { kind: "existing", capabilities } });
    const tenant = tenantWith({ network: { egress: [{ cidr: "0.0.0.0/0" }] } }, { platform });
    const [policy] = flowPolicies(tenant, "acme", platform, new Map());
    expect(policy?.spec?.egress?.[0]?.to?.[0]?.ipBlock?.except).to.deep.equal([
      "169.254.0.0/16",
      "10.0.0.0/16",
      "10.1.0.0/16",
    ]);
  });

  it("with nobody is a bug and never a rule without peers, which would let everybody in", () => {
    const withPeer = (peer: Peer) => ({ ...tenantWith({}), network: { ingress: [peer], egress: [], hosts: [] } });
    const { platform } = estateWith({ acme: {} });
    expect(() => flowPolicies(withPeer({ tenant: "gone" }), "acme", platform, new Map())).to.throw(
      TypeError,
      "a flow with gone, which is no tenant",
    );
    expect(() => flowPolicies(withPeer({ ports: [443] }), "acme", platform, new Map())).to.throw(
      TypeError,
      "a flow without a peer",
    );
  });
});
