import { MODE_LABEL, TENANT_LABEL } from "../../config/names";
import { field, has, objectsOf, text } from "../objects";
import { cis, type ResourceRule } from "../rule";

const LEVELS = ["enforce", "audit", "warn"] as const;

export const namespaceCarriesLabels: ResourceRule = {
  name: "namespace-carries-labels",
  displayName: "Namespaces carry their tenant and Pod Security",
  description: "Every namespace names its tenant and holds its pods to a pinned version of Pod Security restricted.",
  severity: "critical",
  tags: ["pod-security", "T25", "T30", "T34", "T38", "T60"],
  framework: cis("5.2.1", "Every namespace with user workloads has an active policy control mechanism."),
  remediationSteps:
    "Declare the namespace in bulkhead:tenants, or set bulkhead.dev/tenant and the three pod-security.kubernetes.io labels with their versions.",
  judge: function* (resource) {
    for (const { group, kind, form, body } of objectsOf(resource)) {
      if (group !== "core" || kind !== "Namespace") continue;
      const labels = field(body, "metadata", "labels");
      const adopted = form === "whole" || has(labels, TENANT_LABEL);
      for (const level of LEVELS) yield* podSecurity(labels, level, adopted);
      if (adopted && !has(labels, TENANT_LABEL)) {
        yield `belongs to nobody: set the label ${TENANT_LABEL} to the id of its tenant.`;
      }
    }
  },
};

/** A patch that does not make the namespace a tenant's may leave labels alone, but not weaken them. */
function* podSecurity(labels: unknown, level: (typeof LEVELS)[number], adopted: boolean): Iterable<string> {
  const label = `pod-security.kubernetes.io/${level}`;
  const pin = `${label}-version`;
  const demanded = adopted && !(level === "enforce" && field(labels, MODE_LABEL) === "warn");
  if ((demanded || has(labels, label)) && field(labels, label) !== "restricted") {
    yield `is not held to Pod Security restricted: set the label ${label} to restricted.`;
  }
  // "latest" relaxes by itself when the cluster is upgraded.
  if ((demanded || has(labels, pin)) && !/^v1\.\d+$/.test(text(field(labels, pin)))) {
    yield `does not pin its Pod Security: set the label ${pin} to the cluster's minor version, as v1.36.`;
  }
}
