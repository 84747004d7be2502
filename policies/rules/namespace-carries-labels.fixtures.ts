import type { Fixtures } from "../fixtures";

const labels = {
  "bulkhead.dev/tenant": "acme",
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "v1.36",
  "pod-security.kubernetes.io/audit": "restricted",
  "pod-security.kubernetes.io/audit-version": "v1.36",
  "pod-security.kubernetes.io/warn": "restricted",
  "pod-security.kubernetes.io/warn-version": "v1.36",
};

const {
  "pod-security.kubernetes.io/enforce": _,
  "pod-security.kubernetes.io/enforce-version": __,
  ...withoutEnforce
} = labels;

export const fixtures: Fixtures = {
  good: {
    "a tenant's namespace": {
      acme: {
        type: "kubernetes:core/v1:Namespace",
        props: { metadata: { name: "acme", labels, annotations: { "bulkhead.dev/contact": "acme-team@example.com" } } },
      },
    },
    "a roll-out that only warns": {
      acme: {
        type: "kubernetes:core/v1:Namespace",
        props: { metadata: { name: "acme", labels: { ...withoutEnforce, "bulkhead.dev/guardrails": "warn" } } },
      },
    },
    "a patch of a platform namespace": {
      ingress: {
        type: "kubernetes:core/v1:NamespacePatch",
        props: { metadata: { name: "ingress-nginx", labels: { team: "platform" } } },
      },
    },
    "a patch that makes a namespace a tenant's": {
      acme: { type: "kubernetes:core/v1:NamespacePatch", props: { metadata: { name: "acme", labels } } },
    },
  },
  bad: {
    "no tenant": {
      at: ["acme", "props", "metadata", "labels", "bulkhead.dev/tenant"],
      says: 'Namespace "acme" belongs to nobody: set the label bulkhead.dev/tenant to the id of its tenant.',
    },
    "no enforced level": {
      at: ["acme", "props", "metadata", "labels", "pod-security.kubernetes.io/enforce"],
      says: 'Namespace "acme" is not held to Pod Security restricted: set pod-security.kubernetes.io/enforce to restricted.',
    },
    "a weaker level": {
      at: ["acme", "props", "metadata", "labels", "pod-security.kubernetes.io/enforce"],
      to: "baseline",
      says: 'Namespace "acme" is not held to Pod Security restricted: set pod-security.kubernetes.io/enforce to restricted.',
    },
    "a weaker level while rolling out": {
      of: "a roll-out that only warns",
      at: ["acme", "props", "metadata", "labels", "pod-security.kubernetes.io/warn"],
      to: "privileged",
      says: 'Namespace "acme" is not held to Pod Security restricted: set pod-security.kubernetes.io/warn to restricted.',
    },
    "a roll-out that does not warn": {
      of: "a roll-out that only warns",
      at: ["acme", "props", "metadata", "labels", "pod-security.kubernetes.io/warn"],
      says: 'Namespace "acme" is not held to Pod Security restricted: set pod-security.kubernetes.io/warn to restricted.',
    },
    "no level in the audit log": {
      at: ["acme", "props", "metadata", "labels", "pod-security.kubernetes.io/audit"],
      says: 'Namespace "acme" is not held to Pod Security restricted: set pod-security.kubernetes.io/audit to restricted.',
    },
    "a version that moves": {
      at: ["acme", "props", "metadata", "labels", "pod-security.kubernetes.io/enforce-version"],
      to: "latest",
      says: 'Namespace "acme" does not pin its Pod Security: set pod-security.kubernetes.io/enforce-version to the cluster\'s minor version, as v1.36.',
    },
    "no version": {
      at: ["acme", "props", "metadata", "labels", "pod-security.kubernetes.io/warn-version"],
      says: 'Namespace "acme" does not pin its Pod Security: set pod-security.kubernetes.io/warn-version to the cluster\'s minor version, as v1.36.',
    },
    "nothing that Bulkhead would have set": {
      at: ["acme", "props", "metadata", "labels"],
      says: `Namespace "acme" is not held to Pod Security restricted: set pod-security.kubernetes.io/enforce, pod-security.kubernetes.io/audit, pod-security.kubernetes.io/warn to restricted.
Namespace "acme" does not pin its Pod Security: set pod-security.kubernetes.io/enforce-version, pod-security.kubernetes.io/audit-version, pod-security.kubernetes.io/warn-version to the cluster's minor version, as v1.36.
Namespace "acme" belongs to nobody: set the label bulkhead.dev/tenant to the id of its tenant.`,
    },
    "a patch that weakens": {
      of: "a patch of a platform namespace",
      at: ["ingress", "props", "metadata", "labels", "pod-security.kubernetes.io/enforce"],
      to: "privileged",
      says: 'NamespacePatch "ingress" is not held to Pod Security restricted: set pod-security.kubernetes.io/enforce to restricted.',
    },
    "a patch that makes a namespace a tenant's without Pod Security": {
      of: "a patch that makes a namespace a tenant's",
      at: ["acme", "props", "metadata", "labels", "pod-security.kubernetes.io/enforce"],
      says: 'NamespacePatch "acme" is not held to Pod Security restricted: set pod-security.kubernetes.io/enforce to restricted.',
    },
  },
  unknown: {
    judged: [
      ["acme", "props", "metadata"],
      ["acme", "props", "metadata", "labels", "pod-security.kubernetes.io/enforce"],
    ],
    unread: [
      ["acme", "props", "metadata", "name"],
      ["acme", "props", "metadata", "annotations"],
      ["acme", "props", "metadata", "labels", "bulkhead.dev/tenant"],
    ],
  },
};
