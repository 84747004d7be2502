import { by, controllers, type Exemptions, notByPlatform } from "./identities";
import { ACTS, type Guard, guard } from "./rule";
import { target } from "./targets";

const WRITERS = controllers("endpoint-controller", "endpointslice-controller", "endpointslicemirroring-controller");

/** T89, CVE-2021-25740: an ingress controller sends to whatever address an EndpointSlice names, past every network policy. */
export function endpoints(exemptions: Exemptions): Guard[] {
  return [
    guard({
      name: "endpoints",
      policy: ACTS,
      concern: "endpoints",
      on: [target("", "endpoints"), target("discovery.k8s.io", "endpointslices")],
      when: { "not-by-the-endpoint-controllers": `!(${by(WRITERS)})`, ...notByPlatform(exemptions) },
      facts: ["tenant"],
      rules: [
        {
          id: "endpoints-writers",
          threats: ["T89"],
          require: `variables.tenant == ""`,
          message: "only the cluster writes endpoints; give the Service a selector",
        },
      ],
    }),
  ];
}
