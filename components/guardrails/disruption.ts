import { type Exemptions, notByPlatform } from "./identities";
import { type Guard, guard } from "./rule";
import { target } from "./targets";

const MOST = "dyn(object).spec.?maxUnavailable";

/**
 * T21: a budget that is never met holds a node for ever. Only maxUnavailable can be judged by itself: whether
 * minAvailable leaves room depends on how many pods there are.
 */
export function disruption(exemptions: Exemptions): Guard[] {
  return [
    guard({
      name: "disruption-budgets",
      concern: "disruption",
      on: [target("policy", "poddisruptionbudgets")],
      when: { "spec-changes": "oldObject == null || object.?spec != oldObject.?spec", ...notByPlatform(exemptions) },
      facts: ["tenant"],
      rules: [
        {
          id: "disruption-room",
          threats: ["T21"],
          require: `variables.tenant == "" || (${MOST}.hasValue() && !string(${MOST}.orValue(0)).matches("^0+%?$"))`,
          message:
            "the budget may keep a node from ever being replaced; write maxUnavailable: 1 in place of minAvailable",
        },
        {
          id: "disruption-unhealthy",
          threats: ["T21"],
          require: `variables.tenant == "" || object.spec.?unhealthyPodEvictionPolicy.orValue("") == "AlwaysAllow"`,
          message: "pods that never become ready would hold their node; set unhealthyPodEvictionPolicy: AlwaysAllow",
        },
      ],
    }),
  ];
}
