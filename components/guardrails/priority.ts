import { texts } from "./facts";
import type { Exemptions } from "./identities";
import { POD } from "./pod-shapes";
import { type Guard, guard } from "./rule";
import { newPods } from "./targets";

/**
 * T12, T13: whoever ranks higher pushes others out, on nodes of any kind. Judged by the number the class stands for,
 * which the API server has filled in by now, so that no new class needs to be known here.
 */
export function priority({ priorityClasses }: Exemptions): Guard[] {
  return [
    guard({
      name: "priority",
      policy: POD.name,
      concern: "priority",
      on: [newPods],
      facts: ["tenant"],
      rules: [
        {
          id: "priority-class",
          threats: ["T12", "T13"],
          require: `variables.tenant == "" || object.spec.?priority.orValue(0) <= 0 || object.spec.?priorityClassName.orValue("") in ${texts(priorityClasses)}`,
          message: "the pod would push out others; remove priorityClassName",
        },
      ],
    }),
  ];
}
