import { ANNOTATIONS, MODE_LABEL, TENANT_LABEL } from "../../config/names";

const annotationOf = (namespace: string, key: string) => `${namespace}.metadata.?annotations[?${text(key)}]`;
const annotation = (key: string) => annotationOf("namespaceObject", key);

/** An empty text is an empty list, where split alone would find one empty name, which every text starts with. */
const listIn = (found: string) =>
  `${found}.orValue("") == "" ? [] : ${found}.orValue("").split(",").map(part, part.trim())`;
const list = (key: string) => listIn(annotation(key));

/** CEL of the DNS names that belong to the tenant of a namespace. */
export function hostsOf(namespace: string): string {
  return listIn(annotationOf(namespace, ANNOTATIONS.hosts));
}

/**
 * What expressions may ask about the tenant, as CEL. All of it stands on the namespace, which nobody in a tenant may
 * write. Empty for a namespace that is nobody's. Not to be had in matchConditions: there the namespace is null.
 */
export const FACTS = {
  tenant: `namespaceObject.metadata.?labels[?${text(TENANT_LABEL)}].orValue("")`,
  /** `enforce` or `warn`; empty for a namespace that is nobody's. */
  mode: `namespaceObject.metadata.?labels[?${text(MODE_LABEL)}].orValue("")`,
  runtimeClass: `${annotation(ANNOTATIONS.runtimeClass)}.orValue("")`,
  /** key=value of each label that the tenant's nodes carry. */
  nodeSelector: list(ANNOTATIONS.nodeSelector),
  restrictsImages: `${annotation(ANNOTATIONS.images)}.hasValue()`,
  imagePrefixes: list(ANNOTATIONS.images),
  hosts: list(ANNOTATIONS.hosts),
  restrictsIngressClasses: `${annotation(ANNOTATIONS.ingressClasses)}.hasValue()`,
  ingressClasses: list(ANNOTATIONS.ingressClasses),
  restrictsStorageClasses: `${annotation(ANNOTATIONS.storageClasses)}.hasValue()`,
  storageClasses: list(ANNOTATIONS.storageClasses),
  devices: list(ANNOTATIONS.devices),
  audiences: list(ANNOTATIONS.audiences),
  needsUserNamespace: `${annotation(ANNOTATIONS.userNamespaces)}.orValue("") == "required"`,
  state: `${annotation(ANNOTATIONS.state)}.orValue("active")`,
} as const;

export type Fact = keyof typeof FACTS;

/** A text as CEL spells it. */
export function text(value: string): string {
  return JSON.stringify(value);
}

/** A list of texts as CEL spells it. */
export function texts(values: readonly string[]): string {
  return `[${values.map(text).join(", ")}]`;
}

/**
 * CEL that tells whether a namespace belongs to the tenant. Names decide: no tenant's id is another's plus a dash, and
 * what else is called so is at best treated as the tenant's, never as an outsider.
 */
export function ofTenant(namespace: string): string {
  return `(${namespace} == variables.tenant || ${namespace}.startsWith(variables.tenant + "-"))`;
}
