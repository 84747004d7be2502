import { type Exemptions, notByPlatform } from "./identities";
import { type Guard, guard } from "./rule";
import { target, WRITTEN } from "./targets";

const VERSIONS = ["v1", "v1beta2", "v1beta1"];

/** The same question in v1, where a request is exact or the first of several, and in v1beta1, where it is neither. */
const requests = (devices: string, holds: (request: string) => string) =>
  `${devices}.?requests.orValue([]).all(r, ${holds("r")} && (!has(r.exactly) || ${holds("r.exactly")}) && r.?firstAvailable.orValue([]).all(f, ${holds("f")}))`;

/** T114, T115: devices are counted by the request, and an administrator's request looks into those of others. */
export function devices(exemptions: Exemptions): Guard[] {
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
      facts: ["tenant"],
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
      ],
    }),
  );
}
