import { NAMESPACE_NAME_LABEL } from "../../config/names";
import { field, has, list } from "../objects";
import { cis, type StackRule } from "../rule";

const DIRECTIONS = [
  { type: "Ingress", rules: "ingress", peers: "from" },
  { type: "Egress", rules: "egress", peers: "to" },
] as const;

type Direction = (typeof DIRECTIONS)[number];

export const namespaceDeniesByDefault: StackRule = {
  name: "namespace-denies-by-default",
  displayName: "Namespaces deny traffic by default, both ways",
  description:
    "Every namespace has a NetworkPolicy on all of its pods for each direction, and none that admits peers it does not name.",
  severity: "critical",
  tags: ["network", "T77", "T79", "T80"],
  framework: cis("5.3.2", "All namespaces have NetworkPolicies defined."),
  remediationSteps:
    "Declare what the tenant may reach and be reached by in its network.egress and network.ingress; the baseline policy denies the rest.",
  judgeNamespace: function* ({ networkPolicies }) {
    const specs = networkPolicies.map((policy) => field(policy, "spec"));
    const missing = DIRECTIONS.filter(
      (direction) => !specs.some((spec) => restricts(spec, direction) && isEmpty(field(spec, "podSelector"))),
    ).map(({ type }) => type);
    if (missing.length > 0) {
      yield `does not deny by default: add a NetworkPolicy with an empty podSelector and ${missing.join(" and ")} in its policyTypes.`;
    }
    for (const direction of DIRECTIONS) {
      const { rules, peers } = direction;
      if (specs.some((spec) => restricts(spec, direction) && list(field(spec, rules)).some(opens(direction)))) {
        yield `has a NetworkPolicy that is open to everybody: list ${peers} in each ${rules} rule, with namespaces selected by ${NAMESPACE_NAME_LABEL}.`;
      }
    }
  },
};

/** As the API server fills it in: a policy without types is for ingress, and for egress if it has rules for it. */
function restricts(spec: unknown, { type, rules }: Direction): boolean {
  if (has(spec, "policyTypes")) return list(field(spec, "policyTypes")).includes(type);
  return type === "Ingress" || list(field(spec, rules)).length > 0;
}

/** Policies add up, so one rule without peers, or with peers by a label that anybody may wear, undoes all others. */
function opens({ peers }: Direction): (rule: unknown) => boolean {
  return (rule) => {
    const named = list(field(rule, peers));
    return named.length === 0 || named.some((peer) => has(peer, "namespaceSelector") && !names(peer));
  };
}

/** The API server sets this label itself. */
function names(peer: unknown): boolean {
  const selector = field(peer, "namespaceSelector");
  if (has(field(selector, "matchLabels"), NAMESPACE_NAME_LABEL)) return true;
  return list(field(selector, "matchExpressions")).some(
    (expression) => field(expression, "key") === NAMESPACE_NAME_LABEL && field(expression, "operator") === "In",
  );
}

function isEmpty(selector: unknown): boolean {
  const labels = field(selector, "matchLabels");
  return Object.keys(labels ?? {}).length === 0 && list(field(selector, "matchExpressions")).length === 0;
}
