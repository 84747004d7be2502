import { hostsOf } from "./facts";
import { type Exemptions, notByPlatform } from "./identities";
import { ACTS, type Guard, guard, type Rule } from "./rule";
import { type Target, target, WRITTEN } from "./targets";

/** The name itself or one below it: the dot keeps evilacme.example.com out of acme.example.com. */
const owned = (host: string) => `variables.hosts.exists(own, ${host} == own || ${host}.endsWith("." + own))`;

const GATEWAY = "gateway.networking.k8s.io";
const ANY_VERSION = ["*"];

const INGRESSES = target("networking.k8s.io", "ingresses");
const HOST_ROUTES = ["httproutes", "grpcroutes", "tlsroutes"].map((resource) =>
  target(GATEWAY, resource, WRITTEN, ANY_VERSION),
);

const specChanges = (exemptions: Exemptions) => ({
  "spec-changes": "oldObject == null || object.spec != oldObject.spec",
  ...notByPlatform(exemptions),
});

const HOSTS = {
  id: "routes-hosts",
  threats: ["T90", "T92"],
  message: "the route takes a host that is not the namespace's; name hosts below the tenant's own",
};

/** T90, T92: a shared router sends a host's traffic to whoever claims it. Ownership is by suffix, as in DNS. */
function hosts(hosts: string): Rule {
  return {
    ...HOSTS,
    require: `variables.tenant == "" || (${hosts})`,
    advice: `"the route takes a host that is not the namespace's; name hosts " + (variables.hosts.size() == 0 ? "after the platform has given it some" : "in " + variables.hosts.join(", "))`,
  };
}

const DEFAULT_BACKEND = {
  id: "routes-default-backend",
  threats: ["T90"],
  message: "a default backend takes every host that nobody claims; write rules with hosts instead",
};

const ingresses = (exemptions: Exemptions): Guard =>
  guard({
    name: "ingresses",
    concern: "routes",
    on: [INGRESSES],
    when: specChanges(exemptions),
    facts: ["tenant", "hosts", "restrictsIngressClasses", "ingressClasses"],
    rules: [
      hosts(
        `object.spec.?rules.orValue([]).all(rule, ${owned(`rule.?host.orValue("")`)}) && object.spec.?tls.orValue([]).all(tls, tls.?hosts.orValue([]).all(host, ${owned("host")}))`,
      ),
      { ...DEFAULT_BACKEND, require: `variables.tenant == "" || !has(object.spec.defaultBackend)` },
      {
        // Without a class every controller may take it, and the choice of one is also a choice of its privileges.
        id: "routes-class",
        threats: ["T91"],
        require: `variables.tenant == "" || (has(object.spec.ingressClassName) && (!variables.restrictsIngressClasses || object.spec.ingressClassName in variables.ingressClasses))`,
        message: "the ingress class is missing or not the tenant's; set ingressClassName to one of the tenant's",
        advice: `"the ingress class is missing or not the tenant's; set ingressClassName" + (variables.restrictsIngressClasses ? " to one of " + variables.ingressClasses.join(", ") : "")`,
      },
    ],
  });

/** Without a host a route takes all of its gateway's. Custom resources have no types here, and no defaults to rely on. */
const hostRoutes = (exemptions: Exemptions): Guard =>
  guard({
    name: "gateway-routes",
    concern: "routes",
    on: HOST_ROUTES,
    when: specChanges(exemptions),
    facts: ["tenant", "hosts"],
    rules: [
      hosts(`object.spec.?hostnames.orValue([]).size() > 0 && object.spec.hostnames.all(host, ${owned("host")})`),
    ],
  });

/** A name that is neither a tenant's nor above one, as *.example.com is above shop.example.com; no name is above all. */
const free = (host: string) =>
  `variables.taken.all(own, ${host} != "" && ${host} != own && !${host}.endsWith("." + own) && !(${host}.startsWith("*.") && ("." + own).endsWith(${host}.substring(1))))`;

/**
 * A stray namespace has routes of its own, and keeps its hands off tenants': asked for each namespace of a tenant, since
 * a policy sees no other object. What the platform writes on a stray as its hosts, it may have whosever it was.
 */
const strays = (exemptions: Exemptions): Guard => {
  const legal = (host: string) => `(${free(host)} || ${owned(host)})`;
  const spec = "dyn(object).spec";
  const rule = `rule.?host.orValue("")`;
  return guard({
    name: "stray-routes",
    concern: "routes",
    reach: "strays",
    against: "Namespace",
    on: [INGRESSES, ...HOST_ROUTES],
    when: specChanges(exemptions),
    facts: ["hosts"],
    variables: { taken: hostsOf("params") },
    rules: [
      {
        ...HOSTS,
        require: [
          `request.resource.resource == "ingresses" || ${spec}.?hostnames.orValue([]).size() > 0 || variables.taken.size() == 0`,
          `${spec}.?hostnames.orValue([]).all(host, ${legal("host")})`,
          `${spec}.?rules.orValue([]).all(rule, request.resource.resource != "ingresses" || ${legal(rule)})`,
          `${spec}.?tls.orValue([]).all(tls, tls.?hosts.orValue([]).all(host, ${legal("host")}))`,
        ]
          .map((part) => `(${part})`)
          .join(" && "),
        advice: `"the route takes a host of a tenant, or every host there is; name hosts that are no tenant's"`,
      },
      { ...DEFAULT_BACKEND, require: `!has(${spec}.defaultBackend) || variables.taken.size() == 0` },
    ],
  });
};

const GATEWAYS: readonly Target[] = [
  "gateways",
  "listenersets",
  "xlistenersets",
  "tcproutes",
  "udproutes",
  "referencegrants",
].flatMap((resource) => [
  target(GATEWAY, resource, WRITTEN, ANY_VERSION),
  target("gateway.networking.x-k8s.io", resource, WRITTEN, ANY_VERSION),
]);

/** T92: a gateway is the shared router itself, a grant opens a namespace to others, and ports have no owner. */
const gateways = (exemptions: Exemptions): Guard =>
  guard({
    name: "gateways",
    policy: ACTS,
    concern: "routes",
    on: GATEWAYS,
    when: notByPlatform(exemptions),
    facts: ["tenant"],
    rules: [
      {
        id: "routes-gateways",
        threats: ["T92"],
        require: `variables.tenant == ""`,
        message: "gateways, listeners, port routes and grants are the platform's; use an HTTPRoute with own hostnames",
      },
    ],
  });

export function routes(exemptions: Exemptions): Guard[] {
  return [ingresses(exemptions), hostRoutes(exemptions), strays(exemptions), gateways(exemptions)];
}
