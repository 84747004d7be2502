import { type Exemptions, notByPlatform } from "./identities";
import { ACTS, type Guard, guard, type Rule } from "./rule";
import { type Target, target, WRITTEN } from "./targets";

/** The name itself or one below it: the dot keeps evilacme.example.com out of acme.example.com. */
const owned = (host: string) => `variables.hosts.exists(own, ${host} == own || ${host}.endsWith("." + own))`;

const GATEWAY = "gateway.networking.k8s.io";
const ANY_VERSION = ["*"];

/**
 * T90, T92: a shared router sends a host's traffic to whoever claims it. Ownership is by suffix, because a policy sees
 * no object but its own; an unlabelled namespace owns none unless the platform writes it on it.
 */
function hosts(hosts: string): Rule {
  return {
    id: "routes-hosts",
    threats: ["T90", "T92"],
    require: hosts,
    message: "the route takes a host that is not the namespace's; name hosts below the tenant's own",
    advice: `"the route takes a host that is not the namespace's; name hosts " + (variables.hosts.size() == 0 ? "after the platform has given it some" : "in " + variables.hosts.join(", "))`,
  };
}

const ingresses = (exemptions: Exemptions): Guard =>
  guard({
    name: "ingresses",
    concern: "routes",
    on: [target("networking.k8s.io", "ingresses")],
    when: { "spec-changes": "oldObject == null || object.spec != oldObject.spec", ...notByPlatform(exemptions) },
    facts: ["tenant", "hosts", "restrictsIngressClasses", "ingressClasses"],
    rules: [
      hosts(
        `object.spec.?rules.orValue([]).all(rule, ${owned(`rule.?host.orValue("")`)}) && object.spec.?tls.orValue([]).all(tls, tls.?hosts.orValue([]).all(host, ${owned("host")}))`,
      ),
      {
        id: "routes-default-backend",
        threats: ["T90"],
        require: "!has(object.spec.defaultBackend)",
        message: "a default backend takes every host that nobody claims; write rules with hosts instead",
      },
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
    on: ["httproutes", "grpcroutes", "tlsroutes"].map((resource) => target(GATEWAY, resource, WRITTEN, ANY_VERSION)),
    when: { "spec-changes": "oldObject == null || object.spec != oldObject.spec", ...notByPlatform(exemptions) },
    facts: ["hosts"],
    rules: [
      hosts(`object.spec.?hostnames.orValue([]).size() > 0 && object.spec.hostnames.all(host, ${owned("host")})`),
    ],
  });

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
  return [ingresses(exemptions), hostRoutes(exemptions), gateways(exemptions)];
}
