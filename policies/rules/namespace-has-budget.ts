import { field, has, list } from "../objects";
import type { StackRule } from "../rule";

/** What one tenant could take from all others without a bound. Plain `pods` leaves out those that have ended. */
const BOUNDED = [
  "requests.cpu",
  "limits.cpu",
  "requests.memory",
  "limits.memory",
  "requests.ephemeral-storage",
  "limits.ephemeral-storage",
  "requests.storage",
  "pods",
  "count/pods",
  "services.loadbalancers",
  "services.nodeports",
];

export const namespaceHasBudget: StackRule = {
  name: "namespace-has-budget",
  displayName: "Namespaces have a quota and limits",
  description:
    "Every namespace bounds what its pods may take in all and one by one, and gives values to pods that state none.",
  severity: "high",
  tags: ["budget", "T23", "T83", "T84", "T105", "T108", "T110"],
  framework: {
    name: "NSA/CISA Kubernetes Hardening Guide",
    version: "1.2",
    reference: "Resource policies",
    specification: "Namespaces limit their use of resources by LimitRange and ResourceQuota.",
  },
  remediationSteps: "Declare the tenant's budget and limits, or leave them out and take the defaults.",
  judgeNamespace: function* ({ resourceQuotas, limitRanges }) {
    const quotas = resourceQuotas.map((quota) => field(quota, "spec")).filter((spec) => !isScoped(spec));
    const bounds = quotas.map((spec) => field(spec, "hard"));
    const unbounded = BOUNDED.filter((what) => !bounds.some((hard) => has(hard, what)));
    if (unbounded.length > 0) {
      yield `has no bound on ${unbounded.join(", ")}: add it to spec.hard of a ResourceQuota without scopes.`;
    }
    const items = limitRanges.flatMap((range) => list(field(range, "spec", "limits")));
    const containers = items.filter((item) => field(item, "type") === "Container");
    for (const bound of ["default", "max"]) {
      const lacking = ["cpu", "memory"].filter((what) => !containers.some((item) => has(field(item, bound), what)));
      if (lacking.length > 0) {
        yield `has no ${bound} of ${lacking.join(" and ")} for containers: add it to a LimitRange item of type Container.`;
      }
    }
  },
};

/** A quota with scopes counts some pods only. */
function isScoped(spec: unknown): boolean {
  return has(spec, "scopeSelector") || list(field(spec, "scopes")).length > 0;
}
