import topLevelDomains from "tlds";
import { TENANT_LABEL } from "../../config/names";
import { text, texts } from "./facts";
import { by, controllers, type Exemptions, notByPlatform } from "./identities";
import { type Guard, guard, type Rule } from "./rule";
import { CHANGED, target } from "./targets";

const ours = (key: string) =>
  `(${key}.split("/")[0] == "bulkhead.dev" || ${key}.split("/")[0].endsWith(".bulkhead.dev"))`;

/** CEL: every key of ours is on both sides, with the same value. */
function sameFacts(what: "labels" | "annotations"): string {
  const now = `variables.${what}`;
  const before = `variables.${what}Before`;
  const kept = `${now}.all(key, !${ours("key")} || (key in ${before} && ${before}[key] == ${now}[key]))`;
  return `${kept} && ${before}.all(key, !${ours("key")} || key in ${now})`;
}

const labelsOf = (object: string, what: string) => `${object} == null ? {} : ${object}.metadata.?${what}.orValue({})`;

/** T60: everything the guardrails know about a tenant stands here, and so does the level of Pod Security. */
const facts: Rule = {
  id: "namespace-facts",
  threats: ["T60"],
  require: `request.operation == "DELETE" || (${sameFacts("labels")} && ${sameFacts("annotations")})`,
  message: "labels and annotations under bulkhead.dev say whose the namespace is; leave them to the platform",
};

/** The garbage collector takes off the finalizer by which whoever removes a namespace waits for its end. */
const metadata: Rule = {
  id: "namespace-metadata",
  threats: ["T60", "T115", "T117"],
  require: `request.operation != "UPDATE" || variables.owner == "" || ${["labels", "annotations", "finalizers", "ownerReferences"].map((field) => `object.metadata.?${field} == oldObject.metadata.?${field}`).join(" && ")} || ${by(controllers("generic-garbage-collector"))}`,
  message: "the namespace of a tenant is the platform's; ask it to change tenants.<id> in the estate",
};

/** T61: a namespace that is made anew has neither its guards nor its past. */
const removal: Rule = {
  id: "namespace-removal",
  threats: ["T61"],
  require: `request.operation != "DELETE" || variables.owner == ""`,
  message: "the namespace of a tenant is the platform's; ask it to offboard the tenant",
};

/** T117: whoever empties the list makes a namespace vanish with everything still in it. */
const finalizers: Rule = {
  id: "namespace-finalizers",
  threats: ["T61", "T117"],
  require: `request.operation != "UPDATE" || variables.owner == "" || object.spec.?finalizers == oldObject.spec.?finalizers || ${by(controllers("namespace-controller"))}`,
  message: "only the namespace controller finishes the removal of a namespace",
};

const DOMAINS = topLevelDomains.filter((name) => /^[a-z0-9-]+$/.test(name));

/** T95: a pod that looks for example.com asks for example.com.svc.cluster.local first, which is a Service in `com`. */
const names: Rule = {
  id: "namespace-name",
  threats: ["T95"],
  require: `request.operation != "CREATE" || !(object.metadata.name.startsWith("kube-") || object.metadata.name.startsWith("bulkhead") || object.metadata.name in variables.topLevelDomains)`,
  message: "the name is a top-level domain or reserved for the platform; choose another",
};

/**
 * Judged by who asks and never by a selector: a selector looks at the labels that come with the request, so that
 * removing the label would be the way around it.
 */
export function namespaces(exemptions: Exemptions): Guard[] {
  return [
    guard({
      name: "namespaces",
      concern: "namespaces",
      reach: "cluster",
      on: [
        target("", "namespaces", CHANGED),
        target("", "namespaces/status", ["UPDATE"]),
        target("", "namespaces/finalize", ["UPDATE"]),
      ],
      when: notByPlatform(exemptions),
      variables: {
        labels: labelsOf("object", "labels"),
        labelsBefore: labelsOf("oldObject", "labels"),
        annotations: labelsOf("object", "annotations"),
        annotationsBefore: labelsOf("oldObject", "annotations"),
        owner: `oldObject == null ? "" : oldObject.metadata.?labels[?${text(TENANT_LABEL)}].orValue("")`,
        topLevelDomains: texts(DOMAINS),
      },
      rules: [facts, metadata, removal, finalizers, names],
    }),
  ];
}
