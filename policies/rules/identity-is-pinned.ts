import { couldBeNamespaceOf, TENANT_LABEL } from "../../config/names";
import { field, text } from "../objects";
import type { JudgedResource, ResourceRule } from "../rule";

const ROLE = "aws:iam/role:Role";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const PODS = "pods.eks.amazonaws.com";

/** What EKS stamps on each session of a pod, and pods cannot choose. */
const CLUSTER = "aws:RequestTag/eks-cluster-arn";
const NAMESPACE = "aws:RequestTag/kubernetes-namespace";
const ACCOUNT = "aws:RequestTag/kubernetes-service-account";

export const identityIsPinned: ResourceRule = {
  name: "identity-is-pinned",
  displayName: "Pods' roles name whose pods they are for",
  description:
    "A role that pods take trusts those of one service account in one namespace of one cluster, and a tenant's role nobody but the tenant's own pods.",
  severity: "critical",
  tags: ["identity", "T132"],
  remediationSteps:
    "Declare the role in the tenant's identities, or let its trust ask with StringEquals for eks-cluster-arn, kubernetes-namespace and kubernetes-service-account, and leave session tags on.",
  judge: function* (resource) {
    if (resource.type === ASSOCIATION && field(resource.props, "disableSessionTags") === true) {
      yield "turns session tags off: leave them on, so that a role can tell whose pods it serves.";
    }
    if (resource.type === ROLE) yield* role(resource);
  },
};

function* role({ props }: JudgedResource): Iterable<string> {
  const statements = statementsOf(field(props, "assumeRolePolicy")).filter(
    (statement) => field(statement, "Effect") !== "Deny",
  );
  const owner = text(field(props, "tags", TENANT_LABEL));
  for (const statement of statements) {
    if (isOpen(statement)) yield "trusts whoever asks: name whom, and never by * or NotPrincipal.";
    else if (services(statement).includes(PODS)) yield* pods(statement, owner);
    else if (owner !== "") yield `of tenant ${owner} trusts others than pods: take that statement out of its trust.`;
  }
}

function* pods(statement: unknown, owner: string): Iterable<string> {
  const asked = (key: string) => exact(field(statement, "Condition", "StringEquals", key));
  for (const key of [CLUSTER, NAMESPACE, ACCOUNT]) {
    if (asked(key) === "")
      yield `lets in pods of any ${key.slice("aws:RequestTag/".length)}: ask for one by StringEquals.`;
  }
  const namespace = asked(NAMESPACE);
  if (owner === "" || namespace === "" || couldBeNamespaceOf(owner, namespace)) return;
  yield `of tenant ${owner} lets in pods of ${namespace}: name a namespace of that tenant.`;
}

/** Whoever is not named is let in, the pods of other tenants among them. */
function isOpen(statement: unknown): boolean {
  const principal = field(statement, "Principal");
  const named = [principal, ...(principal instanceof Object ? Object.values(principal) : [])].flat();
  return named.includes("*") || field(statement, "NotPrincipal") !== undefined;
}

/** One value, as a text or as a list of one; several or none are no pin. */
function exact(value: unknown): string {
  const [only, ...more] = Array.isArray(value) ? value : [value];
  return more.length > 0 ? "" : text(only);
}

function services(statement: unknown): readonly unknown[] {
  const named = field(statement, "Principal", "Service");
  return Array.isArray(named) ? named : [named];
}

/** The document is text, or a map where a program gives one. */
function statementsOf(document: unknown): readonly unknown[] {
  const statements = field(typeof document === "string" ? parsed(document) : document, "Statement");
  return Array.isArray(statements) ? statements : statements === undefined ? [] : [statements];
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}
