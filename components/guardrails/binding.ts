import { by, type Exemptions } from "./identities";
import { ACTS, type Guard, guard } from "./rule";
import { target } from "./targets";

/** T05: a binding is a pod's nodeName by another path, and the scheduler's alone. */
export function binding({ schedulers }: Exemptions): Guard[] {
  return [
    guard({
      name: "binding",
      policy: ACTS,
      concern: "binding",
      on: [target("", "pods/binding", ["CREATE"]), target("", "bindings", ["CREATE"])],
      rules: [
        {
          id: "binding-scheduler",
          threats: ["T05"],
          require: by(["system:kube-scheduler", ...schedulers]),
          message: "only the scheduler binds pods to nodes; create the pod and let it be scheduled",
        },
      ],
    }),
  ];
}
