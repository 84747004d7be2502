import { by, controllers, type Exemptions, notByPlatform, outsider } from "./identities";
import { type Guard, guard, type Rule } from "./rule";
import { cronJobs, everything, type Target, target, templates } from "./targets";

/** What keeps a workload as it is: replaces a pod that was lost. A CronJob's next run is not among it. */
const KEEPERS = controllers(
  "daemon-set-controller",
  "deployment-controller",
  "job-controller",
  "replicaset-controller",
  "replication-controller",
  "statefulset-controller",
);

function frozen(require: string): Rule {
  return {
    id: "state-frozen",
    threats: ["X-FR-1"],
    require: `variables.state != "frozen" || ${require}`,
    message: "the tenant is frozen: what runs goes on, nothing new starts; ask the platform to make it active",
  };
}

const replicas = (object: string) => `dyn(${object}).spec.?replicas.orValue(1)`;

function frozenGuard(name: string, on: readonly Target[], require: string, exemptions: Exemptions): Guard {
  return guard({
    name: `frozen-${name}`,
    policy: name,
    concern: "state",
    on,
    when: { "not-by-a-keeper": `!(${by(KEEPERS)})`, ...notByPlatform(exemptions) },
    facts: ["tenant", "state"],
    rules: [frozen(require)],
  });
}

/** Fields that keep a template which was written before the freeze from being started; the last is a partition's. */
const HOLDING_BACK = ["suspend", "paused", "updateStrategy"];

/** Changes that start nothing are let through: labels, a Deployment's pace, fewer replicas. */
function frozenGuards(exemptions: Exemptions): Guard[] {
  const kept = "oldObject != null &&";
  return [
    frozenGuard(
      "pods",
      [target("", "pods"), target("", "pods/ephemeralcontainers", ["UPDATE"]), target("", "pods/resize", ["UPDATE"])],
      `(${kept} object.spec == oldObject.spec)`,
      exemptions,
    ),
    frozenGuard(
      "templates",
      templates,
      `(${[
        "oldObject != null",
        "object.spec.template == oldObject.spec.template",
        `${replicas("object")} <= ${replicas("oldObject")}`,
        "dyn(object).spec.?parallelism.orValue(1) <= dyn(oldObject).spec.?parallelism.orValue(1)",
        ...HOLDING_BACK.map((field) => `dyn(object).spec.?${field} == dyn(oldObject).spec.?${field}`),
      ].join(" && ")})`,
      exemptions,
    ),
    frozenGuard("cronjobs", [cronJobs], `(${kept} object.spec.jobTemplate == oldObject.spec.jobTemplate)`, exemptions),
    frozenGuard(
      "scale",
      [
        target("apps", "deployments/scale", ["UPDATE"]),
        target("apps", "replicasets/scale", ["UPDATE"]),
        target("apps", "statefulsets/scale", ["UPDATE"]),
        target("", "replicationcontrollers/scale", ["UPDATE"]),
      ],
      // No replicas at all is written by leaving the field out.
      "object.spec.?replicas.orValue(0) <= oldObject.spec.?replicas.orValue(0)",
      exemptions,
    ),
  ];
}

const RUNNING_ON = `request.resource.resource in ["events", "leases"]`;
const REMOVING = `request.?subResource.orValue("") in ["eviction", "token"]`;
const FEWER = `request.?subResource.orValue("") == "scale" && dyn(object).spec.?replicas.orValue(0) <= dyn(oldObject).spec.?replicas.orValue(0)`;
const UNCHANGED =
  "oldObject != null && dyn(object).?spec == dyn(oldObject).?spec && dyn(object).?data == dyn(oldObject).?data";

/** What is there may go on until it is removed: hold its leases, report, get its tokens, lose finalizers. */
const leaving = (exemptions: Exemptions): Guard =>
  guard({
    name: "leaving",
    policy: "everything",
    concern: "state",
    on: [everything],
    when: notByPlatform(exemptions),
    facts: ["tenant", "state"],
    variables: outsider(exemptions),
    rules: [
      {
        id: "state-leaving",
        threats: ["X-LV-1"],
        require: `variables.state != "leaving" || request.operation == "DELETE" || ${RUNNING_ON} || ${REMOVING} || (${FEWER}) || (${UNCHANGED}) || (variables.outsider && !(request.operation == "CREATE" && request.?subResource.orValue("") == "" && request.resource.resource in ["pods", "replicationcontrollers", "daemonsets", "deployments", "replicasets", "statefulsets", "jobs", "cronjobs"]))`,
        message: "the tenant is leaving: things may only be removed",
      },
    ],
  });

export function state(exemptions: Exemptions): Guard[] {
  return [...frozenGuards(exemptions), leaving(exemptions)];
}
