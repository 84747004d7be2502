import { by, type Exemptions } from "./identities";
import { ACTS, type Guard, guard } from "./rule";
import { target } from "./targets";

const ON = [target("", "pods/binding", ["CREATE"]), target("", "bindings", ["CREATE"])];

const RULE = {
  id: "binding-scheduler",
  threats: ["T05"],
  message: "only the scheduler binds pods to nodes; create the pod and let it be scheduled",
};

/**
 * T05: a binding is a pod's nodeName by another path, and the scheduler's alone. A stray namespace may have a scheduler
 * of its own, which binds to any node but tenants'.
 */
export function binding({ schedulers }: Exemptions): Guard[] {
  const scheduler = by(["system:kube-scheduler", ...schedulers]);
  return [
    guard({
      name: "binding",
      policy: ACTS,
      concern: "binding",
      on: ON,
      facts: ["tenant"],
      rules: [{ ...RULE, require: `variables.tenant == "" || ${scheduler}` }],
    }),
    guard({
      name: "stray-bindings",
      concern: "binding",
      reach: "strays",
      against: "Node",
      on: ON,
      // Asked before any node is looked at: the cluster's own scheduler binds more often than everybody else.
      when: { "not-by-the-scheduler": `!(${scheduler})` },
      rules: [
        {
          ...RULE,
          require: "object.target.name != params.metadata.name",
          advice: `"the node is a tenant's; bind the pod to another, or let the cluster's scheduler do it"`,
        },
      ],
    }),
  ];
}
