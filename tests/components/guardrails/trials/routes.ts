import { create } from "../request";
import type { Trial } from "../trial";

const backend = { service: { name: "app", port: { number: 80 } } };
const ingress = (host: string | undefined, spec: object = {}, metadata: object = {}) =>
  create("ingresses", {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "app", ...metadata },
    spec: {
      ingressClassName: "public",
      rules: [
        { ...(host === undefined ? {} : { host }), http: { paths: [{ path: "/", pathType: "Prefix", backend }] } },
      ],
      ...spec,
    },
  });
const route = (kind: string, hostnames?: string[]) =>
  create(`${kind.toLowerCase()}s`, {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind,
    metadata: { name: "app" },
    spec: hostnames === undefined ? {} : { hostnames },
  });

export const routeTrials: readonly Trial[] = [
  {
    rule: "routes-hosts",
    legal: ingress("www.acme.example.com", { tls: [{ hosts: ["www.acme.example.com"], secretName: "tls" }] }),
    attacks: {
      "T90 takes another tenant's host": ingress("www.globex.example.com"),
      "T90 takes a host that only ends alike": ingress("evilacme.example.com"),
      "T90 takes the host above its own": ingress("example.com"),
      "T90 takes every host": ingress(undefined),
      "T90 takes every host of the neighbourhood": ingress("*.example.com"),
      "T90 takes another's certificate": ingress("acme.example.com", {
        tls: [{ hosts: ["www.globex.example.com"], secretName: "tls" }],
      }),
      "T92 through a gateway": route("HTTPRoute", ["www.globex.example.com"]),
      "T92 through a gateway, whatever the host": route("HTTPRoute"),
    },
  },
  {
    rule: "routes-hosts",
    space: "nobody",
    // As what solves an ACME challenge does, for a minute and for whatever host it is.
    legal: ingress("www.nobody.example.net", { ingressClassName: undefined }),
    attacks: {
      "T90 takes a tenant's host": ingress("acme.example.com"),
      "T90 takes a host below a tenant's": ingress("www.acme.example.org"),
      "T90 takes every host of a tenant's neighbourhood": ingress("*.example.com"),
      "T90 takes every host below a tenant's": ingress("*.acme.example.com"),
      "T90 takes every host": ingress(undefined),
      "T90 takes a tenant's certificate": ingress("www.nobody.example.net", {
        tls: [{ hosts: ["acme.example.com"], secretName: "tls" }],
      }),
      "T92 through a gateway": route("HTTPRoute", ["acme.example.com"]),
      "T92 through a gateway, whatever the host": route("HTTPRoute"),
    },
  },
  {
    rule: "routes-hosts",
    space: "nobody",
    legal: route("HTTPRoute", ["www.nobody.example.net", "evilacme.example.com", "*.nobody.example.com"]),
    attacks: {},
  },
  {
    rule: "routes-default-backend",
    space: "nobody",
    legal: ingress("www.nobody.example.net"),
    attacks: {
      "T90 takes what nobody claims": ingress("www.nobody.example.net", { defaultBackend: backend }),
    },
  },
  {
    rule: "routes-default-backend",
    legal: ingress("acme.example.com"),
    attacks: { "T90 takes what nobody claims": ingress("acme.example.com", { defaultBackend: backend }) },
  },
  {
    rule: "routes-class",
    legal: ingress("acme.example.com"),
    attacks: {
      "T91 chooses another router": ingress("acme.example.com", { ingressClassName: "internal" }),
      "T91 chooses a router by the old annotation": ingress(
        "acme.example.com",
        { ingressClassName: undefined },
        { annotations: { "kubernetes.io/ingress.class": "internal" } },
      ),
      "T91 leaves it to any router": ingress("acme.example.com", { ingressClassName: undefined }),
    },
  },
  {
    rule: "routes-annotations",
    legal: ingress("acme.example.com", {}, { annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "8m" } }),
    attacks: {
      "T91 writes the router's configuration": ingress(
        "acme.example.com",
        {},
        { annotations: { "nginx.ingress.kubernetes.io/configuration-snippet": "deny all;" } },
      ),
      "T93 has a certificate made": ingress(
        "acme.example.com",
        {},
        { annotations: { "cert-manager.io/cluster-issuer": "corporate" } },
      ),
    },
  },
  {
    rule: "routes-gateways",
    legal: route("HTTPRoute", ["acme.example.com"]),
    attacks: Object.fromEntries(
      ["Gateway", "TCPRoute", "ReferenceGrant"].map((kind) => [`T92 makes a ${kind}`, route(kind)]),
    ),
  },
];
