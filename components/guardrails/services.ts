import { type Exemptions, notByPlatform } from "./identities";
import { type Guard, guard } from "./rule";
import { target } from "./targets";

/** Services answer for addresses and names, so what they answer for has to be the tenant's. */
export function services(exemptions: Exemptions): Guard[] {
  return [
    guard({
      name: "services",
      concern: "services",
      on: [target("", "services")],
      when: {
        "spec-changes": "oldObject == null || object.spec != oldObject.spec",
        ...notByPlatform(exemptions),
      },
      facts: ["tenant"],
      rules: [
        {
          // A NodePort opens every node, other tenants' too; an ExternalName is somebody else's name in one's own mouth.
          id: "services-type",
          threats: ["T83", "T87"],
          require: `variables.tenant == "" || object.spec.?type.orValue("ClusterIP") in ["ClusterIP", "LoadBalancer"]`,
          message:
            "a Service of this type reaches beyond the tenant; use ClusterIP, and an Ingress for what is to be seen outside",
        },
        {
          // CVE-2020-8554: nodes send to the Service whatever they would have sent to the address, wherever it was going.
          id: "services-external-ips",
          threats: ["T85"],
          require: "object.spec.?externalIPs.orValue([]).size() == 0",
          message: "externalIPs take over traffic of others; remove them",
        },
        {
          id: "services-load-balancer",
          threats: ["T84"],
          require: `variables.tenant == "" || (!has(object.spec.loadBalancerClass) && !has(object.spec.loadBalancerIP))`,
          message:
            "the cluster chooses load balancers and their addresses; remove loadBalancerClass and loadBalancerIP",
        },
      ],
    }),
  ];
}
