import { NAMESPACE_NAME_LABEL, TENANT_LABEL } from "../../config/names";
import { ofTenant, text } from "./facts";
import { type Exemptions, notByPlatform } from "./identities";
import { type Guard, guard } from "./rule";
import { target } from "./targets";

const label = (key: string) => `peer.namespaceSelector.?matchLabels[?${text(key)}].orValue("")`;

/** Further labels and expressions only narrow what a label pins. Both labels are out of tenants' reach. */
const OWN_NAMESPACES = `${ofTenant(label(NAMESPACE_NAME_LABEL))} || ${label(TENANT_LABEL)} == variables.tenant`;

const OWN_PEER = `!has(peer.ipBlock) && (!has(peer.namespaceSelector) || ${OWN_NAMESPACES})`;

/** No peers at all means every peer there is. */
const ownPeers = (list: string) => `rule.?${list}.orValue([]).size() > 0 && rule.${list}.all(peer, ${OWN_PEER})`;

/**
 * T77: policies add up, so one that opens more makes the default deny worthless. A tenant may narrow and subdivide
 * what is its own; what crosses its border is declared in the estate, where both sides are seen.
 */
export function networkPolicies(exemptions: Exemptions): Guard[] {
  return [
    guard({
      name: "network-policies",
      concern: "network-policies",
      on: [target("networking.k8s.io", "networkpolicies")],
      when: { "spec-changes": "oldObject == null || object.?spec != oldObject.?spec", ...notByPlatform(exemptions) },
      facts: ["tenant"],
      rules: [
        {
          id: "network-policy-ingress",
          threats: ["T77"],
          require: `variables.tenant == "" || object.spec.?ingress.orValue([]).all(rule, ${ownPeers("from")})`,
          message: "the policy lets others in; give every rule a from with pods or namespaces of the tenant",
        },
        {
          id: "network-policy-egress",
          threats: ["T77"],
          require: `variables.tenant == "" || object.spec.?egress.orValue([]).all(rule, ${ownPeers("to")})`,
          message: "the policy lets pods out of the tenant; give every rule a to with pods or namespaces of the tenant",
        },
      ],
    }),
  ];
}
