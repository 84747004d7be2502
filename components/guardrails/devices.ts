import { texts } from "./facts";
import { type Exemptions, notByPlatform } from "./identities";
import { CRON_JOB, guardOfPods, ordinaryContainers, POD, TEMPLATE } from "./pod-shapes";
import { type Guard, guard, type Rule } from "./rule";
import { target, WRITTEN } from "./targets";

const VERSIONS = ["v1", "v1beta2", "v1beta1"];

/** The same question in v1, where a request is exact or the first of several, and in v1beta1, where it is neither. */
const requests = (devices: string, holds: (request: string) => string) =>
  `${devices}.?requests.orValue([]).all(r, ${holds("r")} && (!has(r.exactly) || ${holds("r.exactly")}) && r.?firstAvailable.orValue([]).all(f, ${holds("f")}))`;

/** What quotas bound for everybody. */
const ORDINARY = texts(["cpu", "memory", "ephemeral-storage"]);

/** CEL: everything that is asked for is ordinary, in the tenant's budget, or none at all. dyn: quantities have no type. */
const inBudget = (owner: string) =>
  ["limits", "requests"]
    .map((kind) => {
      const none = `!quantity(string(${owner}.resources.${kind}[name])).isGreaterThan(quantity("0"))`;
      return `${owner}.?resources.?${kind}.orValue({}).all(name, name in ${ORDINARY} || name in variables.devices || ${none})`;
    })
    .join(" && ");

/** T114: a quota bounds what it names and nothing else, and nobody knows the names of all devices there will ever be. */
const ofPods: Rule = {
  id: "devices-budget",
  threats: ["T114"],
  require: `variables.tenant == "" || (${ordinaryContainers("pod", inBudget("dyn(c)"))} && ${inBudget("dyn(pod.spec)")})`,
  message: "the pod asks for a device that is not in its tenant's budget; remove it from resources",
  advice: `"the pod asks for a device that is not in its tenant's budget; remove it from resources" + (variables.devices.size() == 0 ? "" : ", or ask for " + variables.devices.join(", "))`,
};

/** T114, T115: devices are counted by the request, and an administrator's request looks into those of others. */
function ofClaims(exemptions: Exemptions): Guard[] {
  return [
    { resource: "resourceclaims", path: "dyn(object).spec" },
    { resource: "resourceclaimtemplates", path: "dyn(object).spec.spec" },
  ].map(({ resource, path }) =>
    guard({
      name: resource === "resourceclaims" ? "device-claims" : "device-claim-templates",
      policy: "devices",
      concern: "devices",
      on: [target("resource.k8s.io", resource, WRITTEN, VERSIONS)],
      when: {
        "spec-changes": "oldObject == null || object.spec != oldObject.spec",
        ...notByPlatform(exemptions),
      },
      facts: ["tenant", "devices"],
      rules: [
        {
          id: "devices-admin-access",
          threats: ["T115"],
          require: `variables.tenant == "" || ${requests(`${path}.?devices`, (r) => `${r}.?adminAccess.orValue(false) == false`)}`,
          message: "administrator access looks into devices of others; remove adminAccess",
        },
        {
          id: "devices-all",
          threats: ["T114"],
          require: `variables.tenant == "" || ${requests(`${path}.?devices`, (r) => `${r}.?allocationMode.orValue("ExactCount") != "All"`)}`,
          message: "the claim takes every device there is; set allocationMode: ExactCount and a count",
        },
        {
          id: "devices-class",
          threats: ["T114"],
          require: `variables.tenant == "" || ${requests(`${path}.?devices`, (r) => `(!has(${r}.deviceClassName) || ${r}.deviceClassName in variables.devices)`)}`,
          message:
            "the claim asks for a device class that is not in its tenant's budget; ask the platform for some of it",
        },
      ],
    }),
  );
}

export function devices(exemptions: Exemptions): Guard[] {
  const facts = ["tenant", "devices"] as const;
  return [
    ...[POD, TEMPLATE, CRON_JOB].map((shape) => guardOfPods(shape, { concern: "devices", facts, rules: [ofPods] })),
    ...ofClaims(exemptions),
  ];
}
