import type { Fixtures } from "../fixtures";

const acme = {
  type: "kubernetes:core/v1:Namespace",
  props: { metadata: { name: "acme", labels: { "bulkhead.dev/tenant": "acme" } } },
};

const own = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "acme" } } };

const baseline = {
  type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  props: {
    metadata: { name: "bulkhead-baseline", namespace: "acme" },
    spec: {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [own] }],
      egress: [{ to: [own] }],
    },
  },
};

const flows = {
  type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  props: {
    metadata: { name: "bulkhead-flows", namespace: "acme" },
    spec: {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 5432 }] }],
      egress: [{ to: [{ ipBlock: { cidr: "203.0.113.0/24" } }] }],
    },
  },
};

const neither =
  'namespace-denies-by-default: Namespace "acme" does not deny by default: add a NetworkPolicy with an empty podSelector and Ingress and Egress in its policyTypes.';
const noIngress =
  'namespace-denies-by-default: Namespace "acme" does not deny by default: add a NetworkPolicy with an empty podSelector and Ingress in its policyTypes.';
const noEgress =
  'namespace-denies-by-default: Namespace "acme" does not deny by default: add a NetworkPolicy with an empty podSelector and Egress in its policyTypes.';
const openIngress =
  'namespace-denies-by-default: Namespace "acme" has a NetworkPolicy that is open to everybody: list from in each ingress rule, with namespaces selected by kubernetes.io/metadata.name.';
const openEgress =
  'namespace-denies-by-default: Namespace "acme" has a NetworkPolicy that is open to everybody: list to in each egress rule, with namespaces selected by kubernetes.io/metadata.name.';

export const fixtures: Fixtures = {
  good: {
    "one policy both ways": { acme, baseline },
    "one policy each way": {
      acme,
      into: { ...baseline, props: { ...baseline.props, spec: { podSelector: {}, policyTypes: ["Ingress"] } } },
      outof: { ...baseline, props: { ...baseline.props, spec: { podSelector: {}, policyTypes: ["Egress"] } } },
    },
    "types that the API server fills in": {
      acme,
      baseline: { ...baseline, props: { ...baseline.props, spec: { podSelector: {}, egress: [{ to: [own] }] } } },
    },
    "declared flows beside it": { acme, baseline, flows },
    "peers by a list of names": {
      acme,
      baseline: {
        ...baseline,
        props: {
          ...baseline.props,
          spec: {
            ...baseline.props.spec,
            ingress: [
              {
                from: [
                  {
                    namespaceSelector: {
                      matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["acme"] }],
                    },
                  },
                ],
              },
            ],
          },
        },
      },
    },
    "a namespace whose name is not known yet": {
      acme: { ...acme, props: { metadata: { name: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } } },
      baseline: {
        ...baseline,
        props: { ...baseline.props, metadata: { namespace: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } },
        dependsOn: ["acme"],
      },
    },
  },
  bad: {
    "no policy": { at: ["baseline", "type"], to: "kubernetes:core/v1:ConfigMap", says: neither },
    "a policy of another namespace": {
      at: ["baseline", "props", "metadata", "namespace"],
      to: "acme-web",
      says: neither,
    },
    "a policy of a network plugin, which may be inert": {
      at: ["baseline", "type"],
      to: "kubernetes:crd.projectcalico.org/v1:NetworkPolicy",
      says: neither,
    },
    "traffic in": { at: ["baseline", "props", "spec", "policyTypes"], to: ["Egress"], says: noIngress },
    "traffic out": { at: ["baseline", "props", "spec", "policyTypes"], to: ["Ingress"], says: noEgress },
    "some of the pods": {
      of: "one policy each way",
      at: ["into", "props", "spec", "podSelector", "matchLabels"],
      to: { app: "web" },
      says: noIngress,
    },
    "some of the pods, by an expression": {
      of: "one policy each way",
      at: ["outof", "props", "spec", "podSelector", "matchExpressions"],
      to: [{ key: "app", operator: "Exists" }],
      says: noEgress,
    },
    "a rule for everybody": { at: ["baseline", "props", "spec", "ingress", "0", "from"], says: openIngress },
    "a rule for every address": {
      of: "declared flows beside it",
      at: ["flows", "props", "spec", "egress", "0", "to"],
      to: [],
      says: openEgress,
    },
    "a rule for every namespace": {
      at: ["baseline", "props", "spec", "egress", "0", "to", "0", "namespaceSelector"],
      to: {},
      says: openEgress,
    },
    "namespaces by a label that anybody may wear": {
      at: ["baseline", "props", "spec", "ingress", "0", "from", "0", "namespaceSelector", "matchLabels"],
      to: { tenant: "acme" },
      says: openIngress,
    },
    "every namespace that has a name": {
      at: ["baseline", "props", "spec", "ingress", "0", "from", "0", "namespaceSelector"],
      to: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "Exists" }] },
      says: openIngress,
    },
  },
  unknown: {
    judged: [
      ["baseline", "props", "spec"],
      ["baseline", "props", "spec", "policyTypes"],
      ["baseline", "props", "metadata", "namespace"],
    ],
    unread: [
      ["baseline", "props", "metadata", "name"],
      ["acme", "props", "metadata", "labels"],
      ["baseline", "props", "spec", "ingress", "0", "ports"],
    ],
  },
};
