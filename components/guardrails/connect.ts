import { type Exemptions, notByPlatform } from "./identities";
import { ACTS, type Guard, guard } from "./rule";
import { target } from "./targets";

/** T70: the API server stands where no network policy does, and would send the tenant's requests from there. */
export function connect(exemptions: Exemptions): Guard[] {
  return [
    guard({
      name: "connect",
      policy: ACTS,
      concern: "connect",
      on: [target("", "pods/proxy", ["CONNECT"]), target("", "services/proxy", ["CONNECT"])],
      when: notByPlatform(exemptions),
      facts: ["tenant"],
      rules: [
        {
          id: "connect-proxy",
          threats: ["T70"],
          require: `variables.tenant == ""`,
          message: "the API server does not relay requests to pods and services; use kubectl port-forward",
        },
      ],
    }),
  ];
}
