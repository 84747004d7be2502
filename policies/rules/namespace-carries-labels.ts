import { MODE_LABEL, TENANT_LABEL } from "../../config/names";
import { field, has, objectsOf, text } from "../objects";
import { cis, type ResourceRule } from "../rule";

const LEVELS = ["enforce", "audit", "warn"] as const;
type Level = (typeof LEVELS)[number];

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
      const demands = (level: Level) => adopted && !(level === "enforce" && field(labels, MODE_LABEL) === "warn");
      yield* podSecurity(labels, demands);
      if (adopted && !has(labels, TENANT_LABEL)) {
        yield `belongs to nobody: set the label ${TENANT_LABEL} to the id of its tenant.`;
      }
    }
  },
};

/** What is not demanded, as of a patch that leaves the namespace whose it is, must not be weakened either. */
function* podSecurity(labels: unknown, demands: (level: Level) => boolean): Iterable<string> {
  const wrong = (suffix: string, right: RegExp) =>
    LEVELS.map((level) => ({ level, label: `pod-security.kubernetes.io/${level}${suffix}` }))
      .filter(({ level, label }) => (demands(level) || has(labels, label)) && !right.test(text(field(labels, label))))
      .map(({ label }) => label)
      .join(", ");
  const weak = wrong("", /^restricted$/);
  if (weak) yield `is not held to Pod Security restricted: set ${weak} to restricted.`;
  // "latest" relaxes by itself when the cluster is upgraded.
  const moving = wrong("-version", /^v1\.\d+$/);
  if (moving) yield `does not pin its Pod Security: set ${moving} to the cluster's minor version, as v1.36.`;
}
