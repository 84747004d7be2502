import { texts } from "./facts";
import { type Exemptions, outsider } from "./identities";
import { CRON_JOB, POD, type PodShape, TEMPLATE } from "./pod-shapes";
import { type Guard, guard, type Rule } from "./rule";
import { target } from "./targets";

/** Domains of tools that write on workloads, and that nothing on a node, in the network or in a cloud obeys. */
const HARMLESS_DOMAINS = [
  "app.kubernetes.io",
  "argocd.argoproj.io",
  "apps.kubernetes.io",
  "batch.kubernetes.io",
  "co.elastic.logs",
  "container.apparmor.security.beta.kubernetes.io",
  "fluentbit.io",
  "helm.sh",
  "helm.toolkit.fluxcd.io",
  "kubectl.kubernetes.io",
  "kustomize.toolkit.fluxcd.io",
  "meta.helm.sh",
  "prometheus.io",
  "pulumi.com",
  "reloader.stakater.com",
  "statefulset.kubernetes.io",
  "tags.datadoghq.com",
  "topology.kubernetes.io",
];

/** Keys of other domains that the control plane or kubectl write themselves. */
const HARMLESS_KEYS = [
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deployment.kubernetes.io/revision",
  "endpoints.kubernetes.io/last-change-trigger-time",
  "kubernetes.io/change-cause",
  "kubernetes.io/description",
  "kubernetes.io/limit-ranger",
  "kubernetes.io/service-account.name",
  "service.kubernetes.io/headless",
];

/**
 * Keys without a domain are private to the user by Kubernetes' own convention, so those are free. A dot makes a domain
 * with or without a slash: gVisor and Kata are turned by keys as dev.gvisor.internal.network.
 */
const free = `!key.split("/")[0].contains(".")`;

/** CEL: every key of the map may be set, or was there before with the same value. */
function harmless(map: string, before: string, domains: readonly string[], keys: readonly string[]): string {
  const known = [`key.split("/")[0] in ${texts(domains)}`, `key in ${texts(keys)}`];
  const kept = `oldObject != null && ${before}[?key] == ${map}[?key]`;
  return `${map}.orValue({}).all(key, ${[free, ...known, `(${kept})`].join(" || ")})`;
}

interface Subject {
  readonly id: string;
  readonly threats: readonly string[];
  /** CEL of the object whose metadata is meant, below object and oldObject. */
  readonly path: string;
  readonly what: "annotations" | "labels";
  readonly keys?: readonly string[];
}

function metadataRule({ id, threats, path, what, keys = [] }: Subject, { metadataDomains }: Exemptions): Rule {
  const before = `oldObject${path}.?metadata.?${what}`;
  const allowed = harmless(
    `object${path}.?metadata.?${what}`,
    before,
    [...HARMLESS_DOMAINS, ...metadataDomains],
    [...HARMLESS_KEYS, ...keys],
  );
  return {
    id,
    threats,
    require: `variables.tenant == "" || ${allowed}`,
    message: `${what} here are orders to something that all tenants share; keep those without a domain, and ask the platform for the others`,
  };
}

/** T20, T44, T45: what a runtime, a network plugin or an autoscaler obeys may not come from a tenant. */
function onPods(shape: PodShape, exemptions: Exemptions): Guard {
  const metadata = (prefix: string) => `${prefix}${shape.path}.metadata`;
  const subject = (what: Subject["what"]) => ({
    id: `runtime-${what}`,
    threats: what === "labels" ? ["T45"] : ["T20", "T44", "T45"],
    path: shape.path,
    what,
  });
  return guard({
    name: `annotations-${shape.name}`,
    policy: shape.name,
    concern: "runtime",
    on: shape.on,
    when: {
      "metadata-changes": ["labels", "annotations"]
        .map((what) => `${metadata("object")}.?${what} != ${metadata("oldObject")}.?${what}`)
        .reduce((all, one) => `${all} || ${one}`, "oldObject == null"),
    },
    facts: ["tenant"],
    variables: outsider(exemptions),
    rules: (["annotations", "labels"] as const).map((what) =>
      // A network plugin or a service mesh writes on pods that are there. A new pod is its tenant's, whoever makes it.
      exceptOutsiders(metadataRule(subject(what), exemptions)),
    ),
  });
}

/** A status is written with the metadata beside it, and far more often than everything else. */
function onPodStatus(exemptions: Exemptions): Guard {
  const name = "annotations-pod-status";
  return { ...onPods(POD, exemptions), name, policy: "status", on: [target("", "pods/status", ["UPDATE"])] };
}

function exceptOutsiders(rule: Rule): Rule {
  return { ...rule, require: `(oldObject != null && variables.outsider) || ${rule.require}` };
}

function onObjects(group: string, resource: string, subject: Omit<Subject, "path" | "what">, exemptions: Exemptions) {
  return guard({
    name: `annotations-${resource}`,
    policy: resource,
    concern: subject.id.replace("-annotations", ""),
    on: [target(group, resource)],
    when: {
      "annotations-change": "oldObject == null || object.metadata.?annotations != oldObject.metadata.?annotations",
    },
    facts: ["tenant"],
    variables: outsider(exemptions),
    rules: [{ ...metadataRule({ ...subject, path: "", what: "annotations" }, exemptions) }].map((rule) => ({
      ...rule,
      require: `variables.outsider || ${rule.require}`,
    })),
  });
}

/** Of ingress-nginx, the ones that change nothing but one's own requests; the old way to say the class, for routes-class. */
const INGRESS_KEYS = [
  "kubernetes.io/ingress.class",
  ...[
    "backend-protocol",
    "force-ssl-redirect",
    "proxy-body-size",
    "proxy-connect-timeout",
    "proxy-read-timeout",
    "proxy-send-timeout",
    "ssl-redirect",
  ].map((name) => `nginx.ingress.kubernetes.io/${name}`),
];

/** Whatever reads annotations with rights of its own is a deputy that can be made to act for the wrong tenant. */
export function annotations(exemptions: Exemptions): Guard[] {
  return [
    ...[POD, TEMPLATE, CRON_JOB].map((shape) => onPods(shape, exemptions)),
    onPodStatus(exemptions),
    onObjects("", "services", { id: "services-annotations", threats: ["T84", "T93"] }, exemptions),
    onObjects("", "serviceaccounts", { id: "identity-annotations", threats: ["T132"] }, exemptions),
    onObjects(
      "networking.k8s.io",
      "ingresses",
      { id: "routes-annotations", threats: ["T91", "T93"], keys: INGRESS_KEYS },
      exemptions,
    ),
  ];
}
