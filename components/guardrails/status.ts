import { type Exemptions, outsider } from "./identities";
import { type Guard, guard } from "./rule";
import { target } from "./targets";

const STATUS = (group: string, ...resources: string[]) =>
  resources.map((resource) => target(group, `${resource}/status`, ["UPDATE"]));

/**
 * T19, T72, T86: a status is what controllers believe. Who writes a pod's writes the addresses that Services lead to;
 * who writes a Service's or an Ingress's writes the addresses that DNS hands out.
 */
export function status(exemptions: Exemptions): Guard[] {
  return [
    guard({
      name: "status",
      concern: "status",
      on: [
        ...STATUS("", "persistentvolumeclaims", "pods", "replicationcontrollers", "services"),
        ...STATUS("apps", "daemonsets", "deployments", "replicasets", "statefulsets"),
        ...STATUS("batch", "cronjobs", "jobs"),
        target("autoscaling", "horizontalpodautoscalers/status", ["UPDATE"], ["v2", "v1"]),
        ...STATUS("networking.k8s.io", "ingresses"),
        ...STATUS("policy", "poddisruptionbudgets"),
        target("certificates.k8s.io", "podcertificaterequests/status", ["UPDATE"], ["*"]),
        target("resource.k8s.io", "resourceclaims/status", ["UPDATE"], ["v1", "v1beta2", "v1beta1"]),
      ],
      facts: ["tenant"],
      variables: outsider(exemptions),
      rules: [
        {
          id: "status-writers",
          threats: ["T19", "T72", "T86"],
          require: `variables.tenant == "" || variables.outsider`,
          message: "only controllers write the status of an object; change its spec",
        },
      ],
    }),
  ];
}
