import { collection } from "../../components/cluster/collection";
import { servedVersion, serves } from "../live/cluster";
import type { Attack, Step } from "./attack";
import { creating, creatingIn, reading } from "./request";
import type { Scene } from "./scene";
import { admission, rbac, type Wall } from "./walls";

const readingServices = reading(({ namespace }) => collection("v1", "services", { namespace }));

interface Route {
  readonly host?: string | undefined;
  readonly spec?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

const ownHost = ({ tenant }: Scene) => tenant.tenant.network.hosts[0];

/** One of the tenant's; where it may name any, any: whether it exists is nobody's business but its controller's. */
const ownClass = ({ tenant }: Scene) => tenant.tenant.network.ingressClasses?.[0] ?? "isolation-proof";

const backend = { service: { name: "isolation-proof", port: { number: 80 } } };

const ingress = (route: (scene: Scene) => Route): Step =>
  creating("ingresses", (scene) => {
    const { host, spec = {}, annotations = {} } = route(scene);
    const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { annotations },
      spec: { ingressClassName: ownClass(scene), rules: [{ ...(host === undefined ? {} : { host }), http }], ...spec },
    };
  });

const noClass = ({ tenant }: Scene) => tenant.tenant.network.ingressClasses?.length === 0;

/** Where a tenant owns no name or may name no class, every route is an attack, and the closest legal thing is to look at routes. */
const legalIngress: Step = (scene) =>
  ownHost(scene) === undefined || noClass(scene)
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
  return {
    id,
    title,
    unless: ({ cluster }) =>
      serves(cluster, resource, GATEWAY) ? undefined : `the cluster serves no ${resource}.${GATEWAY}`,
    control: readingServices,
    attack: (scene) =>
      creatingIn(({ namespace }) => ({ namespace }), resource, {
        apiVersion: `${GATEWAY}/${servedVersion(scene.cluster, resource, GATEWAY)}`,
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

/** Somebody else's host, by a router that all tenants share. */
export const routes: readonly Attack[] = [
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
    "T91-other",
    "choose a router that is not one's own",
    (scene) => ({ host: ownHost(scene), spec: { ingressClassName: "isolation-proof-other" } }),
    "routes-class",
    (scene) =>
      scene.tenant.tenant.network.ingressClasses === undefined
        ? "the tenant may name any class (network.ingressClasses)"
        : noHosts(scene),
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
  gateway("T92-udp", "take a neighbour's port by a UDPRoute", "udproutes", "UDPRoute", admission("routes-gateways")),
  gateway("T92-gateway", "make a router", "gateways", "Gateway", admission("routes-gateways")),
  gateway("T92-listeners", "listen on a shared router", "listenersets", "ListenerSet", admission("routes-gateways")),
  gateway(
    "T92-grant",
    "open a neighbour's namespace to one's routes",
    "referencegrants",
    "ReferenceGrant",
    admission("routes-gateways"),
  ),
  route(
    "T93-issuer",
    "have somebody else's issuer sign",
    (scene) => ({ host: ownHost(scene), annotations: { "cert-manager.io/cluster-issuer": "platform" } }),
    "routes-annotations",
    noHosts,
  ),
];
