import { TENANT_LABEL } from "../../config/names";
import { allContainers, CRON_JOB, guardOfPods, POD, TEMPLATE } from "./pod-shapes";
import type { Guard, Rule } from "./rule";
import { ephemeralContainers } from "./targets";

/** A registry, a path without `..`, a tag, a digest. What a prefix is compared with has to be what will be pulled. */
const REFERENCE =
  "^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@[a-z0-9]+:[0-9a-f]+)?$";

const OWN = (image: string) =>
  `${image}.matches('${REFERENCE}') && variables.imagePrefixes.exists(prefix, ${image}.startsWith(prefix))`;

/** T37, T48: node credentials pull for everybody, so the pod's own reference has to stay in the tenant's registries. */
const registry: Rule = {
  id: "images-registry",
  threats: ["T36", "T37", "T48"],
  require: [
    "!variables.restrictsImages",
    `(${allContainers("pod", OWN(`c.?image.orValue("")`))} && pod.spec.?volumes.orValue([]).all(v, !has(v.image) || (${OWN(`v.image.?reference.orValue("")`)})))`,
  ].join(" || "),
  message:
    "an image comes from a registry that is not the tenant's; write it in full, with one of the tenant's prefixes",
  advice: `"an image comes from a registry that is not the tenant's; write it in full, starting with " + variables.imagePrefixes.join(" or ")`,
};

/**
 * T47: a node has images of all its tenants, and hands out what it has unless it must ask the registry. Own nodes have
 * only own images.
 */
const pullPolicy: Rule = {
  id: "images-pull-policy",
  threats: ["T47"],
  require: [
    `variables.tenant == ""`,
    `("${TENANT_LABEL}=" + variables.tenant) in variables.nodeSelector`,
    `(${allContainers("pod", `c.?imagePullPolicy.orValue("") == "Always"`)} && pod.spec.?volumes.orValue([]).all(v, !has(v.image) || v.image.?pullPolicy.orValue("") == "Always"))`,
  ].join(" || "),
  message: "shared nodes keep images of other tenants; set imagePullPolicy: Always on every container and image volume",
};

export function images(): Guard[] {
  const parts = {
    concern: "images",
    facts: ["tenant", "nodeSelector", "restrictsImages", "imagePrefixes"] as const,
    rules: [registry, pullPolicy],
  };
  return [guardOfPods(POD, parts, [ephemeralContainers]), guardOfPods(TEMPLATE, parts), guardOfPods(CRON_JOB, parts)];
}
