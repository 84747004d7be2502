import { by, controllers, type Exemptions, notByPlatform } from "./identities";
import { ordinaryContainers, POD } from "./pod-shapes";
import { ACTS, type Guard, guard } from "./rule";
import { CHANGED, newPods, resizedPods, target } from "./targets";

/** A limit of nothing is no limit to a node. dyn: the server's types have no quantities. */
const above0 = (limit: string) => `quantity(string(${limit}.orValue("0"))).isGreaterThan(quantity("0"))`;
const limited = (name: string) => above0(`dyn(c).?resources.?limits[?"${name}"]`);
const podLimited = (name: string) => above0(`dyn(object).spec.?resources.?limits[?"${name}"]`);

/** CPU and memory may be bounded for the pod as a whole; disk only container by container. */
const BOUNDED = [
  `(${podLimited("cpu")} || ${limited("cpu")})`,
  `(${podLimited("memory")} || ${limited("memory")})`,
  limited("ephemeral-storage"),
].join(" && ");

/**
 * T105-T108: limits are what keeps logs, emptyDirs and memory disks within the budget. The namespace's LimitRange fills
 * them in before this is asked; without one nothing would, and the quota counts only what it is told.
 */
export function resources(exemptions: Exemptions): Guard[] {
  return [
    guard({
      name: "resources-pods",
      policy: POD.name,
      concern: "resources",
      on: [newPods, resizedPods],
      facts: ["tenant"],
      rules: [
        {
          id: "resources-limits",
          threats: ["T105", "T106", "T107", "T108"],
          require: `variables.tenant == "" || (${ordinaryContainers("object", BOUNDED)})`,
          message: "a container has no bounds; set limits for cpu, memory and ephemeral-storage",
        },
      ],
    }),
    budget(exemptions),
  ];
}

/** T116: a budget that its owner can change is none. */
function budget(exemptions: Exemptions): Guard {
  return guard({
    name: "resources-budget",
    policy: ACTS,
    concern: "resources",
    on: [
      target("", "resourcequotas", CHANGED),
      target("", "resourcequotas/status", ["UPDATE"]),
      target("", "limitranges", CHANGED),
    ],
    when: {
      ...notByPlatform(exemptions),
      "not-by-the-quota-controllers": `!(${by(controllers("resourcequota-controller", "namespace-controller"))})`,
    },
    facts: ["tenant"],
    rules: [
      {
        id: "resources-budget",
        threats: ["T116"],
        require: `variables.tenant == ""`,
        message: "quotas and limit ranges are the tenant's budget; ask the platform to change tenants.<id>.budget",
      },
    ],
  });
}
