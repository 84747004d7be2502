import { texts } from "./facts";
import type { Exemptions } from "./identities";
import { CRON_JOB, guardOfPods, POD, type PodShape, TEMPLATE } from "./pod-shapes";
import type { Guard, Rule } from "./rule";

/** Longest time a pod may take to end: an hour, which is what node replacement waits at most. */
const LONGEST_GRACE_SECONDS = 3600;

/**
 * T01, T43: the class is placement and sandbox in one, so it is not up to the pod. A namespace without a class of its
 * own is free to name any but a tenant's.
 */
function runtimeClass({ name }: PodShape): Rule {
  const named = `pod.spec.?runtimeClassName.orValue("")`;
  const where = name === "pods" ? "runtimeClassName" : "runtimeClassName in the pod template";
  return {
    id: "runtime-class",
    threats: ["T01", "T02", "T43"],
    require: `variables.runtimeClass == "" ? !${named}.startsWith("bulkhead-") : ${named} == variables.runtimeClass`,
    message: `the pod's runtime class is not its tenant's; set ${where} to the tenant's own`,
    advice: `"the pod's runtime class is not its tenant's; " + (variables.runtimeClass == "" ? "remove ${where}" : "set ${where} to " + variables.runtimeClass)`,
  };
}

/** T22: a pod that takes days to end holds its node for as long. */
const gracePeriod: Rule = {
  id: "runtime-grace-period",
  threats: ["T22"],
  require: `variables.tenant == "" || pod.spec.?terminationGracePeriodSeconds.orValue(30) <= ${LONGEST_GRACE_SECONDS}`,
  message: `the pod may take too long to end; set terminationGracePeriodSeconds to at most ${LONGEST_GRACE_SECONDS}`,
};

/** T41: Pod Security lets every CSI driver through, and some mount whatever server the pod names. */
function inlineDrivers({ inlineDrivers: known }: Exemptions): Rule {
  return {
    id: "runtime-inline-volume",
    threats: ["T41"],
    require: `variables.tenant == "" || pod.spec.?volumes.orValue([]).all(v, !has(v.csi) || v.csi.driver in ${texts(known)})`,
    message: "the pod mounts a CSI volume of its own making; use a persistentVolumeClaim",
  };
}

/**
 * T40: in a user namespace, root of a container is nobody on the node. Only where the platform says that its nodes
 * can: gVisor does not start in one.
 */
const userNamespace: Rule = {
  id: "runtime-user-namespace",
  threats: ["T40"],
  require: `!variables.needsUserNamespace || pod.spec.?hostUsers.orValue(true) == false`,
  message: "pods here run in a user namespace of their own; set hostUsers: false",
};

export function runtime(exemptions: Exemptions): Guard[] {
  const facts = ["tenant", "runtimeClass", "needsUserNamespace"] as const;
  return [POD, TEMPLATE, CRON_JOB].map((shape) =>
    guardOfPods(shape, {
      concern: "runtime",
      facts,
      rules: [runtimeClass(shape), gracePeriod, inlineDrivers(exemptions), userNamespace],
    }),
  );
}
