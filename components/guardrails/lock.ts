import { MANAGED_LABEL, MANAGED_VALUE } from "../../config/names";
import { text, texts } from "./facts";
import { by, controllers, type Exemptions, notByPlatform, outsider } from "./identities";
import { type Guard, guard, type Rule } from "./rule";
import { everything } from "./targets";

/** Set by the API server for everybody, or by people for the garbage collector. None of them waits for a tenant's program. */
const FINALIZERS = ["foregroundDeletion", "orphan", "kubernetes.io/pvc-protection", "batch.kubernetes.io/job-tracking"];

/** Kinds that live in a namespace, and so are gone with it. */
const OWNERS = [
  ...["ConfigMap", "PersistentVolumeClaim", "Pod", "ReplicationController", "Secret", "Service", "ServiceAccount"].map(
    (kind) => `/${kind}`,
  ),
  ...["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"].map((kind) => `apps/${kind}`),
  ...["CronJob", "Job"].map((kind) => `batch/${kind}`),
  "autoscaling/HorizontalPodAutoscaler",
  "coordination.k8s.io/Lease",
  "networking.k8s.io/Ingress",
  "networking.k8s.io/NetworkPolicy",
  "policy/PodDisruptionBudget",
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/RoleBinding",
  "resource.k8s.io/ResourceClaim",
];

const managed = (metadata: string) =>
  `${metadata}.?labels[?${text(MANAGED_LABEL)}].orValue("") == ${text(MANAGED_VALUE)}`;

/**
 * The namespace controller empties namespaces that the platform removes; quotas are counted; the garbage collector
 * takes its finalizer off an object whose deletion somebody waits for, as Pulumi does.
 */
const CONTROLLERS = [
  `(request.operation == "DELETE" && ${by(controllers("namespace-controller"))})`,
  `(request.operation == "UPDATE" && ${by(controllers("generic-garbage-collector"))})`,
  `(request.resource.resource == "resourcequotas" && request.?subResource.orValue("") == "status" && ${by(controllers("resourcequota-controller"))})`,
].join(" || ");

/**
 * T62, T76: known by name, which nobody can take off an object, and by label. Names are reserved before they are used:
 * what a tenant made first, the platform could not make any more. Events are named after what they are about.
 */
const objects: Rule = {
  id: "lock-objects",
  threats: ["T62", "T76", "T116"],
  require: `variables.tenant == "" || request.resource.resource == "events" || !variables.locked || ${CONTROLLERS}`,
  message: `the object, or its name, is the platform's; use a name without bulkhead- and no label ${MANAGED_LABEL}: ${MANAGED_VALUE}`,
};

/** T117: a namespace goes only when its last object goes, and that waits for the last finalizer. */
function finalizers({ finalizers: known }: Exemptions): Rule {
  return {
    id: "lock-finalizers",
    threats: ["T117"],
    require: `variables.tenant == "" || variables.outsider || variables.now.?finalizers.orValue([]).all(f, f in ${texts([...FINALIZERS, ...known])} || f in variables.before.?finalizers.orValue([]))`,
    message: "a finalizer could keep the object, and with it the namespace, from ever going; remove it",
  };
}

/** T118: the removal of an owner waits for what it owns; a node or a volume would wait for a tenant. */
function owners({ ownerGroups }: Exemptions): Rule {
  const group = `(owner.apiVersion.contains("/") ? owner.apiVersion.split("/")[0] : "")`;
  return {
    id: "lock-owner-references",
    threats: ["T118"],
    require: `variables.tenant == "" || variables.outsider || variables.now.?ownerReferences.orValue([]).all(owner, owner in variables.before.?ownerReferences.orValue([]) || ${group} + "/" + owner.kind in ${texts(OWNERS)} || ${group} in ${texts(ownerGroups)})`,
    message: "the owner may be no object of this namespace; remove the owner reference",
  };
}

const metadata = (object: string) => `${object} == null ? dyn({}) : dyn(${object}).?metadata.orValue({})`;

export function lock(exemptions: Exemptions): Guard[] {
  return [
    guard({
      name: "lock",
      policy: "everything",
      concern: "lock",
      on: [everything],
      when: notByPlatform(exemptions),
      facts: ["tenant"],
      variables: {
        ...outsider(exemptions),
        now: metadata("object"),
        before: metadata("oldObject"),
        // A request for a whole collection names nothing; its objects are looked at one after another.
        name: `request.?name.orValue("") == "" ? string(variables.now.?name.orValue(variables.before.?name.orValue(""))) : request.name`,
        locked: `variables.name.startsWith("bulkhead-") || variables.name.startsWith("bulkhead:") || ${managed("variables.now")} || ${managed("variables.before")}`,
      },
      rules: [objects, finalizers(exemptions), owners(exemptions)],
    }),
  ];
}
