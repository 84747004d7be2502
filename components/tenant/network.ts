import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from "kubernetes-types/networking/v1";
import { contains, LINK_LOCAL } from "../../config/cidr";
import type { Tenant } from "../../config/estate";
import { NAMESPACE_NAME_LABEL } from "../../config/names";
import { capabilitiesOf } from "../../config/platform";
import type { Peer, Platform } from "../../config/schema";
import type { Manifest } from "../manifest";

/** Who else a declared flow may name: namespaces of each tenant by its id. */
export type Neighbours = ReadonlyMap<string, readonly string[]>;

/**
 * Nothing in, nothing out, except the tenant itself and DNS. One policy instead of four: each object costs engine
 * steps and state in every deployment.
 */
export function baselinePolicy(tenant: Tenant, namespace: string, platform: Platform): NetworkPolicy & Manifest {
  const own = namespacesNamed(tenant.namespaces.map(({ name }) => name));
  return policy("bulkhead-baseline", namespace, [{ from: own }], [{ to: own }, dns(platform)]);
}

/** What the tenant declared beyond the baseline; no object where it declared nothing. */
export function flowPolicies(
  tenant: Tenant,
  namespace: string,
  platform: Platform,
  neighbours: Neighbours,
): (NetworkPolicy & Manifest)[] {
  const { ingress, egress } = tenant.network;
  if (ingress.length === 0 && egress.length === 0) return [];
  const rule = (peer: Peer) => ({ peers: peersOf(peer, platform, neighbours), ports: tcp(peer.ports) });
  return [
    policy(
      "bulkhead-flows",
      namespace,
      ingress.map(rule).map(({ peers, ports }) => ({ from: peers, ...ports })),
      egress.map(rule).map(({ peers, ports }) => ({ to: peers, ...ports })),
    ),
  ];
}

function policy(
  name: string,
  namespace: string,
  ingress: NetworkPolicyIngressRule[],
  egress: NetworkPolicyEgressRule[],
): NetworkPolicy & Manifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress, egress },
  };
}

/** Peers by namespace name: the API server sets that label itself, so no tenant can wear another's. */
function namespacesNamed(names: readonly string[]): NetworkPolicyPeer[] {
  return names.map((name) => ({ namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: name } } }));
}

/** Both protocols: an answer that does not fit a datagram is asked for again over TCP. */
function dns(platform: Platform): NetworkPolicyEgressRule {
  return {
    to: [
      {
        namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: "kube-system" } },
        podSelector: { matchLabels: capabilitiesOf(platform).dnsLabels },
      },
    ],
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
  };
}

function peersOf(peer: Peer, platform: Platform, neighbours: Neighbours): NetworkPolicyPeer[] {
  if (peer.tenant !== undefined) return namespacesNamed(namespacesOf(peer.tenant, neighbours));
  if (peer.namespace !== undefined) return namespacesNamed([peer.namespace]);
  // No peers would mean everybody.
  if (peer.cidr === undefined) throw new TypeError("a flow without a peer");
  return [{ ipBlock: addresses(peer.cidr, platform) }];
}

function namespacesOf(tenant: string, neighbours: Neighbours): readonly string[] {
  const namespaces = neighbours.get(tenant);
  if (!namespaces) throw new TypeError(`a flow with ${tenant}, which is no tenant`);
  return namespaces;
}

/** Without the exceptions a wide range would reach kubelets, the API server, other tenants' pods and cloud credentials. */
function addresses(cidr: string, platform: Platform): IPBlock {
  const { podCidrs, serviceCidrs, nodeCidrs } = capabilitiesOf(platform);
  const closed = [...LINK_LOCAL, ...podCidrs, ...serviceCidrs, ...nodeCidrs].filter((range) => contains(cidr, range));
  return closed.length === 0 ? { cidr } : { cidr, except: [...new Set(closed)] };
}

function tcp(ports: readonly number[] | undefined): { ports?: NetworkPolicyPort[] } {
  return ports === undefined ? {} : { ports: ports.map((port) => ({ port, protocol: "TCP" })) };
}
