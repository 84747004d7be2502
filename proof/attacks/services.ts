import { serves } from "../live/cluster";
import type { Attack, Step } from "./attack";
import { service } from "./legal";
import { collection, creating, creatingIn, patching, reading, STRATEGIC, scratchName } from "./request";
import type { Scene } from "./scene";
import { admission, quota, rbac, type Wall } from "./walls";

const creatingService = creating("services", service());
const scratchService = (scene: Scene) => `/api/v1/namespaces/${scene.namespace}/services/${scratchName(scene)}`;

const PORTS = [{ port: 80 }];

const made = (id: string, title: string, fields: object, stoppedBy: Attack["stoppedBy"], alias = "X-SV-1"): Attack => ({
  id,
  title,
  alias,
  control: creatingService,
  attack: creating("services", service(fields as Record<string, unknown>)),
  stoppedBy,
});

const changed = (id: string, title: string, spec: object, stoppedBy: Attack["stoppedBy"]): Attack => ({
  id,
  title,
  alias: "X-SV-1",
  control: patching(scratchService, { metadata: { labels: { proof: "touched" } } }, STRATEGIC, { needs: ["service"] }),
  attack: patching(scratchService, { spec }, STRATEGIC, { needs: ["service"] }),
  stoppedBy,
});

const ordering = (id: string, title: string, key: string, value: string): Attack => ({
  id,
  title,
  alias: "X-SV-1",
  control: creating("services", service({}, { annotations: { note: "true" } })),
  attack: creating("services", service({}, { annotations: { [key]: value } })),
  stoppedBy: admission("services-annotations"),
});

const NODE_PORT = [admission("services-type"), quota("bulkhead-budget", "services.nodeports")];

const hasLoadBalancers = ({ share }: Scene) =>
  share.loadBalancers > 0n ? "the tenant may have load balancers (budget.loadBalancers)" : undefined;

const slices = (address: (scene: Scene) => string): Step =>
  creating("endpointslices", (scene) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { labels: { "kubernetes.io/service-name": "isolation-proof" } },
    addressType: "IPv4",
    endpoints: [{ addresses: [address(scene)] }],
    ports: [{ port: 80 }],
  }));

const readingServices = reading(({ namespace }) => collection("v1", "services", { namespace }));

interface Route {
  readonly host?: string | undefined;
  readonly spec?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

const ownHost = ({ tenant }: Scene) => tenant.tenant.network.hosts[0];

/** A class of any name: whether it exists is nobody's business but its controller's. */
const CLASS = "isolation-proof";

const backend = { service: { name: "isolation-proof", port: { number: 80 } } };

const ingress = (route: (scene: Scene) => Route): Step =>
  creating("ingresses", (scene) => {
    const { host, spec = {}, annotations = {} } = route(scene);
    const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { annotations },
      spec: { ingressClassName: CLASS, rules: [{ ...(host === undefined ? {} : { host }), http }], ...spec },
    };
  });

/** Where a tenant owns no name, every route is an attack, and the closest legal thing is to look at routes. */
const legalIngress: Step = (scene) =>
  ownHost(scene) === undefined
    ? reading(({ namespace }) => collection("networking.k8s.io/v1", "ingresses", { namespace }))(scene)
    : ingress(() => ({ host: ownHost(scene) }))(scene);

const noHosts = (scene: Scene) =>
  ownHost(scene) === undefined ? "the tenant owns no host (network.hosts)" : undefined;

const route = (
  id: string,
  title: string,
  attack: (scene: Scene) => Route,
  rules: string | readonly string[],
  unless?: Attack["unless"],
): Attack => ({
  id,
  title,
  alias: "X-IN-1",
  ...(unless ? { unless } : {}),
  control: legalIngress,
  attack: ingress(attack),
  stoppedBy: admission(...[rules].flat()),
});

const HOSTS = "routes-hosts";
const GATEWAY = "gateway.networking.k8s.io";

const gateway = (id: string, title: string, resource: string, kind: string, wall: Wall): Attack => {
  const served = ({ cluster }: Scene) =>
    cluster.served.find((it) => it.group === GATEWAY && it.resource === resource && it.subresource === undefined);
  return {
    id,
    title,
    unless: ({ cluster }) =>
      serves(cluster, resource, GATEWAY) ? undefined : `the cluster serves no ${resource}.${GATEWAY}`,
    control: readingServices,
    attack: (scene) =>
      creatingIn(({ namespace }) => ({ namespace }), resource, {
        apiVersion: `${GATEWAY}/${served(scene)?.version ?? "v1"}`,
        kind,
        spec: {
          hostnames: ["victim.example.com"],
          parentRefs: [{ name: "shared", namespace: "kube-system" }],
          gatewayClassName: "shared",
          listeners: [{ name: "http", port: 80, protocol: "HTTP" }],
          parentRef: { name: "shared", namespace: "kube-system" },
          from: [{ group: GATEWAY, kind: "HTTPRoute", namespace: scene.victim.namespace }],
          to: [{ group: "", kind: "Service" }],
          rules: [],
        },
      })(scene),
    stoppedBy: [rbac(), wall],
  };
};

/** Somebody else's address, host, or traffic. */
export const services: readonly Attack[] = [
  made("T83", "open a port on every node", { type: "NodePort" }, NODE_PORT),
  changed(
    "T83-update",
    "open a port on every node by a Service that exists",
    { type: "NodePort", ports: PORTS },
    NODE_PORT,
  ),
  {
    ...made(
      "T84",
      "get an address of the world",
      { type: "LoadBalancer" },
      quota("bulkhead-budget", "services.loadbalancers"),
    ),
    unless: hasLoadBalancers,
  },
  made(
    "T84-class",
    "choose who balances the load",
    { type: "LoadBalancer", loadBalancerClass: "any.example/internal" },
    [admission("services-load-balancer")],
  ),
  made("T84-address", "choose the load balancer's address", { type: "LoadBalancer", loadBalancerIP: "203.0.113.9" }, [
    admission("services-load-balancer"),
  ]),
  ordering(
    "T84-annotation",
    "choose a load balancer's security groups",
    "service.beta.kubernetes.io/aws-load-balancer-security-groups",
    "sg-1",
  ),
  made(
    "T85",
    "take over traffic to an address (CVE-2020-8554)",
    { externalIPs: ["203.0.113.9"] },
    admission("services-external-ips"),
  ),
  changed(
    "T85-update",
    "take over traffic to an address by a Service that exists",
    { externalIPs: ["203.0.113.9"] },
    admission("services-external-ips"),
  ),
  made(
    "T87",
    "be a neighbour's name",
    { type: "ExternalName", externalName: "db.victim.svc.cluster.local" },
    admission("services-type"),
  ),
  {
    id: "T89",
    alias: "X-RB-4",
    title: "lead an own Service to a neighbour's pod (CVE-2021-25740)",
    control: readingServices,
    attack: slices(() => "10.1.2.3"),
    stoppedBy: [rbac(), admission("endpoints-writers")],
  },
  {
    id: "T89-legacy",
    alias: "X-RB-4",
    title: "lead an own Service to a neighbour's pod by Endpoints",
    control: readingServices,
    attack: creating("endpoints", {
      apiVersion: "v1",
      kind: "Endpoints",
      subsets: [{ addresses: [{ ip: "10.1.2.3" }], ports: [{ port: 80 }] }],
    }),
    stoppedBy: [rbac(), admission("endpoints-writers")],
  },
  route("T90", "take a neighbour's host", () => ({ host: "victim.example.com" }), HOSTS),
  route("T90-wildcard", "take every host of a domain", () => ({ host: "*.example.com" }), HOSTS),
  route("T90-any", "take every host", () => ({}), HOSTS),
  route(
    "T90-suffix",
    "take a host that ends like one's own",
    (scene) => ({ host: `evil${ownHost(scene)}` }),
    HOSTS,
    noHosts,
  ),
  route(
    "T90-tls",
    "take a neighbour's certificate",
    (scene) => ({ host: ownHost(scene), spec: { tls: [{ hosts: ["victim.example.com"], secretName: "tls" }] } }),
    HOSTS,
  ),
  route(
    "T90-default",
    "take what nobody claims",
    () => ({ spec: { defaultBackend: backend, rules: [] } }),
    "routes-default-backend",
  ),
  route(
    "T91",
    "be served by whichever router takes it",
    (scene) => ({ host: ownHost(scene), spec: { ingressClassName: undefined } }),
    "routes-class",
    noHosts,
  ),
  route(
    "T91-snippet",
    "write the router's configuration",
    (scene) => ({
      host: ownHost(scene),
      annotations: { "nginx.ingress.kubernetes.io/configuration-snippet": "return 200;" },
    }),
    "routes-annotations",
    noHosts,
  ),
  route(
    "T91-class",
    "choose the router by the old annotation",
    (scene) => ({
      host: ownHost(scene),
      spec: { ingressClassName: undefined },
      annotations: { "kubernetes.io/ingress.class": "internal" },
    }),
    // The API allows the old way only in place of the new one.
    ["routes-annotations", "routes-class"],
    noHosts,
  ),
  gateway("T92", "take a neighbour's host by an HTTPRoute", "httproutes", "HTTPRoute", admission(HOSTS)),
  gateway("T92-grpc", "take a neighbour's host by a GRPCRoute", "grpcroutes", "GRPCRoute", admission(HOSTS)),
  gateway("T92-tls", "take a neighbour's host by a TLSRoute", "tlsroutes", "TLSRoute", admission(HOSTS)),
  gateway("T92-tcp", "take a neighbour's port by a TCPRoute", "tcproutes", "TCPRoute", admission("routes-gateways")),
  gateway("T92-gateway", "make a router", "gateways", "Gateway", admission("routes-gateways")),
  gateway("T92-listeners", "listen on a shared router", "listenersets", "ListenerSet", admission("routes-gateways")),
  gateway(
    "T92-grant",
    "open a neighbour's namespace to one's routes",
    "referencegrants",
    "ReferenceGrant",
    admission("routes-gateways"),
  ),
  ordering(
    "T93",
    "write a record into somebody else's zone",
    "external-dns.alpha.kubernetes.io/hostname",
    "victim.example.com",
  ),
  route(
    "T93-issuer",
    "have somebody else's issuer sign",
    (scene) => ({ host: ownHost(scene), annotations: { "cert-manager.io/cluster-issuer": "platform" } }),
    "routes-annotations",
    noHosts,
  ),
];
